using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>
/// Holds an index against the log, range by range: how many events, how many different ones, the sum of their places. Where a range is not as
/// the log has it, each event of it is looked at; what is missing is delivered, what is there twice is removed but once.
/// </summary>
internal sealed class ReconcileIndex(ElasticsearchClient client, ExportTarget target, VerifiedLog log, IndexStream stream, SendBatch send, ExportLimits limits)
{
    /// <summary>Events of one range.</summary>
    private const int Range = 10_000;

    /// <summary>Elasticsearch's own bound; below it the count of different values is nearly exact.</summary>
    private const int MostPrecise = 40_000;

    /// <param name="from">The first event that must be there.</param>
    /// <param name="end">One past the last.</param>
    /// <param name="said">Takes a line for each range that was not as it should be.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ReconcileReport> RunAsync(long from, long end, TextWriter said, CancellationToken cancellation)
    {
        var report = new ReconcileReport(from, end, 0, 0, 0, 0, 0);
        await stream.RefreshAsync(cancellation);
        for (var first = from; first < end; first += Range)
        {
            var until = Math.Min(end, first + Range);
            var dead = target.DeadLetters.Waiting.Keys.Where(index => index >= first && index < until).ToHashSet();
            report = report with { Refused = report.Refused + dead.Count };
            if (!await AgreesAsync(first, until, dead, cancellation))
            {
                report = await RepairAsync(first, until, dead, report, said, cancellation);
            }
        }

        return report;
    }

    private async Task<bool> AgreesAsync(long first, long until, HashSet<long> dead, CancellationToken cancellation)
    {
        var found = await stream.SearchAsync(
            new JsonObject
            {
                ["size"] = 0,
                ["query"] = new JsonObject { ["range"] = new JsonObject { ["event.sequence"] = new JsonObject { ["gte"] = first, ["lt"] = until } } },
                ["aggs"] = new JsonObject
                {
                    ["all"] = new JsonObject { ["stats"] = new JsonObject { ["field"] = "event.sequence" } },
                    ["different"] = new JsonObject { ["cardinality"] = new JsonObject { ["field"] = "event.sequence", ["precision_threshold"] = MostPrecise } },
                },
            },
            cancellation);
        if (found.Aggregations.ValueKind == System.Text.Json.JsonValueKind.Undefined)
        {
            return false;
        }

        var count = until - first - dead.Count;
        var sum = (first + until - 1.0) * (until - first) / 2 - dead.Sum(index => (double)index);
        var all = found.Aggregations.GetProperty("all");

        // Sums of ten thousand places stay exact below 2^53.
        return all.GetProperty("count").GetInt64() == count && all.GetProperty("sum").GetDouble().Equals(sum)
            && found.Aggregations.GetProperty("different").GetProperty("value").GetInt64() == count;
    }

    private async Task<ReconcileReport> RepairAsync(
        long first, long until, HashSet<long> dead, ReconcileReport report, TextWriter said, CancellationToken cancellation)
    {
        var found = await stream.FindAsync(first, until, cancellation);
        var surplus = found.GroupBy(one => one.Sequence).SelectMany(same => same.OrderBy(one => one.Hit.Index, StringComparer.Ordinal).Skip(1)).ToList();
        var present = found.Select(one => one.Sequence).ToHashSet();
        var absent = log.Records.Read(first, (int)(until - first)).Where(record => !present.Contains(record.Index) && !dead.Contains(record.Index));
        var missing = (int)(until - first) - present.Count - dead.Count(index => !present.Contains(index));
        var deadBefore = target.DeadLetters.Waiting.Count;
        foreach (var batch in FillBatch.Of(absent, limits))
        {
            await send.RunAsync(batch, isUncertain: false, cancellation);
        }

        // After what is missing was delivered: that needs fewer privileges.
        var kept = 0;
        foreach (var (_, hit) in surplus)
        {
            var answer = await client.DeleteAsync($"{hit.Index}/_doc/{Uri.EscapeDataString(hit.Id)}", cancellation);
            if (answer.Status == 403)
            {
                kept = surplus.Count;
                break;
            }

            if (!answer.IsSuccess)
            {
                throw new ClusterRefusedException(answer);
            }
        }

        if (surplus.Count + missing > 0)
        {
            await said.WriteLineAsync($"events {first} to {until - 1}: {missing} were missing, {surplus.Count} were there more than once");
        }

        return report with
        {
            Missing = report.Missing + missing,
            Surplus = report.Surplus + surplus.Count - kept,
            Kept = report.Kept + kept,
            NewlyRefused = report.NewlyRefused + target.DeadLetters.Waiting.Count - deadBefore,
        };
    }
}

/// <summary>What was found, and repaired.</summary>
/// <param name="From">The first event looked at.</param>
/// <param name="End">One past the last.</param>
/// <param name="Missing">Events that were not there, and were delivered.</param>
/// <param name="Surplus">Documents of an event that was there already, and were removed.</param>
/// <param name="Refused">Events among the dead letters: not there, and known not to be.</param>
/// <param name="NewlyRefused">Of the missing ones, those that were refused now.</param>
/// <param name="Kept">Documents of an event that was there already, which may not be removed.</param>
internal sealed record ReconcileReport(long From, long End, long Missing, long Surplus, long Refused, long NewlyRefused, long Kept);
