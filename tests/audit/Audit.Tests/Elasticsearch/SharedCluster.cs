using System.Security.Cryptography;
using Backbone.Testing;

[assembly: AssemblyFixture(typeof(Backbone.Audit.Tests.Elasticsearch.SharedCluster))]

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>One node for all tests that leave it as it was; begun by the first that asks. Each test has an index name of its own.</summary>
public sealed class SharedCluster : IAsyncDisposable
{
    private readonly Lazy<Task<ElasticsearchServer>> server = new(() => ElasticsearchServer.StartAsync());

    /// <summary>Skips the test where there is no server.</summary>
    public Task<ElasticsearchServer> ServerAsync()
    {
        RealServers.Elasticsearch();
        return server.Value;
    }

    public static string NewIndex() => "t" + RandomNumberGenerator.GetHexString(12, lowercase: true);

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}

/// <summary>One after the other: some of them stop the node, or fill its disk.</summary>
[CollectionDefinition(Name)]
public sealed class OneCluster
{
    public const string Name = "elasticsearch";
}
