using System.Buffers;
using System.Text;
using Backbone.Audit.Elasticsearch;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Elasticsearch.Searching;
using Backbone.Audit.Searching;
using Backbone.Audit.Tests.Searching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>The suite of every store, on the real server.</summary>
[Collection(OneCluster.Name)]
public sealed class ElasticsearchIndexTests(SharedCluster cluster) : EventIndexContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("audit-index-").FullName;
    private readonly string name = SharedCluster.NewIndex();
    private ServiceProvider? services;
    private ExportTarget? target;
    private ExportProgress? progress;
    private long next;

    private protected override int RandomSearches => 25;

    public void Dispose()
    {
        services?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private protected override async Task<IEventIndex> IndexOfAsync(IEnumerable<string> leaves)
    {
        var options = Options.Create(new ElasticsearchOptions { Urls = (await cluster.ServerAsync()).Urls, Index = name });
        services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        var client = new ElasticsearchClient(
            services.GetRequiredService<IHttpClientFactory>(),
            new ClusterNodes([.. options.Value.UrlList.Select(url => new Uri(url))], TimeProvider.System), options);
        await new IndexTemplate(client, name, "log.example/contract").InstallAsync(null, CancellationToken.None);
        target = new ExportTarget(folder, name);
        progress = new ExportProgress(TimeProvider.System);
        progress.Begin(IndexStream.NameOf(name, 1), target.CursorOf(IndexStream.NameOf(name, 1)));
        var index = new ElasticsearchIndex(client, target, progress);
        await WriteAsync(client, leaves);
        return index;
    }

    private protected override Task AddAsync(IEventIndex index, IEnumerable<string> leaves)
    {
        var options = Options.Create(new ElasticsearchOptions { Urls = cluster.ServerAsync().Result.Urls, Index = name });
        return WriteAsync(
            new ElasticsearchClient(
                services!.GetRequiredService<IHttpClientFactory>(),
                new ClusterNodes([.. options.Value.UrlList.Select(url => new Uri(url))], TimeProvider.System), options), leaves);
    }

    private async Task WriteAsync(ElasticsearchClient client, IEnumerable<string> leaves)
    {
        var stream = new IndexStream(client, name, progress!.Stream!);
        var lines = new ArrayBufferWriter<byte>();
        var first = next;
        foreach (var leaf in leaves)
        {
            IndexedEvent.Write(lines, next++, Encoding.UTF8.GetBytes(leaf));
        }

        if (next == first)
        {
            return;
        }

        var answer = (await stream.BulkAsync(lines.WrittenMemory, CancellationToken.None)).Read(ElasticsearchJson.Default.BulkAnswer);
        Assert.All(answer.Items!, item => Assert.True(item.Create is { Status: 201 }, $"{item.Create?.Status} {item.Create?.Error}"));
        await stream.RefreshAsync(CancellationToken.None);
        progress.Done(first, next, TimeSpan.MaxValue);
    }
}
