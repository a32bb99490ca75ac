using Backbone.Audit.Appending;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// The one loop from the log to the embedded index: opens what is there, makes again what is missing or damaged, and follows the log. The log
/// never waits for it; what it holds in memory is bounded by <see cref="EmbeddedIndexOptions"/>. A failure is told, and tried again.
/// </summary>
internal sealed class FeedIndex(
    SegmentLog log, EmbeddedIndex index, IndexWriter writer, MergeFiles merging, IndexState state, TimeProvider clock, ILogger<AuditModule> logger)
    : BackgroundService
{
    private const int GapBatch = 16_384;

    /// <summary>Few events at a time cost as much as many: after a small batch the next waits so long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookAround = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private readonly FileWatch watch = new(index, writer, clock);
    private Task merge = Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var opened = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Off the start's thread, and off this one's: opening and feeding block on disk and engine.
                await Task.Yield();
                if (!opened)
                {
                    Open(stoppingToken);
                    opened = true;
                }

                await FollowAsync(stoppingToken);
                break;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever went wrong (a full disk, the engine), the log goes on; the index says that it is behind and is tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                state.Fail(failure);
                EmbeddedIndexLines.Failed(logger, failure.Message, failure);
                writer.ForgetNewest();
                await Task.Delay(AfterFailure, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await merge.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Finish();
    }

    /// <summary>A file that is being made is waited for, so that the next start need not read its events again.</summary>
    private void Finish()
    {
        try
        {
            writer.Settle(wait: true);
        }
#pragma warning disable CA1031 // The next start makes it from the log.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            EmbeddedIndexLines.Failed(logger, failure.Message, failure);
        }
    }

    private void Open(CancellationToken stopping)
    {
        writer.Open(log.Records.StartIndex, log.Records.EndIndex, leaf => log.Records.Read(leaf, 1).Single().Payload);
        watch.AtStart(stopping);
        writer.Show();
        EmbeddedIndexLines.Opened(logger, writer.Files.Length, writer.End, log.Records.EndIndex);
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        Task<bool>? more = null;
        var looked = long.MinValue / 2;
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            writer.DropBelow(log.Records.StartIndex);
            if (writer.HasLostNewest)
            {
                writer.ForgetNewest();
            }

            if (index.Suspicion.IsCompleted)
            {
                index.ClearSuspicion();
                watch.ExamineAll(stopping);
            }

            // Whatever else there is to do: on a host that is never idle a damaged file would be searched, and merged in vain, for ever.
            watch.ExamineSuspects(stopping);
            if (clock.GetElapsedTime(looked) >= LookAround)
            {
                looked = clock.GetTimestamp();
                writer.FlushWhenOld();
                watch.ExamineNext(stopping);
            }

            if (writer.Gap is { } gap)
            {
                var events = (int)Math.Min(GapBatch, gap.Until - gap.From);
                writer.Fill(gap.From, events, LeafBatches.Of(log.Records.Read(gap.From, events)), stopping);
                EmbeddedIndexLines.Filled(logger, gap.From, gap.Until);
                continue;
            }

            writer.Settle(wait: false);
            if (writer.TakesWhole(log.Records.EndIndex))
            {
                writer.AppendWhole((from, count) => LeafBatches.Of(log.Records.Read(from, count)));
                state.Succeed();
                continue;
            }

            var records = LeafBatches.Of(log.Records.Read(writer.End, LeafBatches.Events)).FirstOrDefault() ?? [];
            if (records.Count > 0)
            {
                writer.Append(records);
                state.Succeed();
            }

            if (records.Count == LeafBatches.Events || LeafBatches.BytesOf(records) >= LeafBatches.Bytes)
            {
                continue;
            }

            StartMerge(stopping);

            if (records.Count > 0)
            {
                await Task.Delay(Pause, clock, stopping);
                continue;
            }

            more ??= log.Records.WaitForAsync(writer.End, stopping).AsTask();
            await Task.WhenAny(more, index.Suspicion, writer.Written, Task.Delay(LookAround, clock, stopping));
            if (more.IsCompleted)
            {
                if (!await more)
                {
                    return;
                }

                more = null;
            }
        }
    }

    private void StartMerge(CancellationToken stopping)
    {
        if (merge.IsCompleted && merging.Next() is { Count: > 0 } several)
        {
            merge = Task.Run(() => Merge(several, stopping), stopping);
        }
    }

    private void Merge(IReadOnlyList<IndexFile> several, CancellationToken stopping)
    {
        try
        {
            if (merging.Merge(several, stopping) is { } damaged)
            {
                watch.Suspect(damaged);
            }
        }
#pragma warning disable CA1031 // Everything is as it was; the next file that is written tries again.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            EmbeddedIndexLines.Failed(logger, failure.Message, failure);
        }
    }
}
