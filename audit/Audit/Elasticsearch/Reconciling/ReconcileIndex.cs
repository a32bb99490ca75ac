using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>
/// Holds an index against the log, range by range: how many events, how many different ones, the sum of their places. Where a range is not as
/// the log has it, each event of it is looked at; what is missing is delivered, what is there twice is removed but once. Whoever calls it holds
/// the <see cref="IndexLease"/>.
/// </summary>
internal sealed class ReconcileIndex
{
    /// <summary>Events of one range.</summary>
    private const int Range = 10_000;

    /// <summary>Elasticsearch's own bound; below it the count of different values is nearly exact.</summary>
    private const int MostPrecise = 40_000;

    private readonly IndexWork work;
    private readonly VerifiedLog log;
    private readonly IndexStream stream;
    private readonly SendBatch send;

    /// <param name="work">The index, and what it takes to repair it.</param>
    /// <param name="log">As far as it is published.</param>
    /// <param name="report">Of <see cref="BeginAsync"/>, or where an earlier one was interrupted.</param>
    public ReconcileIndex(IndexWork work, VerifiedLog log, ReconcileReport report)
    {
        this.work = work;
        this.log = log;
        Report = report;
        stream = work.Stream(report.Stream);
        send = work.Sender(stream, log);
    }

    /// <summary>How far it has come and what it found and repaired by then; whatever was repaired stands in it, also after a failure.</summary>
    public ReconcileReport Report { get; private set; }

    /// <summary>From where the index is to begin to what is published and exported now. Nothing was looked at yet.</summary>
    public static async Task<ReconcileReport> BeginAsync(IndexWork work, VerifiedLog log, string stream, CancellationToken cancellation)
    {
        var end = work.ExportedOf(log, stream);
        var from = await work.FirstWantedAsync(log, work.Stream(stream), end, cancellation);
        return new ReconcileReport(stream, from, from, Math.Max(from, end)) { At = work.Clock.GetUtcNow() };
    }

    /// <summary>From now on every event below the report's end is seen, however lately it was delivered.</summary>
    public Task RefreshAsync(CancellationToken cancellation) => stream.RefreshAsync(cancellation);

    /// <summary>Looks at the next range and repairs it.</summary>
    /// <param name="said">Takes a range that was not as it should be.</param>
    /// <param name="cancellation">Gives up; the range is looked at again.</param>
    public async Task NextAsync(Action<RangeFinding> said, CancellationToken cancellation)
    {
        // Again each time: retention goes on meanwhile.
        var first = Math.Max(Report.Next, work.StartOf(log, stream.Name));
        var until = Math.Min(Report.End, first + Range);
        if (first >= until)
        {
            Report = Report with { Next = Report.End };
            return;
        }

        var dead = work.Target.DeadLetters.Waiting.Keys.Where(index => index >= first && index < until).ToHashSet();
        if (!await AgreesAsync(first, until, dead, cancellation))
        {
            await RepairAsync(first, until, dead, said, cancellation);
        }

        Report = Report with { Next = until, Refused = Report.Refused + dead.Count };
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
        if (found.Aggregations.ValueKind == JsonValueKind.Undefined)
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

    private async Task RepairAsync(long first, long until, HashSet<long> dead, Action<RangeFinding> said, CancellationToken cancellation)
    {
        var found = await stream.FindAsync(first, until, cancellation);
        var surplus = found.GroupBy(one => one.Sequence).SelectMany(same => same.OrderBy(one => one.Hit.Index, StringComparer.Ordinal).Skip(1)).ToList();

        // After the look, for whoever deletes says so first: what was deleted before it is not taken for missing.
        var from = Math.Max(first, await work.FirstWantedAsync(log, stream, until, cancellation));
        var missing = from < until ? await DeliverAsync(from, until, [.. found.Select(one => one.Sequence), .. dead], cancellation) : 0;

        // After what is missing was delivered: that needs fewer privileges.
        await RemoveAsync(surplus, cancellation);
        if (missing + surplus.Count > 0)
        {
            said(new RangeFinding(first, until - 1, missing, surplus.Count));
        }
    }

    /// <summary>Answers how many were missing. What a failure leaves undelivered is found, and counted, the next time.</summary>
    private async Task<int> DeliverAsync(long from, long until, HashSet<long> known, CancellationToken cancellation)
    {
        var missing = 0;
        List<long> places = [];
        var absent = log.Records.Read(from, (int)(until - from)).Where(record => !known.Contains(record.Index));
        foreach (var batch in FillBatch.Of(Noted(absent, places), work.Limits))
        {
            await send.RunAsync(batch, isUncertain: false, cancellation);

            // The next batch's first event may have been read already.
            var sent = places.Where(place => place < batch.End).ToList();
            places.RemoveRange(0, sent.Count);
            missing += sent.Count;
            var refused = work.Target.DeadLetters.Waiting;
            Report = Seen(Report, sent) with
            {
                Missing = Report.Missing + sent.Count,
                NewlyRefused = Report.NewlyRefused + sent.Count(refused.ContainsKey),
            };
        }

        return missing;
    }

    private async Task RemoveAsync(List<(long Sequence, SearchHit Hit)> surplus, CancellationToken cancellation)
    {
        for (var i = 0; i < surplus.Count; i++)
        {
            var (place, hit) = surplus[i];
            var answer = await work.Client.DeleteAsync($"{hit.Index}/_doc/{Uri.EscapeDataString(hit.Id)}", cancellation);
            if (answer.Status == 403)
            {
                Report = Seen(Report, surplus.Skip(i).Select(one => one.Sequence)) with { Kept = Report.Kept + surplus.Count - i };
                return;
            }

            // Gone meanwhile, with its index or by hand, is gone.
            if (!answer.IsSuccess && answer.Status != 404)
            {
                throw new ClusterRefusedException(answer);
            }

            Report = Seen(Report, [place]) with { Surplus = Report.Surplus + 1 };
        }
    }

    private static ReconcileReport Seen(ReconcileReport report, IEnumerable<long> places) => places.Aggregate(
        report, (so, place) => so with { FirstFound = Math.Min(so.FirstFound ?? place, place), EndFound = Math.Max(so.EndFound, place + 1) });

    private static IEnumerable<LogRecord> Noted(IEnumerable<LogRecord> records, List<long> places)
    {
        foreach (var record in records)
        {
            places.Add(record.Index);
            yield return record;
        }
    }
}
