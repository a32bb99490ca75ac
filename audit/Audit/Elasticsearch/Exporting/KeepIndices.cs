using System.Globalization;
using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Indexing;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// Where the cluster has no lifecycle of its own: begins another backing index when one is full, and deletes the oldest ones when they are
/// to be kept no longer. Runs while nothing is in flight.
/// </summary>
internal sealed class KeepIndices(
    ElasticsearchClient client, ExportTarget target, IndexLifecycle lifecycle, ExportLimits limits, int keepDays, TimeProvider clock, ILogger<AuditModule> logger)
{
    /// <param name="stream">The stream that is written.</param>
    /// <param name="verified">Only what lies below this leaf may be deleted.</param>
    /// <param name="mayRollOver">No request's end is unknown.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task RunAsync(IndexStream stream, long verified, bool mayRollOver, CancellationToken cancellation)
    {
        try
        {
            if (mayRollOver && await lifecycle.RollOverAsync(stream.Name, limits.RolloverEvents, always: false, cancellation) is { } begun)
            {
                ExportLines.RolledOver(logger, begun);
            }

            if (keepDays > 0)
            {
                await DeleteOldAsync(stream.Name, verified, cancellation);
            }
        }
        catch (Exception failure) when (failure is ClusterUnavailableException or ClusterRefusedException)
        {
            ExportLines.NotKept(logger, failure.Message);
        }
    }

    private async Task DeleteOldAsync(string stream, long verified, CancellationToken cancellation)
    {
        var all = await IndexStream.AllAsync(client, target.Alias, cancellation);
        var backing = all.FirstOrDefault(one => one.Name == stream)?.BackingIndices ?? [];
        var before = clock.GetUtcNow().AddDays(-keepDays);

        // The newest is written, and a stream's write index cannot be deleted anyway.
        foreach (var index in backing.SkipLast(1))
        {
            var newest = await NewestAsync(index, cancellation);
            if (newest is not { } found)
            {
                // Begun and left without an event.
                continue;
            }

            if (found.Time >= before || found.Sequence >= verified)
            {
                return;
            }

            // First, so that nobody takes for lost what was deleted.
            var start = target.StartOf(stream);
            start.Write(Math.Max(start.Read() ?? 0, found.Sequence + 1));
            var answer = await client.DeleteAsync(index, cancellation);
            if (!answer.IsSuccess)
            {
                throw new ClusterRefusedException(answer);
            }

            ExportLines.Deleted(logger, index, found.Time.ToString("u", CultureInfo.InvariantCulture));
        }
    }

    private async Task<(DateTimeOffset Time, long Sequence)?> NewestAsync(string index, CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["size"] = 0,
            ["aggs"] = new JsonObject
            {
                ["time"] = new JsonObject { ["max"] = new JsonObject { ["field"] = "@timestamp" } },
                ["sequence"] = new JsonObject { ["max"] = new JsonObject { ["field"] = "event.sequence" } },
            },
        };
        var found = await new IndexStream(client, index, index).SearchAsync(body, cancellation);
        return (found.Hits?.Total?.Value ?? 0) == 0 ? null
            : (DateTimeOffset.FromUnixTimeMilliseconds((long)Value("time")), (long)Value("sequence"));

        double Value(string name) => found.Aggregations.GetProperty(name).GetProperty("value").GetDouble();
    }
}
