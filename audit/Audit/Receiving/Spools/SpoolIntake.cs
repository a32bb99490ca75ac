using System.Collections.Concurrent;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Forwarding;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>
/// Takes the spools of other hosts, each in its order and each event once, however old a repetition is. The log's window of ids forgets;
/// this does not: a spool's sequences settled so far are kept as one number, durable before the answer, and what a crash left between log
/// and number is found in the log itself by the spool's id in its leaves. The number only says what need not be looked for: an event that comes
/// under one that is settled is a repetition if the log has its id, and else a new event of a host whose disk was rolled back, or of one of two hosts
/// with one spool. It is taken, and said.
/// </summary>
internal sealed class SpoolIntake(SegmentLog log, IAuditTrail trail, SpoolMarks marks, ILogger<AuditModule> logger)
{
    private readonly ConcurrentDictionary<SpoolName, SpoolState> states = new();

    /// <summary>What became of the batch; <see cref="SpoolAnswer.Next"/> is not one past it when the sender is to go on elsewhere.</summary>
    /// <param name="name">Whose batch it is.</param>
    /// <param name="first">The sequence of its first line.</param>
    /// <param name="oldest">The oldest sequence that the sender still has: a gap below it cannot be filled any more.</param>
    /// <param name="lines">The events, in order.</param>
    /// <exception cref="AuditUnavailableException">Some or all are not known to be on disk. To be sent again.</exception>
    public async Task<SpoolAnswer> TakeAsync(SpoolName name, long first, long oldest, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var state = states.GetOrAdd(name, _ => new SpoolState());

        // A sender that gave up waiting may come again while its first request is still at work here.
        await state.Gate.WaitAsync();
        try
        {
            if (!state.IsKnown)
            {
                Recall(name, state, first);
            }

            if (first > state.Next && oldest < first)
            {
                SpoolLines.Behind(logger, name.Client, name.Spool, first, state.Next);
                return new SpoolAnswer(Math.Max(state.Next, oldest));
            }

            if (first > state.Next)
            {
                SpoolLines.Missing(logger, name.Client, name.Spool, state.Next, first);
            }

            state.IsKnown = false;
            var end = first + lines.Count;
            var place = state.PlaceOfNext(log.Records.EndIndex);
            var (refused, reused) = await AppendAsync(name, state, first, lines);
            state.Keep(name, marks, place, log.Records.EndIndex, end, refused, reused > 0);
            state.IsKnown = true;
            if (reused > 0)
            {
                SpoolLines.Reused(logger, reused, lines.Count, first, name.Spool, name.Client);
            }

            return new SpoolAnswer(end, refused.Count == 0 ? null : refused, reused == 0 ? null : reused);
        }
        finally
        {
            state.Gate.Release();
        }
    }

    /// <summary>Moves the marks of quiet spools on with the log, so that a start reads little of it for them.</summary>
    public void MoveMarks()
    {
        foreach (var (name, state) in states)
        {
            // Nothing of a spool is under way while its gate is free.
            if (state.Gate.Wait(0))
            {
                try
                {
                    state.Rest(name, marks, log.Records.EndIndex);
                }
                finally
                {
                    state.Gate.Release();
                }
            }
        }
    }

    /// <summary>From the mark, and from the log after it: an event may be in the log although the mark does not say so.</summary>
    private void Recall(SpoolName name, SpoolState state, long first)
    {
        var end = log.Records.EndIndex;
        var mark = marks.Read(name);

        // Who begins at its first event and was never heard of is new. A mark of another log, or of a longer one, says nothing of this, nor does a
        // damaged one.
        var known = mark is { } kept && kept.LogIndex <= end ? kept : new SpoolMark(0, first == 0 && !marks.Has(name) ? end : log.Records.StartIndex, [], []);
        if (!ReferenceEquals(mark, known))
        {
            // Before anything is appended: else the next start would take the spool for new, or again for unknown.
            marks.Write(name, known);
        }

        var taken = new TakenEvents(name, log.Records, known.LogIndex);
        taken.ReadOn();
        state.Recalled(known, taken.Ids);
    }

    private async Task<(List<SpoolRefusal> Refused, int Reused)> AppendAsync(
        SpoolName name, SpoolState state, long first, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var refused = new List<SpoolRefusal>();
        var appends = new List<Task<long>>(lines.Count);
        var before = first < state.Next ? state.TakenFrom(name, log.Records, first) : null;
        var reused = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            // What was refused before is judged again, for its sender may not have heard of it: nothing of it is in the log.
            var sequence = first + i;
            var violations = new List<FieldViolation>();
            if (ForwardedEvent.Read(lines[i], name, violations) is not { } read)
            {
                refused.Add(new SpoolRefusal(sequence, violations));
                continue;
            }

            var isSettled = sequence < state.Next;
            if (state.WasRecalled(read.Id.Value) || (isSettled && before!.Contains(read.Id.Value)))
            {
                continue;
            }

            if (isSettled && !state.WasRefused(sequence))
            {
                reused++;
            }

            // Never given up once begun: half a batch in doubt would have to be looked for.
            appends.Add(trail.AppendAsync(read.Id, read.Leaf, CancellationToken.None).AsTask());
        }

        try
        {
            await Task.WhenAll(appends);
        }
        catch (AuditUnavailableException away)
        {
            throw new AuditUnavailableException(away.Message, away);
        }

        return (refused, reused);
    }
}
