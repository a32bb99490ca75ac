using System.Collections.Immutable;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>Whatever came of a spool under that sequence or a higher one lies in the log at that index or after it.</summary>
internal readonly record struct SpoolRung(long Sequence, long LogIndex);

/// <summary>
/// Rungs of one spool, oldest first, the closer together the newer: a sender that comes back with something old costs reading the log from about there,
/// not from its beginning. Two for each doubling of how far back it is.
/// </summary>
internal static class SpoolLadder
{
    public static long PlaceOf(ImmutableArray<SpoolRung> ladder, long sequence)
    {
        for (var i = ladder.Length - 1; i >= 0; i--)
        {
            if (ladder[i].Sequence <= sequence)
            {
                return ladder[i].LogIndex;
            }
        }

        return 0;
    }

    /// <param name="ladder">Of lower sequences.</param>
    /// <param name="newest">Stays; others go whose neighbours are close to each other, seen from it.</param>
    public static ImmutableArray<SpoolRung> Add(ImmutableArray<SpoolRung> ladder, SpoolRung newest)
    {
        var kept = new List<SpoolRung>(ladder.Length + 1);
        for (var i = 0; i < ladder.Length; i++)
        {
            var newer = i + 1 < ladder.Length ? ladder[i + 1] : newest;
            if (kept.Count == 0 || newest.Sequence - kept[^1].Sequence > 2 * (newest.Sequence - newer.Sequence))
            {
                kept.Add(ladder[i]);
            }
        }

        return [.. kept, newest];
    }

    public static string Write(ImmutableArray<SpoolRung> ladder) => string.Join(',', ladder.Select(rung => FormattableString.Invariant($"{rung.Sequence}:{rung.LogIndex}")));

    /// <summary>Null when the text is none that was written.</summary>
    public static ImmutableArray<SpoolRung>? Read(string text)
    {
        var rungs = ImmutableArray.CreateBuilder<SpoolRung>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(':') is not [var sequence, var index] || SpoolMarks.Number(sequence) is not { } at || SpoolMarks.Number(index) is not { } place)
            {
                return null;
            }

            rungs.Add(new SpoolRung(at, place));
        }

        return rungs.ToImmutable();
    }
}
