using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Log.Tree;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Tests.Elasticsearch;

[Collection(OneCluster.Name)]
public sealed class ExportTests(SharedCluster cluster) : IDisposable
{
    private readonly ExportHost.Place place = new();
    private readonly string index = SharedCluster.NewIndex();

    public void Dispose() => place.Dispose();

    private async Task<ExportHost> StartAsync(ExportLimits? limits = null, params (string, string)[] settings) =>
        await ExportHost.StartAsync(place.Folder, (await cluster.ServerAsync()).Urls, index, limits, settings);

    [Fact]
    public async Task Every_event_becomes_a_document_with_its_place_and_the_hash_of_its_leaf()
    {
        await using var host = await StartAsync();
        await host.AppendAsync(1_200);
        await host.WaitAsync();
        await host.AssertNothingLostNothingTwiceAsync();

        var record = host.Log.Records.Read(700, 1).Single();
        var found = await host.AskAsync(HttpMethod.Post, $"{host.Stream.Name}/_search", """{"query":{"term":{"event.sequence":700}}}""");
        var hit = Assert.Single(found["hits"]!["hits"]!.AsArray())!;
        Assert.Equal("00000000000000000700", hit["_id"]!.GetValue<string>());
        var document = hit["_source"]!.AsObject();
        Assert.Equal(TreeHash.Leaf(record.Payload).ToString(), document["event"]!["hash"]!.GetValue<string>());
        document["event"]!.AsObject().Remove("hash");
        document["event"]!.AsObject().Remove("sequence");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(record.Payload), document), document.ToJsonString());
    }

    [Fact]
    public async Task A_restart_goes_on_behind_its_cursor_and_without_cursor_finds_out_what_is_there()
    {
        await using (var host = await StartAsync())
        {
            await host.AppendAsync(900);
            await host.WaitAsync();

            // What came into an older backing index has no id there to be refused by.
            await host.AskAsync(HttpMethod.Post, $"{host.Stream.Name}/_rollover", "{}");
            await host.AppendAsync(300);
            await host.WaitAsync();
        }

        await using (var host = await StartAsync())
        {
            await host.WaitForSomeAsync(1_200);
            await host.AppendAsync(100);
            await host.WaitAsync();
            await host.AssertNothingLostNothingTwiceAsync();
        }

        Directory.Delete(Path.Combine(place.Folder, "audit", "elasticsearch"), recursive: true);
        await using (var host = await StartAsync())
        {
            await host.AppendAsync(100);
            await host.WaitAsync();
            await host.AssertNothingLostNothingTwiceAsync();
        }
    }

    [Fact]
    public async Task An_event_that_is_refused_is_a_dead_letter_with_its_reason_and_holds_up_nobody()
    {
        await using var host = await StartAsync();
        await host.AppendAsync(50);
        var bad = await host.AppendLeafAsync("""{"@timestamp":"2026-11-25T08:00:00.0000000Z","event":{"id":"ID"},"http":{"response":{"status_code":"not a number"}}}""");
        var untimed = await host.AppendLeafAsync("""{"event":{"id":"ID"}}""");
        var noJson = await host.AppendLeafAsync("ID");
        await host.AppendAsync(50);
        await host.WaitAsync();
        await host.AssertNothingLostNothingTwiceAsync();

        var dead = host.Target.DeadLetters.Waiting;
        Assert.Equal([bad, untimed, noJson], dead.Keys);
        Assert.Equal((400, "document_parsing_exception"), (dead[bad].Status, dead[bad].Type));
        Assert.Contains("http.response.status_code", dead[bad].Reason, StringComparison.Ordinal);
        Assert.Equal((0, "not_a_document"), (dead[noJson].Status, dead[noJson].Type));
        Assert.Equal(400, dead[untimed].Status);
        var health = await host.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Entries["audit-elasticsearch"].Status);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(host.Target.DeadLetters.FullPath));
        }
    }

    [Fact]
    public async Task An_index_of_another_log_is_not_written()
    {
        await using (var host = await StartAsync())
        {
            await host.AppendAsync(10);
            await host.WaitAsync();
        }

        using var elsewhere = new ExportHost.Place();
        await using var other = await ExportHost.StartAsync(
            elsewhere.Folder, (await cluster.ServerAsync()).Urls, index, null, ("Backbone:Audit:Tree:Origin", "another.example/log"));
        await other.AppendAsync(20);
        for (var i = 0; i < 200 && other.Progress.Fault is null; i++)
        {
            await Task.Delay(50);
        }

        Assert.Contains("not of another.example/log", other.Progress.Fault!.Reason, StringComparison.Ordinal);
        await other.Stream.RefreshAsync(CancellationToken.None);
        Assert.Equal(10, (await other.Stream.RangeAsync(CancellationToken.None))!.Value.Count);
    }

    [Fact]
    public async Task The_mappings_are_those_of_the_one_list_and_nothing_is_guessed()
    {
        await using var host = await StartAsync();
        await host.AppendLeafAsync("""{"@timestamp":"2026-11-25T08:00:00.0000000Z","event":{"id":"ID"},"credit":{"unheard_of":"x"},"nobody":{"knows":1}}""");
        await host.WaitAsync();

        var mapping = (await host.AskAsync(HttpMethod.Get, $"{host.Stream.Name}/_mapping")).AsObject().Single().Value!["mappings"]!;
        Assert.Equal("false", mapping["properties"]!["credit"]!["dynamic"]!.ToString());
        Assert.Null(mapping["properties"]!["credit"]!["properties"]!["unheard_of"]);
        Assert.Null(mapping["properties"]!["nobody"]);
        var names = Names(mapping["properties"]!.AsObject()).Where(name => !name.StartsWith(IndexedEvent.Words, StringComparison.Ordinal));
        Assert.Equal(EventFields.All.Select(field => field.Name), names.Order(StringComparer.Ordinal));

        static IEnumerable<string> Names(JsonObject properties) => properties.SelectMany(property => property.Value!["properties"] is JsonObject inner
            ? Names(inner).Select(name => $"{property.Key}.{name}")
            : [property.Key]);
    }

    [Fact]
    public async Task Batches_end_by_bytes_too_and_what_is_too_large_for_the_cluster_is_cut_smaller()
    {
        await using var host = await StartAsync(ExportHost.Quick with { BatchEvents = 5_000, BatchBytes = 300_000, LeastBatchBytes = 1_000 });
        var filling = new string('x', 60_000);
        for (var i = 0; i < 30; i++)
        {
            await host.AppendLeafAsync($$$"""{"@timestamp":"2026-11-25T08:00:00.0000000Z","event":{"id":"ID"},"message":"{{{filling}}}"}""");
        }

        await host.WaitAsync();
        await host.AssertNothingLostNothingTwiceAsync();
    }

    [Fact]
    public async Task Other_mappings_begin_another_backing_index_and_nothing_is_there_twice()
    {
        await using (var host = await StartAsync())
        {
            await host.AppendAsync(30);
            await host.WaitAsync();
            var meta = (await host.Stream.MetaAsync(CancellationToken.None))!;
            await host.AskAsync(HttpMethod.Put, $"{host.Stream.Name}/_mapping", $$$"""{"_meta":{"log":"{{{meta.Log}}}","fields":"of another version"}}""");
        }

        await using (var host = await StartAsync(ExportHost.Quick with { QuietBeforeRollover = TimeSpan.FromMilliseconds(10) }))
        {
            await host.AppendAsync(30);
            await host.WaitAsync();

            Assert.Equal(2, (await IndexStream.AllAsync(host.Client, index, CancellationToken.None))[0].BackingIndices.Count);
            await host.AssertNothingLostNothingTwiceAsync();
        }
    }

    [Fact]
    public async Task Old_backing_indices_are_deleted_whole_and_only_when_they_are_to_be_kept_no_longer()
    {
        const string Day = """{"@timestamp":"2020-01-0{0}T08:00:00.0000000Z","event":{"id":"ID"}}""";
        await using (var host = await StartAsync())
        {
            await host.AppendLeafAsync(Day.Replace("{0}", "1", StringComparison.Ordinal));
            await host.WaitAsync();
            await host.AskAsync(HttpMethod.Post, $"{host.Stream.Name}/_rollover", "{}");
            await host.AppendAsync(5);
            await host.WaitAsync();
            await host.AskAsync(HttpMethod.Post, $"{host.Stream.Name}/_rollover", "{}");
            await host.AppendLeafAsync(Day.Replace("{0}", "2", StringComparison.Ordinal));
            await host.WaitAsync();
        }

        await using (var host = await StartAsync(
            ExportHost.Quick with { UpkeepEvery = TimeSpan.FromMilliseconds(100), RolloverEvents = 1 }, ("Backbone:Elasticsearch:KeepDays", "30")))
        {
            for (var i = 0; i < 200 && (await IndexStream.AllAsync(host.Client, index, CancellationToken.None))[0].BackingIndices is var there && (there[0].EndsWith("-000001", StringComparison.Ordinal) || there.Count < 3); i++)
            {
                await Task.Delay(50);
            }

            // The first is gone; the second holds an event of today; the third was full at one event, so a fourth was begun.
            await host.Stream.RefreshAsync(CancellationToken.None);
            var left = await host.Stream.FindAsync(0, 100, CancellationToken.None);
            Assert.Equal([1, 2, 3, 4, 5, 6], left.Select(found => found.Sequence));

            // What was deleted is not taken for lost.
            Assert.Equal(1, host.Target.StartOf(host.Stream.Name).Read());
            var backing = (await IndexStream.AllAsync(host.Client, index, CancellationToken.None))[0].BackingIndices;
            Assert.EndsWith("-000004", backing[^1], StringComparison.Ordinal);
        }
    }
}
