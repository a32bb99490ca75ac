using System.Text;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Publishing;
using Backbone.Audit.Searching;
using Backbone.Audit.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Retention;

/// <summary>
/// Deletes whole ranges whose time is over, a few times a day. The order is the safety: the statement is signed, in the database and beside
/// the checkpoint; an event says what will go and why; only then do segments and entry bundles go. Hash tiles stay: they prove without
/// telling. A crash on the way leaves some of what was to go, which the next round deletes under the same statement.
/// </summary>
internal sealed class DeleteExpired(
    SegmentLog log, PublishedLog published, TlogFolder folder, LogSigner signer, MinimumFile minimum, IEventIndex index, Anchors anchors,
    RetentionPeriods periods, RetentionProgress progress, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<AuditModule> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private readonly FindExpired find = new(log.Records, folder, periods);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Delete)
        {
            return;
        }

        var wait = First;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(wait, clock, stoppingToken);
                wait = Every;
                await RunAsync(stoppingToken);
                progress.State = new RetentionState(clock.GetUtcNow(), find.StaysUntil, null);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever went wrong, nothing is deleted that must stay, and the next round tries again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                RetentionLines.NotDeleted(logger, failure.Message, failure);
                progress.State = new RetentionState(clock.GetUtcNow(), null, failure.Message);
            }
        }
    }

    /// <summary>One round. Answers the log's start.</summary>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        // 1. What an earlier round said and did not end.
        var begun = minimum.Read()?.Index ?? 0;
        var start = DeleteBelow(log.Records.StartIndex >= begun ? begun : ReadUpTo(begun));

        // 2. What may go: expired, as it was signed, and nowhere still waiting to be read.
        var end = find.Run(published.State.Published, clock.GetUtcNow(), cancellation);
        end = ReadUpTo(end);
        if (end <= start)
        {
            return start;
        }

        // 3. The statement, where the next start and every stranger find it.
        var now = clock.GetUtcNow();
        var said = new MinimumIndex(signer.Origin, end, Subtree.Range(0, end, published.State.Published, folder.ReadTile), now.ToUnixTimeSeconds(), periods.Reasons);
        var note = signer.Sign(said).ToArray();
        await anchors.AddMinimumAsync(
            new RetentionStatement
            {
                Id = Guid.CreateVersion7(now),
                FromIndex = start,
                EndIndex = end,
                Note = Encoding.UTF8.GetString(note),
                SignedAt = now,
            },
            cancellation);

        // 4. The event, before anything goes.
        await log.AppendAsync(
            AuditKinds.Delete.Occurred(clock).With("resource.type", "audit-log").With("resource.from", start).With("resource.to", end).With("resource.count", end - start),
            cancellation);
        minimum.Write(note);
        start = DeleteBelow(end);
        RetentionLines.Deleted(logger, said.Index, start);
        return start;
    }

    /// <summary>The end of the last whole segment that ends there or before and of which nothing waits for the index: it reads without gaps.</summary>
    private long ReadUpTo(long end) => log.Records.Complete().Select(segment => segment.End)
        .Where(until => until <= end && index.StateOf(until - 1) != IndexedState.Waiting).DefaultIfEmpty(0).Max();

    private long DeleteBelow(long end)
    {
        if (end == 0)
        {
            return log.Records.StartIndex;
        }

        var start = log.DeleteBelow(end);
        folder.DeleteBundlesBelow(end);
        return start;
    }
}

internal static partial class RetentionLines
{
    [LoggerMessage(3450, LogLevel.Information, "Audit events before {Minimum} were deleted by their retention rules; the log begins with event {Start}")]
    public static partial void Deleted(ILogger logger, long minimum, long start);

    [LoggerMessage(3451, LogLevel.Error, "Audit events whose time is over were not deleted: {Reason}")]
    public static partial void NotDeleted(ILogger logger, string reason, Exception cause);
}
