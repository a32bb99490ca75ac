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
    }
}
