using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Scoring.Kernel;

/// <summary>
/// What periods mean for documents of each age in days on one date. Months have no fixed length, so each day's end is computed from its own date
/// once, and the kernel looks it up by age.
/// </summary>
internal sealed class DaysOfAge(DateOnly validOn)
{
    private readonly int today = Day.Of(validOn).Number;

    /// <summary>The earliest document that is not too old; 0 without a bound.</summary>
    public ushort EarliestWithin(CalendarPeriod? within) => within is { } period ? (ushort)(today - OldestAge(period)) : (ushort)0;

    /// <summary>By age: the first day on which such a document is too old. Empty without a bound.</summary>
    public ushort[] Leaves(CalendarPeriod? within)
    {
        if (within is not { } period)
        {
            return [];
        }

        var leaves = new ushort[OldestAge(period) + 1];
        for (var age = 0; age < leaves.Length; age++)
        {
            leaves[age] = FirstAfter(age, period);
        }

        return leaves;
    }

    /// <summary>By age, up to the one from which nothing changes any more: what is left, and the day it changes next.</summary>
    public (ushort[] Share, ushort[] Next) Decay(DecayTable table)
    {
        var length = Math.Min(today, OldestAge(table.Steps[^1].After) + 1) + 1;
        var (share, next) = (new ushort[length], new ushort[length]);
        for (var age = 0; age < length; age++)
        {
            var step = 0;
            while (step + 1 < table.Steps.Length && FirstAfter(age, table.Steps[step + 1].After) <= today)
            {
                step++;
            }

            share[age] = (ushort)table.Steps[step].Share;
            next[age] = step + 1 < table.Steps.Length ? FirstAfter(age, table.Steps[step + 1].After) : ushort.MaxValue;
        }

        return (share, next);
    }

    /// <summary>The largest age, in days, whose period is not over today. Ends ascend with dates, so a search finds it.</summary>
    private int OldestAge(CalendarPeriod period)
    {
        int within = 0, over = today + 1;
        while (over - within > 1)
        {
            var age = (within + over) / 2;
            if (FirstAfter(age, period) > today)
            {
                within = age;
            }
            else
            {
                over = age;
            }
        }

        return within;
    }

    private ushort FirstAfter(int age, CalendarPeriod period)
    {
        var end = period.FirstDayAfterRoundedDown(Day.First.AddDays(today - age));
        return end > Day.Last ? ushort.MaxValue : Day.Of(end).Number;
    }
}
