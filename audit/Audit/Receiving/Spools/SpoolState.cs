using System.Collections.Immutable;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>What is known of one spool; guarded by its gate.</summary>
internal sealed class SpoolState
{
    private SpoolMark mark = new(0, 0, [], []);

    /// <summary>What a recall found in the log above the mark and no sender has repeated yet.</summary>
    private HashSet<Guid> recalled = [];

    /// <summary>While events come under settled numbers: what the log has of them.</summary>
    private TakenEvents? taken;
    private bool wasAsked;

    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>False at first, and whenever a batch ended without anybody knowing how much of it is in the log.</summary>
    public bool IsKnown { get; set; }

    /// <summary>No event ever came under this sequence or a higher one, but for those recalled.</summary>
    public long Next => mark.Settled;

    public void Recalled(SpoolMark from, HashSet<Guid> found)
    {
        (mark, recalled, taken) = (from, found, null);
        IsKnown = true;
    }

    /// <summary>Moves the mark of a quiet spool on, and forgets what was read for repetitions when none came since the last time.</summary>
    public void Rest(SpoolName name, SpoolMarks marks, long logEnd)
    {
        if (!wasAsked)
        {
            taken = null;
        }

        wasAsked = false;
        if (IsKnown && recalled.Count == 0 && mark.LogIndex < logEnd)
        {
            var moved = mark with { LogIndex = logEnd };
            marks.Write(name, moved);
            mark = moved;
        }
    }

    /// <summary>Ids of events in the log, at least of all that came under that sequence or a higher one.</summary>
    public HashSet<Guid> TakenFrom(SpoolName name, LogReader records, long sequence)
    {
        var from = Math.Max(records.StartIndex, SpoolLadder.PlaceOf(mark.Ladder, sequence));
        if (taken is null || taken.From > from)
        {
            taken = new TakenEvents(name, records, from);
        }

        wasAsked = true;
        taken.ReadOn();
        return taken.Ids;
    }

    /// <summary>Events from <see cref="Next"/> on lie in the log at this index or after it; further down while some of what was found has not come again.</summary>
    public long PlaceOfNext(long logEnd) => recalled.Count == 0 ? logEnd : mark.LogIndex;

    /// <summary>In the log already, above the mark.</summary>
    public bool WasRecalled(Guid id) => recalled.Remove(id);

    /// <summary>Refused for good, and its sender has not gone on since.</summary>
    public bool WasRefused(long sequence) => mark.Refused.BinarySearch(sequence) >= 0;

    /// <summary>A batch has been dealt with. Durable when it returns.</summary>
    /// <param name="name">Of the spool.</param>
    /// <param name="marks">Where its mark is kept.</param>
    /// <param name="place">What <see cref="PlaceOfNext"/> was before the batch.</param>
    /// <param name="logEnd">Where it ends now.</param>
    /// <param name="end">One past the batch's last sequence.</param>
    /// <param name="refused">Events of the batch.</param>
    /// <param name="hasReused">Some were appended under settled numbers.</param>
    public void Keep(SpoolName name, SpoolMarks marks, long place, long logEnd, long end, List<SpoolRefusal> refused, bool hasReused)
    {
        // Of earlier batches the sender has heard, or it would not have gone on; a repetition may be shorter than what it repeats.
        ImmutableArray<long> untold = [.. refused.Select(one => one.Sequence), .. mark.Refused.Where(one => one >= end)];
        var goesOn = end > mark.Settled;

        var next = new SpoolMark(
            Math.Max(mark.Settled, end), PlaceOfNext(logEnd), untold,
            goesOn ? SpoolLadder.Add(mark.Ladder, new SpoolRung(mark.Settled, place)) : mark.Ladder);
        if (goesOn || hasReused || !untold.SequenceEqual(mark.Refused))
        {
            marks.Write(name, next);
            mark = next;
        }
    }
}
