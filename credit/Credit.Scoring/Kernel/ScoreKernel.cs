using System.Numerics;
using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Scoring.Kernel;

/// <summary>A score.</summary>
/// <param name="Points">Within the pack's scale.</param>
/// <param name="Grade">Index in <see cref="CompiledPack.Grades"/>, 0 the best.</param>
/// <param name="NextChange">The first day after the date on which the passing of time alone can change it; <see cref="ushort.MaxValue"/> for none.</param>
public readonly record struct Score(int Points, byte Grade, ushort NextChange);

/// <summary>
/// The one evaluation of a pack, for one entity as for fifteen million: integers only, no clock, no allocation, the same result whatever the
/// order of the facts. One kernel per thread: it keeps the sums it works on.
/// </summary>
/// <remarks>
/// Per fact: one look at four columns, then one addition for each rule it feeds. Per entity: one step for each rule that was touched. What rules
/// contribute that nothing touched is summed once, when the pack is compiled.
/// </remarks>
public sealed class ScoreKernel(CompiledPack pack)
{
    private readonly long[] measured = new long[pack.Rules.Length];
    private readonly long[] against = new long[pack.Rules.Length];
    private readonly long[] groups = new long[pack.GroupBaseline.Length];

    public CompiledPack Pack => pack;

    /// <summary>The score of an entity with these facts.</summary>
    public Score Evaluate(FactColumns facts)
    {
        var nothing = default(NoTrace);
        return Evaluate(facts, ref nothing);
    }

    /// <summary>The score, and every step that led to it told to the trace as it is made.</summary>
    internal Score Evaluate<TTrace>(FactColumns facts, ref TTrace trace)
        where TTrace : struct, IScoreTrace, allows ref struct
    {
        var (day, feedStart, feeds) = (pack.Day, pack.FeedStart, pack.Feeds);
        var (touched, grade, next) = (0UL, 0, ushort.MaxValue);

        // 1. Each fact that may be used on this day goes to the rules it feeds.
        for (var row = 0; row < facts.Count; row++)
        {
            var classAndFlags = facts.ClassAndFlags[row];
            var (from, until) = (facts.From[row], facts.Until[row]);
            if ((classAndFlags >> 2) != 0 && !MayCount((FactMarks)(classAndFlags >> 2)))
            {
                trace.NotCounted(row, NotCounted.ByFlag);
                continue;
            }

            if (from > day || until <= day)
            {
                if (from > day && until > from)
                {
                    next = Math.Min(next, from);
                }

                trace.NotCounted(row, from > day ? NotCounted.NotYet : NotCounted.Ended);
                continue;
            }

            var slot = facts.Type[row] * 4 + (classAndFlags & 3);
            if (slot + 1 >= feedStart.Length || feedStart[slot] == feedStart[slot + 1])
            {
                trace.NotCounted(row, NotCounted.NoRule);
                continue;
            }

            next = Math.Min(next, until);
            var decided = facts.Decided[row];
            var age = Math.Max(0, day - decided);
            for (var i = feedStart[slot]; i < feedStart[slot + 1]; i++)
            {
                ref readonly var feed = ref feeds[i];
                if (feed.Role == FeedRole.Overrides)
                {
                    var known = pack.Overrides[feed.Rule];
                    if (decided < known.EarliestDecided)
                    {
                        trace.OverrideTooOld(row, feed.Rule);
                        continue;
                    }

                    if (known.Leaves.Length > 0)
                    {
                        next = Math.Min(next, known.Leaves[age]);
                    }

                    grade = Math.Max(grade, known.AtBest);
                    trace.Overrides(row, feed.Rule);
                    continue;
                }

                var rule = pack.Rules[feed.Rule];
                var measures = feed.Role == FeedRole.Measured;
                if (decided < (measures ? rule.EarliestDecided : rule.EarliestAgainst))
                {
                    trace.TooOld(row, feed.Rule);
                    continue;
                }

                var leaves = measures ? rule.Leaves : rule.LeavesAgainst;
                if (leaves.Length > 0)
                {
                    next = Math.Min(next, leaves[age]);
                }

                var bit = 1UL << feed.Rule;
                if ((touched & bit) == 0)
                {
                    touched |= bit;
                    measured[feed.Rule] = rule.Gathering == Gathering.Newest ? long.MinValue : 0;
                    against[feed.Rule] = 0;
                }

                trace.Counted(row, feed.Rule, measures, Gather(rule, feed, facts.Quantity[row], decided, age, ref next));
            }
        }

        // 2. Rules that facts touched replace what they contribute untouched, each within its own bounds.
        pack.GroupBaseline.CopyTo(groups);
        for (var rest = touched; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var rule = pack.Rules[index];
            var raw = Contribution(rule, index);
            var bounded = Math.Clamp(raw, rule.Floor, rule.Ceiling);
            groups[rule.Group] += bounded - rule.Absent;
            trace.Rule(index, raw, bounded);
        }

        // 3. Groups within their bounds, the sum within the scale, the grade by the sum and never better than a list allows.
        var sum = (long)pack.Base;
        for (var group = 0; group < groups.Length; group++)
        {
            var bounded = Math.Clamp(groups[group], pack.GroupFloor[group], pack.GroupCeiling[group]);
            if (bounded != groups[group])
            {
                trace.Group(group, groups[group], bounded);
            }

            sum += bounded;
        }

        var points = (int)Math.Clamp(sum, pack.Lowest, pack.Highest);
        if (points != sum)
        {
            trace.Scale(sum, points);
        }

        return new(points, (byte)Math.Max(grade, pack.GradeOf(points)), next);
    }

    /// <summary>Adds a fact to its rule; gives the points it brought by itself, 0 where only all of them together have points.</summary>
    private int Gather(CompiledRule rule, in Feed feed, long quantity, ushort decided, int age, ref ushort next)
    {
        ref var sum = ref measured[feed.Rule];
        if (feed.Role == FeedRole.Against)
        {
            against[feed.Rule]++;
            return 0;
        }

        switch (rule.Gathering)
        {
            case Gathering.Each:
                var points = feed.Points;
                if (rule.Share.Length > 0)
                {
                    var step = Math.Min(age, rule.Share.Length - 1);
                    points = (int)((long)points * rule.Share[step] / 10_000);
                    next = Math.Min(next, rule.NextStep[step]);
                }

                sum += points;
                return points;
            case Gathering.Total:
                // Bounded, so that no number of facts can turn the sum around; quantities below zero have no meaning in a sum.
                sum = Math.Min(sum + Math.Max(0, quantity), long.MaxValue / 2);
                return 0;
            case Gathering.Newest:
                // The day and then the points decide, so that the order of two of one day does not.
                var newest = ((long)decided << 32) + (uint)(int.MaxValue - rule.PointsOf(quantity));
                sum = Math.Max(sum, newest);
                return 0;
            default:
                sum++;
                return 0;
        }
    }

    private long Contribution(CompiledRule rule, int index) => rule.Gathering switch
    {
        Gathering.Each => measured[index],
        Gathering.Newest => int.MaxValue - (measured[index] & uint.MaxValue),
        Gathering.Ratio when measured[index] == 0 && against[index] == 0 => rule.Absent,
        Gathering.Ratio => rule.PointsOf(measured[index] * 10_000 / Math.Max(1, against[index])),
        _ => rule.PointsOf(measured[index]),
    };

    private bool MayCount(FactMarks flags) => flags == FactMarks.Disputed && pack.Pack.CountsDisputed;
}
