using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Integrating;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>The exporter and an operator's commands choose the stream to write from processes of their own, at the same moment.</summary>
public sealed class StreamChoiceTests : IDisposable
{
    /// <summary>A cluster without a lifecycle of its own that takes everything and finds nothing.</summary>
    internal static readonly (string, string, int, string)[] Empty =
    [
        ("GET", "/_ilm/", 400, "{}"), ("GET", "/_lifecycle", 400, "{}"), ("POST", "/_rollover", 200, """{"rolled_over":false}"""),
        ("GET", "/_alias/", 404, "{}"), ("GET", "/_resolve/index/", 200, """{"data_streams":[]}"""), ("POST", "/_bulk", 200, "BULK"),
        ("POST", "/_search", 200, """{"_shards":{"total":0,"successful":0,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]}}"""),
    ];

    private readonly ExportHost.Place place = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Files => Path.Combine(place.Folder, "audit", "elasticsearch");

    public void Dispose() => place.Dispose();

    [Fact]
    public void Of_many_that_choose_first_at_once_all_get_the_one_that_was_chosen()
    {
        for (var round = 0; round < 20; round++)
        {
            var chosen = new string[8];
            Parallel.For(0, chosen.Length, new ParallelOptions { MaxDegreeOfParallelism = chosen.Length }, i =>
                chosen[i] = new ExportTarget(Path.Combine(Files, $"{round}"), "a").ChooseFirst($"a-{i + 1:D6}"));
            Assert.Equal(new ExportTarget(Path.Combine(Files, $"{round}"), "a").Current(), Assert.Single(chosen.Distinct()));
        }
    }

    [Fact]
    public void Of_a_first_choice_and_another_at_once_the_other_stands_and_neither_fails()
    {
        for (var round = 0; round < 40; round++)
        {
            var folder = Path.Combine(Files, $"{round}");
            Action[] choices = [() => new ExportTarget(folder, "a").ChooseFirst("a-000001"), () => new ExportTarget(folder, "a").Choose("a-000002")];
            Parallel.Invoke(choices[round % 2], choices[1 - round % 2], () =>
            {
                // Whoever looks on sees nothing or one of the two, never half a name.
                for (var i = 0; i < 50; i++)
                {
                    Assert.Contains(new ExportTarget(folder, "a").Current(), (string?[])[null, "a-000001", "a-000002"]);
                }
            });
            Assert.Equal("a-000002", new ExportTarget(folder, "a").Current());
        }
    }

    [Fact]
    public async Task An_index_rebuilt_at_the_moment_of_the_exporters_first_contact_is_another_than_its_own_and_is_gone_on_with()
    {
        var asked = new TaskCompletionSource();
        var mayGoOn = new TaskCompletionSource();
        await using var cluster = await RecordedCluster.StartAsync(false, Empty);
        cluster.Before = request =>
        {
            // The exporter has found no stream and is about to choose the first.
            return request.StartsWith("POST /a-000001/_refresh", StringComparison.Ordinal) && asked.TrySetResult() ? mayGoOn.Task : Task.CompletedTask;
        };
        await using var host = await ExportHost.StartAsync(place.Folder, cluster.Url, "a");
        await host.AppendAsync(120);
        await asked.Task.WaitAsync(Cancellation);
        var (code, said) = await ReindexAsync(host, cluster);
        mayGoOn.SetResult();
        Assert.True(code == 0, said);
        Assert.Contains("making a-000002 of events 0 to 120", said, StringComparison.Ordinal);
        await host.AppendAsync(30);
        await host.WaitAsync();
        Assert.Equal(("a-000002", "a-000002"), (host.Target.Current(), host.Progress.Stream));
        Assert.DoesNotContain(cluster.Asked, request => request.StartsWith("POST /a-000001/_bulk", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_rebuilds_at_once_the_second_is_refused_and_named_the_first_and_later_it_may()
    {
        var busy = new TaskCompletionSource();
        var mayGoOn = new TaskCompletionSource();
        await using var cluster = await RecordedCluster.StartAsync(false, Empty);
        cluster.Before = request =>
            request.StartsWith("POST /a-000002/_bulk", StringComparison.Ordinal) && busy.TrySetResult() ? mayGoOn.Task : Task.CompletedTask;
        await using var host = await ExportHost.StartAsync(place.Folder, cluster.Url, "a");
        await host.AppendAsync(60);
        await host.WaitAsync();
        var first = host.RunAsync((upkeep, output) => upkeep.ReindexAsync(0, output, Cancellation));
        await busy.Task.WaitAsync(Cancellation);
        var (code, said) = await ReindexAsync(host, cluster);
        Assert.Equal(1, code);
        Assert.Contains($"the index is held already, by process {Environment.ProcessId} since 2", said, StringComparison.Ordinal);
        Assert.Contains("Z to rebuild it; let it end", said, StringComparison.Ordinal);
        (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReconcileAsync(output, Cancellation));
        Assert.True(code == 1 && said.Contains("the index is held already", StringComparison.Ordinal), said);
        mayGoOn.SetResult();
        Assert.Equal(0, (await first).Code);
        (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReindexAsync(0, output, Cancellation));
        Assert.True(code == 0, said);
        Assert.Contains("making a-000003", said, StringComparison.Ordinal);
    }

    /// <summary>As an operator does: a process of its own, beside the host. All that is in the log is published by then.</summary>
    private async Task<(int Code, string Said)> ReindexAsync(ExportHost host, RecordedCluster cluster)
    {
        await host.App.Services.GetRequiredService<PublishedLog>().WaitPublishedAsync(host.Log.Records.EndIndex - 1, Cancellation);
        return await HostProcess.RunAsync(
            "audit", "reindex", "--from", "0", "--data", place.Folder, "--set", $"Backbone:Elasticsearch:Urls={cluster.Url}", "--set", "Backbone:Elasticsearch:Index=a");
    }

    [Fact]
    public async Task An_index_of_another_log_is_not_replaced()
    {
        await using var cluster = await RecordedCluster.StartAsync(
            false, [("GET", "/_mapping", 200, """{".ds-a-000001-2026.09.01-000001":{"mappings":{"_meta":{"log":"audit.elsewhere.cn","fields":"1"}}}}"""), .. Empty]);
        await using var host = await ExportHost.StartAsync(place.Folder, cluster.Url, "a");
        await host.AppendAsync(1);
        var (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReindexAsync(0, output, Cancellation));
        Assert.Equal(1, code);
        Assert.Contains("a-000001 holds the events of audit.elsewhere.cn, not of ", said, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Asked, request => request.Contains("/_bulk", StringComparison.Ordinal) || request.StartsWith("POST /_aliases", StringComparison.Ordinal));
    }
}
