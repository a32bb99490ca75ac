using System.Collections.Concurrent;
using System.Collections.Immutable;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Forwarding;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>
/// Takes the spools of other hosts, each in its order and each event once, however old a repetition is. The log's window of ids forgets;
/// this does not: a spool's sequences settled so far are kept as one number, durable before the answer, and what a crash left between log
/// and number is found in the log itself by the spool's id in its leaves.
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
            var refused = await AppendAsync(name, state, first, lines);
            state.Next = Math.Max(state.Next, end);
            state.Keep(name, marks, log.Records.EndIndex, end, refused);
            state.IsKnown = true;
            return new SpoolAnswer(end, refused.Count == 0 ? null : refused);
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
                    state.MoveMark(name, marks, log.Records.EndIndex);
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

        // Who begins at its first event and was never heard of is new. A mark of another log, or of a longer one, says nothing of this.
        var known = mark is { } kept && kept.LogIndex <= end ? kept : new SpoolMark(0, mark is null && first == 0 ? end : log.Records.StartIndex, []);
        if (!ReferenceEquals(mark, known))
        {
            // Before anything is appended: else the next start would take the spool for new, or again for unknown.
            marks.Write(name, known);
        }

        var tag = ForwardedEvent.TagOf(name.Spool);
        var seen = new HashSet<Guid>();
        foreach (var record in log.Records.Read(Math.Max(known.LogIndex, log.Records.StartIndex), int.MaxValue))
        {
            if (record.Payload.AsSpan().IndexOf(tag) >= 0)
            {
                seen.Add(record.EventId);
            }
        }

        state.Recalled(known, seen);
    }

    private async Task<List<SpoolRefusal>> AppendAsync(SpoolName name, SpoolState state, long first, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var refused = new List<SpoolRefusal>();
        var appends = new List<Task<long>>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            // What was refused before is judged again, for its sender may not have heard of it: nothing of it is in the log.
            if (state.IsTaken(first + i))
            {
                continue;
            }

            var violations = new List<FieldViolation>();
            if (ForwardedEvent.Read(lines[i], name, violations) is not { } taken)
            {
                refused.Add(new SpoolRefusal(first + i, violations));
            }
            else if (!state.HasSeen(taken.Id.Value))
            {
                // Never given up once begun: half a batch in doubt would have to be looked for.
                appends.Add(trail.AppendAsync(taken.Id, taken.Leaf, CancellationToken.None).AsTask());
            }
        }

        try
        {
            await Task.WhenAll(appends);
        }
        catch (AuditUnavailableException away)
        {
            throw new AuditUnavailableException(away.Message, away);
        }

        return refused;
    }

    /// <summary>What is known of one spool; guarded by its gate.</summary>
    private sealed class SpoolState
    {
        private SpoolMark mark = new(0, 0, []);
        private HashSet<Guid> seen = [];

        public SemaphoreSlim Gate { get; } = new(1);

        /// <summary>False at first, and whenever a batch ended without anybody knowing how much of it is in the log.</summary>
        public bool IsKnown { get; set; }

        public long Next { get; set; }

        public void Recalled(SpoolMark from, HashSet<Guid> found)
        {
            mark = from;
            Next = from.Settled;
            seen = found;
            IsKnown = true;
        }

        public void MoveMark(SpoolName name, SpoolMarks marks, long logEnd)
        {
            if (IsKnown && seen.Count == 0 && mark.LogIndex < logEnd)
            {
                mark = mark with { LogIndex = logEnd };
                marks.Write(name, mark);
            }
        }

        /// <summary>Below what is settled, and not among the refused: in the log.</summary>
        public bool IsTaken(long sequence) => sequence < Next && mark.Refused.BinarySearch(sequence) < 0;

        /// <summary>In the log already, above the mark.</summary>
        public bool HasSeen(Guid id) => seen.Remove(id);

        public void Keep(SpoolName name, SpoolMarks marks, long logEnd, long end, List<SpoolRefusal> refused)
        {
            // Of earlier batches the sender has heard, or it would not have gone on; a repetition may be shorter than what it repeats.
            ImmutableArray<long> untold = [.. refused.Select(one => one.Sequence), .. mark.Refused.Where(one => one >= end)];

            // While some of what was found has not come again, events of the spool above the mark lie further down.
            var next = new SpoolMark(Next, seen.Count == 0 ? logEnd : mark.LogIndex, untold);
            if (next.Settled != mark.Settled || !untold.SequenceEqual(mark.Refused))
            {
                marks.Write(name, next);
                mark = next;
            }
        }
    }
}
