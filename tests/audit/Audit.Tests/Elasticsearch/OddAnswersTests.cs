using Backbone.Audit.Elasticsearch;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Elasticsearch.Searching;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>Answers of a cluster, and files of this host, that are not what they should be: the search says so, and nothing else breaks.</summary>
public sealed class OddAnswersTests : IDisposable
{
    private readonly ExportHost.Place place = new();
    private readonly ServiceProvider services = new ServiceCollection().AddHttpClient().BuildServiceProvider();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        services.Dispose();
        place.Dispose();
    }

    [Fact]
    public async Task A_stream_whose_documents_have_no_sequence_holds_no_event_of_the_log()
    {
        await using var cluster = await RecordedCluster.StartAsync(false, Found("""{"first":{"value":null},"last":{"value":null}}"""));
        Assert.Equal(0, await IndexOf(cluster, out _).EndIndexAsync(Cancelled));
    }

    [Fact]
    public async Task An_answer_that_lacks_what_was_asked_for_is_an_index_that_is_away()
    {
        await using var cluster = await RecordedCluster.StartAsync(false, Found("{}"));
        await Assert.ThrowsAsync<IndexUnavailableException>(() => IndexOf(cluster, out _).EndIndexAsync(Cancelled).AsTask());
    }

    [Fact]
    public async Task A_state_file_that_cannot_be_read_is_an_index_that_is_away()
    {
        await using var cluster = await RecordedCluster.StartAsync(false, Found("""{"first":{"value":0},"last":{"value":9}}"""));
        var index = IndexOf(cluster, out var folder);
        Directory.CreateDirectory(folder);
        await using var held = new FileStream(Path.Combine(folder, "dead-letters.ndjson"), FileMode.Create, FileAccess.Write, FileShare.None);
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.EndIndexAsync(Cancelled).AsTask());
    }

    [Fact]
    public async Task A_query_the_cluster_refuses_is_told_from_a_cluster_that_is_away()
    {
        (string, string, int, string) nested = ("POST", "must_not", 400, """{"error":{"type":"illegal_argument_exception","reason":"nested depth"},"status":400}""");
        await using var cluster = await RecordedCluster.StartAsync(false, nested, Found("""{"first":{"value":0},"last":{"value":9}}"""));
        var index = IndexOf(cluster, out _);

        Assert.True((await Assert.ThrowsAsync<IndexUnavailableException>(
            () => index.FindAsync(new EventSearch(new KqlNot(new KqlAll())), new PageRequest(1), Cancelled).AsTask())).IsRefusal);
        await cluster.DisposeAsync();
        Assert.False((await Assert.ThrowsAsync<IndexUnavailableException>(
            () => index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(1), Cancelled).AsTask())).IsRefusal);
    }

    private static (string, string, int, string) Found(string aggregations) =>
        ("POST", "/_search", 200, $$"""{"hits":{"total":{"value":1,"relation":"eq"},"hits":[]},"aggregations":{{aggregations}}}""");

    private ElasticsearchIndex IndexOf(RecordedCluster cluster, out string folder)
    {
        var options = Options.Create(new ElasticsearchOptions { Urls = cluster.Url, Index = "a" });
        var client = new ElasticsearchClient(
            services.GetRequiredService<IHttpClientFactory>(), new ClusterNodes([new Uri(cluster.Url)], TimeProvider.System), options);
        folder = Path.Combine(place.Folder, "elasticsearch");
        var target = new ExportTarget(folder, "a");
        var progress = new ExportProgress(TimeProvider.System);
        progress.Begin(IndexStream.NameOf("a", 1), target.CursorOf(IndexStream.NameOf("a", 1)));
        progress.Done(0, 10, TimeSpan.MaxValue);
        return new ElasticsearchIndex(client, target, progress);
    }
}
