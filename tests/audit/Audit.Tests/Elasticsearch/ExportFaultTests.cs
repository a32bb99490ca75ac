using System.Diagnostics;
using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Searching;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>Whatever goes wrong between log and index: nothing lost, nothing twice, and every refusal explained.</summary>
[Collection(OneCluster.Name)]
public sealed class ExportFaultTests(SharedCluster cluster) : IDisposable
{
    private readonly ExportHost.Place place = new();
    private readonly string index = SharedCluster.NewIndex();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_server_killed_under_load_and_started_again_loses_nothing_and_the_log_never_waits()
    {
        var server = await cluster.ServerAsync();
        await using var host = await ExportHost.StartAsync(place.Folder, server.Urls, index, ExportHost.Quick with { BatchEvents = 100 });
        using var enough = new CancellationTokenSource();
        var load = LoadAsync(host, enough.Token);
        await host.WaitForSomeAsync(300);
        await server.KillAsync(0);
        var clock = Stopwatch.StartNew();
        await host.AppendAsync(500);
        var appended = clock.Elapsed;
        Assert.NotNull(host.Progress.Fault?.Reason ?? await FaultOf(host));
        await server.ReviveAsync(0);
        await enough.CancelAsync();
        await load;
        await host.WaitAsync();

        await host.AssertNothingLostNothingTwiceAsync();
        Assert.True(appended < TimeSpan.FromSeconds(10), $"500 events took {appended} while the server was away");
        Assert.Empty(host.Target.DeadLetters.Waiting);
    }

    [Fact]
    public async Task A_storm_of_refusals_and_cut_connections_loses_nothing()
    {
        var server = await cluster.ServerAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Urls);
        Fault[] storm = [Fault.Busy, Fault.Busy, Fault.Away, Fault.CutAfter, Fault.HalfBusy, Fault.CutBefore, Fault.Busy, Fault.CutAfter, Fault.None];
        proxy.Choose = (number, _) => number < 27 ? storm[number % storm.Length] : Fault.None;
        await using var host = await ExportHost.StartAsync(place.Folder, proxy.Url, index, ExportHost.Quick with { BatchEvents = 100 });
        for (var i = 0; i < 10; i++)
        {
            await host.AppendAsync(100);
            await Task.Delay(20);
        }

