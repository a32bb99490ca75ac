using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;
using Backbone.Audit.Privacy;
using Backbone.Platform;

namespace Backbone.Audit.Receiving;

/// <summary>
/// Where every way in for other systems ends: the same validation, the same privacy, the same append. A batch is understood as a whole
/// before anything of it is written, and answered when all of it that was taken is on disk.
/// </summary>
internal sealed class EventIntake(EventValidation validation, EventPrivacy privacy, IAuditTrail trail)
{
    /// <summary>Of so many refused events everything that is wrong is told, of further ones the first thing: an answer stays small.</summary>
    private const int ExplainedInFull = 100;

    /// <summary>One answer for each draft, in their order.</summary>
    /// <param name="drafts">Read once, one after the other.</param>
    /// <param name="sender">Who sends them all.</param>
    /// <param name="cancellation">Gives up waiting for room in the log's queue; what was queued is written.</param>
    /// <exception cref="AuditUnavailableException">Some or all are not known to be on disk. Sent again with the same ids, none is there twice.</exception>
    public async Task<IReadOnlyList<Taken>> TakeAsync(IEnumerable<EventDraft> drafts, EventSender sender, CancellationToken cancellation)
    {
        var answers = new List<Taken>();
        var leaves = new List<(int At, ReadOnlyMemory<byte> Leaf)>();
        var refused = 0;
        foreach (var draft in drafts)
        {
            if (validation.Validate(draft, sender) is { } valid
                && await privacy.LeafOfAsync(valid, cancellation) is var leaf && Fits(leaf, draft))
            {
                leaves.Add((answers.Count, leaf));
                answers.Add(new Taken(valid.Id, -1, []));
            }
            else
            {
                answers.Add(new Taken(default, -1, [.. draft.Violations.Take(refused++ < ExplainedInFull ? int.MaxValue : 1)]));
            }
        }

        await AppendAsync(answers, leaves, cancellation);
        return answers;
    }

    private async Task AppendAsync(List<Taken> answers, List<(int At, ReadOnlyMemory<byte> Leaf)> leaves, CancellationToken cancellation)
    {
        var appends = new Task<long>[leaves.Count];
        for (var i = 0; i < appends.Length; i++)
        {
            appends[i] = trail.AppendAsync(answers[leaves[i].At].Id, leaves[i].Leaf, cancellation).AsTask();
        }

        // Every one is awaited, also after a failure: until then the log reads what they hold.
        Exception? failure = null;
        for (var i = 0; i < appends.Length; i++)
        {
            try
            {
                var at = leaves[i].At;
                answers[at] = answers[at] with { Index = await appends[i] };
            }
            catch (Exception one) when (one is AuditUnavailableException or OperationCanceledException)
            {
                failure = failure is AuditUnavailableException ? failure : one;
            }
        }

        if (failure is not null)
        {
            throw failure is AuditUnavailableException ? new AuditUnavailableException(failure.Message, failure) : new OperationCanceledException(cancellation);
        }
    }

    private static bool Fits(ReadOnlyMemory<byte> leaf, EventDraft draft)
    {
        if (leaf.Length <= AuditEventJson.MaxBytes)
        {
            return true;
        }

        draft.Refuse("event", $"at most {AuditEventJson.MaxBytes} bytes as the log writes it", $"{leaf.Length} bytes");
        return false;
    }
}

/// <summary>What became of one event.</summary>
/// <param name="Id">Its id in the log, when it was taken.</param>
/// <param name="Index">Its index in the log; the first one's when the same id was there already.</param>
/// <param name="Violations">Why it was refused; empty when it was taken.</param>
internal readonly record struct Taken(EventId Id, long Index, ImmutableArray<FieldViolation> Violations)
{
    public bool IsAccepted => Violations.IsEmpty;
}
