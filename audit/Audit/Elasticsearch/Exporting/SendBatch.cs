using System.Security.Cryptography;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Indexing;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// Brings one batch to its end: every event of it indexed or among the dead letters. What failed for a passing reason is sent again by
/// itself; where a request may have been carried out or not, the index is asked first, since a document's id protects it only within one
/// backing index.
/// </summary>
internal sealed class SendBatch(
    IndexStream stream, Func<CancellationToken, Task> install, ExportProgress progress, DeadLetters dead, BatchBudget budget, ExportLimits limits,
    ExportMetrics metrics, TimeProvider clock, ILogger<AuditModule> logger)
{
    /// <param name="batch">Owned by this call.</param>
    /// <param name="isUncertain">Some of it may be in the index already.</param>
    /// <param name="cancellation">Gives up; what was sent counts as undecided.</param>
    public async Task RunAsync(ExportBatch batch, bool isUncertain, CancellationToken cancellation)
    {
        var pause = limits.FirstPause;
        var most = int.MaxValue;
        var unusable = batch.Unusable.Select(one => new DeadLetter(one.Index, clock.GetUtcNow(), 0, "not_a_document", one.Reason)).ToList();
        while (unusable.Count + batch.Waiting.Count > 0)
        {
            string? fault;
            try
            {
                Bury(unusable);
                unusable.Clear();
                if (isUncertain)
                {
                    await SkipPresentAsync(batch, cancellation);
                    isUncertain = false;
                }

                if (batch.Waiting.Count == 0)
                {
                    break;
                }

                (fault, isUncertain, most) = await SendAsync(batch, most, cancellation);
            }
            catch (ClusterUnavailableException away)
            {
                (fault, isUncertain) = (away.Message, isUncertain || away.MayHaveHappened);
            }
            catch (Exception failure) when (failure is ClusterRefusedException or IOException)
            {
                // Part of the request may be in the index, settled or not: it is asked before anything is sent again.
                (fault, isUncertain) = (failure.Message, true);
            }

            if (fault is null)
            {
                pause = limits.FirstPause;
                if (progress.Succeeded(batch.First))
                {
                    ExportLines.GoesOn(logger);
                }

                continue;
            }

            if (progress.Fault is null)
            {
                ExportLines.StandsStill(logger, fault);
            }

            progress.Failed(batch.First, fault, isUncertain);
            await Task.Delay(Jittered(pause), clock, cancellation);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, limits.LongestPause.Ticks));
        }

        progress.Done(batch.First, batch.End, limits.CursorEvery);
    }

    /// <summary>
    /// One request. Answers what went wrong, null when nothing did, whether some of it may have been carried out all the same, and how many
    /// bytes the next may have: whatever stands in between may allow less than the least that a cluster short of memory is asked to take.
    /// </summary>
    private async Task<(string? Fault, bool IsUncertain, int Most)> SendAsync(ExportBatch batch, int most, CancellationToken cancellation)
    {
        var portion = batch.Portion(Math.Min(budget.Bytes, most));
        var lines = batch.Lines(portion);
        var answer = await stream.BulkAsync(lines, cancellation);
        metrics.Requests.Add(1);
        switch (answer.Status)
        {
            case 200:
                var (fault, isUncertain) = await SettleAsync(batch, portion, answer.Read(ElasticsearchJson.Default.BulkAnswer), cancellation);
                return (fault, isUncertain, most);
            case 413 when portion.Count == 1:
                Bury([Letter(batch, portion[0], 413, answer.Error() ?? new ClusterError("too_large", $"{lines.Length} bytes are more than a request may have"))]);
                batch.Settle([portion[0]]);
                return (null, false, most);
            case 413:
                budget.Shrink(lines.Length);
                return (null, false, lines.Length / 2);
            case 429:
                budget.Shrink(lines.Length);
                return ($"Elasticsearch answered {answer}", false, most);
            default:
                return ($"Elasticsearch answered {answer}", answer.Status >= 500, most);
        }
    }

    private async Task<(string? Fault, bool IsUncertain)> SettleAsync(
        ExportBatch batch, IReadOnlyList<int> portion, BulkAnswer answer, CancellationToken cancellation)
    {
        if (answer.Items?.Count != portion.Count)
        {
            return ($"Elasticsearch answered {answer.Items?.Count} items for {portion.Count} events", true);
        }

        HashSet<int> settled = [];
        List<DeadLetter> letters = [];
        (string? Fault, bool IsUncertain, bool NoIndex) found = default;
        for (var i = 0; i < portion.Count; i++)
        {
            var item = answer.Items[i].Create ?? default;
            var verdict = ItemVerdicts.Of(item);
            switch (verdict)
            {
                case ItemVerdict.Done:
                    settled.Add(portion[i]);
                    break;
                case ItemVerdict.Dead:
                    settled.Add(portion[i]);
                    letters.Add(Letter(batch, portion[i], item.Status, item.Error ?? new ClusterError("failure_store", "the document went into the failure store")));
                    break;
                default:
                    found = (
                        found.Fault ?? $"Elasticsearch answered {item.Status} {item.Error?.Type}: {item.Error?.ShortReason}",
                        found.IsUncertain || verdict == ItemVerdict.Unknown, found.NoIndex || verdict == ItemVerdict.NoIndex);
                    break;
            }
        }

        Bury(letters);
        batch.Settle(settled);
        metrics.Events.Add(settled.Count - letters.Count);
        if (found.Fault is null)
        {
            budget.Grow();
        }

        if (found.NoIndex)
        {
            await install(cancellation);
        }

        return (found.Fault, found.IsUncertain);
    }

    private async Task SkipPresentAsync(ExportBatch batch, CancellationToken cancellation)
    {
        await stream.RefreshAsync(cancellation);
        var present = (await stream.FindAsync(batch.First, batch.End, cancellation)).Select(found => found.Sequence).ToHashSet();
        if (present.Count > 0)
        {
            batch.Settle([.. batch.Waiting.Where(position => present.Contains(batch.IndexOf(position)))]);
        }
    }

    private DeadLetter Letter(ExportBatch batch, int position, int status, ClusterError error) =>
        new(batch.IndexOf(position), clock.GetUtcNow(), status, error.Type, error.ShortReason);

    /// <summary>On disk before anybody counts them as decided.</summary>
    private void Bury(List<DeadLetter> letters)
    {
        dead.Append(letters);
        metrics.Dead.Add(letters.Count);
        if (letters.Count > 0)
        {
            ExportLines.DeadLetters(logger, letters.Count, letters[0].Index, letters[0].Status, letters[0].Type, dead.FullPath);
        }
    }

    /// <summary>Half of it fixed, half by chance, so that hosts do not come back all at once.</summary>
    private static TimeSpan Jittered(TimeSpan pause) =>
        pause / 2 + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)Math.Max(1, pause.TotalMilliseconds / 2)));
}