        await host.WaitAsync();
        await host.AssertNothingLostNothingTwiceAsync();
        Assert.True(proxy.Seen.Count >= 27, $"{proxy.Seen.Count} requests");
    }

    [Fact]
    public async Task Items_that_are_refused_for_want_of_room_are_sent_again_alone()
    {
        var server = await cluster.ServerAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Urls);
        proxy.Choose = (number, _) => number == 0 ? Fault.HalfBusy : Fault.None;
        await using var host = await ExportHost.StartAsync(place.Folder, proxy.Url, index, ExportHost.Quick with { InFlight = 1, BatchAge = TimeSpan.FromMilliseconds(500) });
        await host.AppendAsync(100);
        await host.WaitAsync();

        await host.AssertNothingLostNothingTwiceAsync();
        var sizes = proxy.Seen.Select(seen => seen.Bytes).ToList();
        Assert.InRange(sizes[1], sizes[0] * 0.4, sizes[0] * 0.6);
    }

    [Fact]
    public async Task An_answer_lost_just_before_a_rollover_makes_no_duplicate()
    {
        var server = await cluster.ServerAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Urls);
        await using var direct = await ExportHost.StartAsync(place.Folder, proxy.Url, index, ExportHost.Quick with { BatchEvents = 50 });
        await direct.AppendAsync(50);
        await direct.WaitAsync();

        // In the next backing index no id is known: only looking up what arrived keeps the events single.
        proxy.Choose = (number, _) => number is 2 or 3 or 5 ? Fault.CutAfter : Fault.None;
        proxy.Afterwards = () => direct.AskAsync(HttpMethod.Post, $"{direct.Stream.Name}/_rollover", "{}");
        for (var i = 0; i < 8; i++)
        {
            await direct.AppendAsync(50);
            await Task.Delay(60);
        }

        await direct.WaitAsync();
        await direct.AssertNothingLostNothingTwiceAsync();
        Assert.True((await IndexStream.AllAsync(direct.Client, index, CancellationToken.None))[0].BackingIndices.Count > 1);
    }

    [Fact]
    public async Task A_cluster_short_of_memory_gets_smaller_requests()
    {
        var server = await cluster.ServerAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Urls);
        proxy.Choose = (number, bytes) => bytes > 40_000 ? number % 2 == 0 ? Fault.TooLarge : Fault.Busy : Fault.None;
        await using var host = await ExportHost.StartAsync(place.Folder, proxy.Url, index, ExportHost.Quick with { LeastBatchBytes = 1_000 });
        await host.AppendAsync(1_000);
        await host.WaitAsync();

        await host.AssertNothingLostNothingTwiceAsync();
        Assert.Contains(proxy.Seen, seen => seen.Fault != Fault.None);
    }

    [Fact]
    public async Task One_event_the_way_will_not_carry_is_a_dead_letter()
    {
        var server = await cluster.ServerAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Urls);
        proxy.Choose = (_, bytes) => bytes > 30_000 ? Fault.TooLarge : Fault.None;
        await using var host = await ExportHost.StartAsync(place.Folder, proxy.Url, index, ExportHost.Quick with { LeastBatchBytes = 1_000 });
        await host.AppendAsync(20);
        var large = await host.AppendLeafAsync($$"""{"@timestamp":"2026-11-25T08:00:00.0000000Z","event":{"id":"ID"},"message":"{{new string('x', 50_000)}}"}""");
        await host.AppendAsync(20);
        await host.WaitAsync();

        await host.AssertNothingLostNothingTwiceAsync();
        Assert.Equal(413, Assert.Single(host.Target.DeadLetters.Waiting, letter => letter.Key == large).Value.Status);
        Assert.Single(host.Target.DeadLetters.Waiting);
    }

    [Fact]
    public async Task What_lets_through_less_than_the_least_that_is_asked_of_a_cluster_gets_it_all_the_same()
    {
        var server = await cluster.ServerAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Urls);
        proxy.Choose = (_, bytes) => bytes > 5_000 ? Fault.TooLarge : Fault.None;
        await using var host = await ExportHost.StartAsync(place.Folder, proxy.Url, index);
        await host.AppendAsync(100);
        await host.WaitAsync();

        await host.AssertNothingLostNothingTwiceAsync();
        Assert.Empty(host.Target.DeadLetters.Waiting);
    }

    [Fact]
    public async Task A_full_disk_holds_the_export_up_and_nothing_else()
    {
        var server = await cluster.ServerAsync();
        await using var host = await ExportHost.StartAsync(place.Folder, server.Urls, index);
        await host.AppendAsync(100);
        await host.WaitAsync();

        // What Elasticsearch itself does to an index when its disk passes the flood-stage watermark.
        await host.AskAsync(HttpMethod.Put, $"{host.Stream.Name}/_settings", """{"index.blocks.read_only_allow_delete":true}""");
        await host.AppendAsync(200);
        Assert.Contains("429", await FaultOf(host), StringComparison.Ordinal);
        Assert.Equal(100, host.Progress.Next);
        await host.AskAsync(HttpMethod.Put, $"{host.Stream.Name}/_settings", """{"index.blocks.read_only_allow_delete":null}""");
        await host.WaitAsync();

        await host.AssertNothingLostNothingTwiceAsync();
        Assert.Empty(host.Target.DeadLetters.Waiting);
    }

    [Fact]
    public async Task A_mapping_that_contradicts_ours_makes_dead_letters_that_say_so_and_are_redelivered_when_it_is_gone()
    {
        var server = await cluster.ServerAsync();
        await using var host = await ExportHost.StartAsync(place.Folder, server.Urls, index);
        await host.AskAsync(HttpMethod.Put, $"_component_template/{index}@custom",
            """{"template":{"mappings":{"properties":{"event":{"properties":{"action":{"type":"long"}}}}}}}""");
        await host.AppendAsync(40);
        await host.WaitAsync();

        var dead = host.Target.DeadLetters.Waiting;
        Assert.Equal(40, dead.Count);
        Assert.All(dead.Values, letter => Assert.Contains("event.action", letter.Reason, StringComparison.Ordinal));
        var search = host.App.Services.GetRequiredService<IEventIndex>();
        Assert.All(dead.Keys, index => Assert.Equal(IndexedState.Refused, search.StateOf(index)));

        await host.AskAsync(HttpMethod.Put, $"_component_template/{index}@custom", """{"template":{}}""");
        await host.AskAsync(HttpMethod.Post, $"{host.Stream.Name}/_rollover", "{}");
        await host.AppendAsync(10);
        await host.WaitAsync();
        var (code, said) = await host.RunAsync((upkeep, output) => upkeep.RedeliverAsync(output, CancellationToken.None));

        Assert.Equal((0, "40 of 40 delivered"), (code, said.Trim()));
        Assert.All(dead.Keys, index => Assert.Equal(IndexedState.Indexed, search.StateOf(index)));
        Assert.Equal(IndexedState.Waiting, search.StateOf(host.Log.Records.EndIndex));
        Assert.Empty(host.Target.DeadLetters.Waiting);
        await host.AssertNothingLostNothingTwiceAsync();
    }

    [Fact]
    public async Task Three_nodes_under_tls_and_an_api_key_lose_one_and_get_it_back_and_lose_no_event()
    {
        await using var server = await ElasticsearchServer.StartAsync(nodes: 3, secure: true);
        (string, string)[] basic = [("Backbone:Elasticsearch:CertificateAuthority", server.CertificateAuthority!)];
        using var elsewhere = new ExportHost.Place();
        await using var admin = await ExportHost.StartAsync(
            elsewhere.Folder, server.Urls, SharedCluster.NewIndex(), null,
            [.. basic, ("Backbone:Elasticsearch:Username", server.Username!), ("Backbone:Elasticsearch:Password", server.Password!)]);
        var key = await KeyAsync(admin);
        await using var host = await ExportHost.StartAsync(
            place.Folder, server.Urls, index, ExportHost.Quick, [.. basic, ("Backbone:Elasticsearch:ApiKey", key)]);
        using var enough = new CancellationTokenSource();
        var load = LoadAsync(host, enough.Token);
        await host.WaitForSomeAsync(300);

        // Only then is there a second copy of every shard, and the loss of one node is not the loss of an index.
        await admin.AskAsync(HttpMethod.Get, "_cluster/health?wait_for_status=green&timeout=60s");
        await server.KillAsync(1);
        var at = host.Progress.Next;
        await host.WaitForSomeAsync(at + 200);
        await server.ReviveAsync(1);
        await enough.CancelAsync();
        await load;
        await host.WaitAsync();

        await host.AssertNothingLostNothingTwiceAsync();
        Assert.Empty(host.Target.DeadLetters.Waiting);
    }

    /// <summary>A key with the least privileges. While a young cluster makes the index of its keys it may know nobody.</summary>
    private async Task<string> KeyAsync(ExportHost admin)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await admin.Client.PostAsync("_security/api_key", JsonNode.Parse(LeastPrivileges.Key(index)), CancellationToken.None);
            if (answer.IsSuccess)
            {
                return JsonNode.Parse(answer.Body)!["encoded"]!.GetValue<string>();
            }

            Assert.True(attempt < 60, $"no API key: {answer}");
            await Task.Delay(500);
        }
    }

    /// <summary>Events all the time, as many as the log takes beside the rest.</summary>
    private static async Task LoadAsync(ExportHost host, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await host.AppendAsync(10);
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task<string> FaultOf(ExportHost host)
    {
        for (var i = 0; i < 400 && host.Progress.Fault is null; i++)
        {
            await Task.Delay(50);
        }

        return host.Progress.Fault?.Reason ?? throw new InvalidOperationException("the export noticed nothing");
    }
}
