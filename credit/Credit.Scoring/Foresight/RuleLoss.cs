using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Scoring.Foresight;

/// <summary>What one rule can contribute at most when some of its facts are gone: by how many.</summary>
/// <param name="rule">The rule.</param>
/// <param name="index">Its place in the pack.</param>
/// <param name="all">How many candidates there are, of all rules.</param>
internal sealed class RuleLoss(CompiledRule rule, int index, int all)
{
    /// <summary>By candidate: what its going gives back, or takes from the sum; -1 for those that do not feed the rule.</summary>
    private readonly long[] amounts = Filled(all);
    private readonly ushort[] decided = new ushort[all];

    /// <summary>Candidates that feed the rule, those with the largest amounts first.</summary>
    private int[] order = [];
    private bool falls;
    private bool measuresAgainst;
    private long newest = long.MinValue;
    private long bestOfOne = long.MinValue;
    private int facts;
    private long points;
    private long measured;
    private int against;

    public int Index => index;

    public int Group => rule.Group;

    public bool HasOwnPoints => rule.Gathering == Gathering.Each;

    public int Candidates => order.Length;

    /// <summary>Whether no other rule is fed by the candidates that feed it, but for those that are given the whole number.</summary>
    public bool Shares { get; set; }

    /// <param name="candidate">Its place, or -1.</param>
    /// <param name="isMeasured">False for what a ratio is measured against.</param>
    /// <param name="own">Points of its own.</param>
    /// <param name="isGone">In any case.</param>
    public void Add(int candidate, bool isMeasured, int own, long quantity, ushort day, bool isGone)
    {
        if (isGone)
        {
            return;
        }

        facts++;
        points += own;
        measured += isMeasured ? (rule.Gathering == Gathering.Total ? Math.Max(0, quantity) : 1) : 0;
        against += isMeasured ? 0 : 1;
        if (rule.Gathering == Gathering.Newest)
        {
            var one = (long)rule.PointsOf(quantity);
            newest = Math.Max(newest, ((long)day << 32) + (uint)(int.MaxValue - (int)one));
            bestOfOne = Math.Max(bestOfOne, one);
        }

        if (candidate >= 0)
        {
            measuresAgainst |= !isMeasured;
            decided[candidate] = day;
            amounts[candidate] = rule.Gathering switch
            {
                Gathering.Each => Math.Max(0, -own),
                Gathering.Total => Math.Max(0, quantity),
                Gathering.Newest => Math.Max(0, quantity),
                _ => 1,
            };
        }
    }

    public void Seal()
    {
        order = [.. Enumerable.Range(0, amounts.Length).Where(i => amounts[i] >= 0).OrderByDescending(i => amounts[i])];
        falls = Enumerable.Range(1, Math.Max(0, rule.BandPoints.Length - 1)).All(band => rule.BandPoints[band] <= rule.BandPoints[band - 1]);
    }

    /// <summary>Whether one candidate that feeds the rule can go in place of another that does, and nothing is worse.</summary>
    public bool IsAsGood(int one, int other) => rule.Gathering switch
    {
        Gathering.Each => amounts[one] >= amounts[other],
        Gathering.Tally => true,
        Gathering.Total => amounts[one] == amounts[other] || (amounts[one] > amounts[other] && falls),
        Gathering.Ratio => !measuresAgainst,
        _ => amounts[one] == amounts[other] && decided[one] == decided[other],
    };

    /// <summary>What it contributes at most, less what it contributes without facts, when 0, 1, 2 … more are gone.</summary>
    /// <returns>The largest number of which it makes sense: beyond it, all is as there.</returns>
    public int Most(ReadOnlySpan<bool> gone, int from, Span<long> most)
    {
        var (left, sum, value, taken) = (facts, points, measured, 0);
        foreach (var i in order)
        {
            if (gone[i])
            {
                (left, sum, value, taken) = (left - 1, sum + amounts[i], value - amounts[i], taken + 1);
            }
        }

        var before = value;
        most[0] = ValueOf(left, sum, value, before, taken > 0);
        var given = 0;
        for (var at = 0; at < order.Length && given + 1 < most.Length; at++)
        {
            var i = order[at];
            if (i < from || gone[i])
            {
                continue;
            }

            given++;
            (left, sum, value) = (left - 1, sum + amounts[i], value - amounts[i]);
            most[given] = Math.Max(most[given - 1], ValueOf(left, sum, value, before, true));
        }

        for (var more = given + 1; more < most.Length; more++)
        {
            most[more] = most[given];
        }

        return given;
    }

    /// <param name="left">Facts that are left.</param>
    /// <param name="sum">Points of their own.</param>
    /// <param name="value">The least that may be measured.</param>
    /// <param name="before">The most.</param>
    /// <param name="isOther">Whether some fact is gone.</param>
    private long ValueOf(int left, long sum, long value, long before, bool isOther)
    {
        var absent = (long)rule.Absent;
        var raw = rule.Gathering switch
        {
            _ when left <= 0 => absent,
            Gathering.Each => sum,
            Gathering.Tally or Gathering.Total => BestBand(value, before),
            Gathering.Ratio when !measuresAgainst => Math.Max(BestBand(value * 10_000 / Math.Max(1, against), before * 10_000 / Math.Max(1, against)), value == 0 && against == 0 ? absent : long.MinValue),
            Gathering.Newest => isOther ? bestOfOne : int.MaxValue - (newest & uint.MaxValue),
            _ => Math.Max(absent, rule.BandPoints.Max()),
        };

        // An untouched rule stands in the group's sum as it is, outside its own bounds.
        return (left <= 0 ? raw : Math.Clamp(raw, rule.Floor, rule.Ceiling)) - absent;
    }

    private long BestBand(long least, long most)
    {
        var best = (long)rule.PointsOf(Math.Max(least, 0));
        for (var band = 0; band < rule.BandFrom.Length; band++)
        {
            if (rule.BandFrom[band] > least && rule.BandFrom[band] <= most)
            {
                best = Math.Max(best, rule.BandPoints[band]);
            }
        }

        return best;
    }

    private static long[] Filled(int length)
    {
        var amounts = new long[length];
        Array.Fill(amounts, -1);
        return amounts;
    }
}
