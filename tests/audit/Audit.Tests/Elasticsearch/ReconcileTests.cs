using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Elasticsearch;

[Collection(OneCluster.Name)]
public sealed class ReconcileTests(SharedCluster cluster) : IDisposable
{
    private readonly ExportHost.Place place = new();
    private readonly string index = SharedCluster.NewIndex();

    public void Dispose() => place.Dispose();

    private async Task<ExportHost> StartAsync() => await ExportHost.StartAsync(place.Folder, (await cluster.ServerAsync()).Urls, index);

    [Fact]
    public async Task What_somebody_deleted_or_put_there_twice_is_told_and_put_right()
    {
        await using var host = await StartAsync();
        await host.AppendAsync(700);
        await host.WaitAsync();
        var stream = host.Stream.Name;
        var first = (await IndexStream.AllAsync(host.Client, index, CancellationToken.None))[0].BackingIndices[0];
        foreach (var gone in (long[])[0, 5, 6, 699])
        {
            Assert.True((await host.Client.DeleteAsync($"{first}/_doc/{IndexedEvent.IdOf(gone)}", CancellationToken.None)).IsSuccess);
        }

        // The same events once more in the next backing index, as a retry across a rollover would leave them.
        await host.AskAsync(HttpMethod.Post, $"{stream}/_rollover", "{}");
        var lines = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var record in host.Log.Records.Read(100, 3))
        {
            IndexedEvent.Write(lines, record.Index, record.Payload);
        }

        Assert.Equal(200, (await host.Stream.BulkAsync(lines.WrittenMemory, CancellationToken.None)).Status);
        var (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReconcileAsync(output, CancellationToken.None));

        Assert.Equal(0, code);
        Assert.Contains("events 0 to 699: 4 were missing, 3 were there more than once", said, StringComparison.Ordinal);
        await host.AssertNothingLostNothingTwiceAsync();
        (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReconcileAsync(output, CancellationToken.None));
        Assert.Equal(0, code);
        Assert.Contains("0 delivered that were missing, 0 removed", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_index_is_made_beside_the_old_one_and_searches_alias_and_export_change_over()
    {
        await using var host = await StartAsync();
        await host.AppendAsync(600);
        await host.WaitAsync();
        var (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReindexAsync(200, output, CancellationToken.None));
        Assert.True(code == 0, said);
        Assert.Contains($"{index}-000001 is no longer used", said, StringComparison.Ordinal);

        await host.AppendAsync(50);
        for (var i = 0; i < 200 && host.Progress.Stream != $"{index}-000002"; i++)
        {
            await Task.Delay(50);
        }

        await host.WaitAsync();
        await host.Stream.RefreshAsync(CancellationToken.None);
        var found = await new IndexStream(host.Client, index, $"{index}-000002").FindAsync(0, 10_000, CancellationToken.None);
        Assert.Equal(Enumerable.Range(200, 450).Select(i => (long)i), found.Select(one => one.Sequence));
        var byAlias = await host.AskAsync(HttpMethod.Post, $"{index}/_count", "{}");
        Assert.Equal(450, byAlias["count"]!.GetValue<int>());
        var search = host.App.Services.GetRequiredService<IEventIndex>();
        Assert.Equal(450, (await search.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(), CancellationToken.None)).Total);
        Assert.Equal(650, await search.EndIndexAsync(CancellationToken.None));

        // What is missing where the new index begins is missing; what lies before it is not.
        var backing = (await IndexStream.AllAsync(host.Client, index, CancellationToken.None)).Single(one => one.Name == $"{index}-000002").BackingIndices[0];
        foreach (var gone in (long[])[200, 201, 202])
        {
            Assert.True((await host.Client.DeleteAsync($"{backing}/_doc/{IndexedEvent.IdOf(gone)}", CancellationToken.None)).IsSuccess);
        }

        (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReconcileAsync(output, CancellationToken.None));
        Assert.Equal(0, code);
        Assert.Contains("events 200 to 650: 3 delivered that were missing, 0 removed", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_index_is_taken_though_the_old_one_stands_still()
    {
        await using var proxy = await FaultProxy.StartAsync((await cluster.ServerAsync()).Urls);
        await using var host = await ExportHost.StartAsync(place.Folder, proxy.Url, index);
        await host.AppendAsync(20);
        await host.WaitAsync();
        proxy.Stuck = $"{index}-000001";

        // More than is ever under way at once.
        await host.AppendAsync(2_000);
        for (var i = 0; i < 200 && host.Progress.Fault is null; i++)
        {
            await Task.Delay(50);
        }

        Assert.NotNull(host.Progress.Fault);
        var (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReindexAsync(0, output, CancellationToken.None));
        Assert.True(code == 0, said);
        await host.WaitAsync();

        Assert.Equal($"{index}-000002", host.Progress.Stream);
        await host.AssertNothingLostNothingTwiceAsync();
    }

    [Fact]
    public async Task A_refused_event_that_the_log_no_longer_has_is_said_and_waits_no_more()
    {
        await using var host = await ExportHost.StartAsync(
            place.Folder, (await cluster.ServerAsync()).Urls, index, null, ("Backbone:Audit:SegmentMegabytes", "1"));
        await host.AppendAsync(5_000);
        await host.WaitAsync();
        host.Target.DeadLetters.Append([new DeadLetter(3, DateTimeOffset.UnixEpoch, 400, "document_parsing_exception", "no number")]);
        Assert.InRange(host.Log.DeleteBelow(4_999), 4, 4_999);

        var (code, said) = await host.RunAsync((upkeep, output) => upkeep.RedeliverAsync(output, CancellationToken.None));

        Assert.Equal(0, code);
        Assert.Contains("1 have been deleted from the log, their time was over: they are not sent", said, StringComparison.Ordinal);
        Assert.Empty(host.Target.DeadLetters.Waiting);
    }

    [Fact]
    public async Task Credentials_that_may_not_delete_deliver_what_is_missing_and_say_what_is_there_twice()
    {
        await using var proxy = await FaultProxy.StartAsync((await cluster.ServerAsync()).Urls);
        proxy.MayDelete = false;
        await using var host = await ExportHost.StartAsync(place.Folder, proxy.Url, index);
        await host.AppendAsync(30);
        await host.WaitAsync();
        await host.AskAsync(HttpMethod.Post, $"{host.Stream.Name}/_rollover", "{}");
        var lines = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var record in host.Log.Records.Read(7, 2))
        {
            IndexedEvent.Write(lines, record.Index, record.Payload);
        }

        Assert.Equal(200, (await host.Stream.BulkAsync(lines.WrittenMemory, CancellationToken.None)).Status);
        var (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReconcileAsync(output, CancellationToken.None));

        Assert.Equal(1, code);
        Assert.Contains("2 are there more than once: these credentials may not delete them (privilege delete", said, StringComparison.Ordinal);
    }
}
