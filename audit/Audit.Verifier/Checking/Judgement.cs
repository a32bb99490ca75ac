using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>Whom to believe when a tile and what lies below it disagree.</summary>
internal enum Blame
{
    Nobody,
    Tile,
    Below,

    /// <summary>Neither leads to what is above, or both do not.</summary>
    Either,
}

/// <summary>
/// A tile's row is told twice: by its file, and by what lies below it (entries, or the tiles of the level below). Where the two differ, the
/// one that leads to what is above (the parent tile's hash; for the right edge the signed root) is right.
/// </summary>
internal static class Judgement
{
    /// <param name="stored">The file's row; empty if there is none.</param>
    /// <param name="computed">The row from below; where <paramref name="known"/> is false there is nothing below to compute from.</param>
    /// <param name="leadsUp">Whether a complete row leads to what is above.</param>
    public static Blame Of(ReadOnlySpan<TreeHash> stored, ReadOnlySpan<TreeHash> computed, ReadOnlySpan<bool> known, Func<TreeHash[], bool> leadsUp)
    {
        if (stored.IsEmpty)
        {
            return Blame.Tile;
        }

        var agree = true;
        for (var i = 0; i < stored.Length && agree; i++)
        {
            agree = !known[i] || stored[i] == computed[i];
        }

        if (agree)
        {
            return Blame.Nobody;
        }

        var storedLeads = leadsUp(stored.ToArray());
        var computedLeads = !known.Contains(false) && leadsUp(computed.ToArray());
        return (storedLeads, computedLeads) switch
        {
            (true, false) => Blame.Below,
            (false, true) => Blame.Tile,
            _ => Blame.Either,
        };
    }

    /// <summary>The places where the two differ, joined into runs of neighbours [from, end).</summary>
    public static List<(int From, int End)> Runs(ReadOnlySpan<TreeHash> stored, ReadOnlySpan<TreeHash> computed, ReadOnlySpan<bool> known)
    {
        var runs = new List<(int From, int End)>();
        for (var i = 0; i < stored.Length; i++)
        {
            if (known[i] && stored[i] == computed[i])
            {
                continue;
            }

            if (runs.Count > 0 && runs[^1].End == i)
            {
                runs[^1] = (runs[^1].From, i + 1);
            }
            else
            {
                runs.Add((i, i + 1));
            }
        }

        return runs;
    }
}
