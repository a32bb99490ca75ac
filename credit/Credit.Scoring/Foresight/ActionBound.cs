using System.Numerics;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Scoring.Foresight;

/// <summary>
/// How far a number of candidates can raise the sum at most. Each rule tells what it can be after so many of its facts are gone, within its bounds; rules
/// share the number among them as is best for the sum, groups keep theirs within bounds. Where a fact belongs to several rules, one of them takes part in
/// the sharing and the others are given the whole number: too much, never too little.
/// </summary>
internal sealed class ActionBound
{
    private readonly CompiledPack pack;
    private readonly List<RuleLoss> rules = [];
    private readonly ulong[] feeds;
    private readonly long[][] shared;

    /// <param name="pack">Of the day.</param>
    /// <param name="columns">All facts.</param>
    /// <param name="trace">What the kernel told of all facts.</param>
    /// <param name="required">Rows that are gone in any case.</param>
    /// <param name="candidates">Rows that may go.</param>
    public ActionBound(CompiledPack pack, FactColumns columns, RecordingTrace trace, IReadOnlySet<int> required, ReadOnlySpan<int> candidates)
    {
        this.pack = pack;
        feeds = new ulong[candidates.Length];
        shared = new long[pack.GroupBaseline.Length][];
        var places = new Dictionary<int, int>();
        for (var i = 0; i < candidates.Length; i++)
        {
            places[candidates[i]] = i;
        }

        foreach (var rule in trace.Fed.GroupBy(fed => fed.Rule).OrderBy(rule => rule.Key))
        {
            var loss = new RuleLoss(pack.Rules[rule.Key], rule.Key, candidates.Length);
            foreach (var (row, _, measured, points) in rule)
            {
                var place = places.TryGetValue(row, out var at) ? at : -1;
                loss.Add(place, measured, points, columns.Quantity[row], columns.Decided[row], isGone: required.Contains(row));
                if (place >= 0)
                {
                    feeds[place] |= 1UL << rule.Key;
                }
            }

            loss.Seal();
            rules.Add(loss);
        }

        // A rule takes part in the sharing when no candidate that feeds it is another's; of several the one with points of its own.
        var owners = new int[candidates.Length];
        for (var i = 0; i < owners.Length; i++)
        {
            var fed = rules.Where(rule => (feeds[i] & (1UL << rule.Index)) != 0).ToList();
            owners[i] = fed.Find(rule => rule.HasOwnPoints)?.Index ?? (fed.Count > 0 ? fed[0].Index : -1);
        }

        foreach (var rule in rules)
        {
            rule.Shares = rule.Candidates > 0 && !Enumerable.Range(0, owners.Length).Any(i => (feeds[i] & (1UL << rule.Index)) != 0 && owners[i] != rule.Index);
        }
    }

    /// <summary>Whether the candidate loses nothing by going in place of the other: then the other goes only after it.</summary>
    public bool Dominates(int one, int other) =>
        feeds[one] == feeds[other] && rules.TrueForAll(rule => (feeds[one] & (1UL << rule.Index)) == 0 || rule.IsAsGood(one, other));

    /// <summary>The largest sum, before the scale, that is left when these are gone and so many more of those from a place on.</summary>
    /// <param name="gone">By candidate.</param>
    /// <param name="from">The first that may still go.</param>
    /// <param name="more">How many.</param>
    public long Reach(ReadOnlySpan<bool> gone, int from, int more)
    {
        for (var group = 0; group < shared.Length; group++)
        {
            shared[group] = shared[group]?.Length == more + 1 ? shared[group] : new long[more + 1];
            Array.Fill(shared[group], pack.GroupBaseline[group]);
        }

        Span<long> most = stackalloc long[more + 1 <= 512 ? more + 1 : 0];
        most = most.IsEmpty ? new long[more + 1] : most;
        foreach (var rule in rules)
        {
            var into = shared[rule.Group];
            if (rule.Shares)
            {
                var reach = rule.Most(gone, from, most);
                Share(into, most[..(reach + 1)]);
            }
            else
            {
                rule.Most(gone, from, most);
                for (var i = 0; i <= more; i++)
                {
                    into[i] += most[more];
                }
            }
        }

        var all = new long[more + 1];
        Array.Fill(all, pack.Base);
        for (var group = 0; group < shared.Length; group++)
        {
            for (var i = 0; i <= more; i++)
            {
                shared[group][i] = Math.Clamp(shared[group][i], pack.GroupFloor[group], pack.GroupCeiling[group]);
            }

            Share(all, shared[group]);
        }

        return all[more];
    }

    /// <summary>Gives each number to both as is best. Both ascend; the second may be shorter, and is then as its last.</summary>
    private static void Share(long[] into, ReadOnlySpan<long> more)
    {
        // From the end on: what stands before is still what was without the second.
        for (var all = into.Length - 1; all >= 0; all--)
        {
            var best = long.MinValue;
            for (var given = Math.Min(all, more.Length - 1); given >= 0; given--)
            {
                best = Math.Max(best, into[all - given] + more[given]);
            }

            into[all] = best;
        }
    }
}
