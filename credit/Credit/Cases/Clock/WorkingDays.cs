using System.Collections.Frozen;

namespace Backbone.Credit.Cases.Clock;

/// <summary>One year of the State Council's arrangement.</summary>
/// <param name="Source">The notice.</param>
/// <param name="Free">Days on which nobody works, weekends among them or not.</param>
/// <param name="Worked">Weekend days that are worked.</param>
internal sealed record WorkingYear(int Year, string Source, FrozenSet<DateOnly> Free, FrozenSet<DateOnly> Worked);

/// <summary>The last day of a duty.</summary>
/// <param name="Day">Done on this day it is done in time.</param>
/// <param name="IsCertain">False when a day was counted of a year whose holidays are not known yet: those days are counted by weekends alone, and the day may move when they are.</param>
internal readonly record struct Deadline(DateOnly Day, bool IsCertain);

/// <summary>
/// Which days are worked. Administrative Penalty Law art. 85 and the ordinances count their few days as working days. A year that is not loaded yet
/// has weekends only, and every deadline that counted one of its days says so.
/// </summary>
internal sealed class WorkingDays(IEnumerable<WorkingYear> years)
{
    private readonly FrozenDictionary<int, WorkingYear> byYear = years.ToFrozenDictionary(year => year.Year);

    public IEnumerable<WorkingYear> Years => byYear.Values.OrderBy(year => year.Year);

    public bool IsKnown(int year) => byYear.ContainsKey(year);

    public bool IsWorked(DateOnly day)
    {
        var isWeekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        return byYear.TryGetValue(day.Year, out var year) ? year.Worked.Contains(day) || (!isWeekend && !year.Free.Contains(day)) : !isWeekend;
    }

    /// <summary>The last of so many working days after a day, which is not counted itself (Civil Code art. 201).</summary>
    /// <param name="received">The day on which the period begins.</param>
    /// <param name="days">1–250.</param>
    public Deadline After(DateOnly received, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(days is >= 1 and <= 250, true);
        var (day, certain) = (received, true);
        for (var left = days; left > 0;)
        {
            day = day.AddDays(1);
            certain &= IsKnown(day.Year);
            left -= IsWorked(day) ? 1 : 0;
        }

        return new(day, certain);
    }

    /// <summary>The latest last day up to which no more working days are left than so many: what ends on it or earlier is due soon, or over.</summary>
    /// <param name="today">Not counted itself.</param>
    /// <param name="days">0–250; 0: what ends today.</param>
    public DateOnly EndingWithin(DateOnly today, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(days is >= 0 and <= 250, true);
        var last = days == 0 ? today : After(today, days).Day;
        while (!IsWorked(last.AddDays(1)))
        {
            last = last.AddDays(1);
        }

        return last;
    }

    /// <summary>The latest last day that is over, and by as many working days at least.</summary>
    /// <param name="today">Counted, if it is one.</param>
    /// <param name="days">0–250; 0: any that is over.</param>
    public DateOnly OverBy(DateOnly today, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(days is >= 0 and <= 250, true);
        var last = today.AddDays(-1);
        while (-Left(today, last) < days)
        {
            last = last.AddDays(-1);
        }

        return last;
    }

    /// <summary>Working days after <paramref name="today"/> up to the last day, both after 0 when it is today; negative: working days since it was over.</summary>
    public int Left(DateOnly today, DateOnly last)
    {
        var (from, to, sign) = last >= today ? (today, last, 1) : (last, today, -1);
        var count = 0;
        for (var day = from.AddDays(1); day <= to; day = day.AddDays(1))
        {
            count += IsWorked(day) ? 1 : 0;
        }

        return sign * count;
    }
}
