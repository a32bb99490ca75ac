using System.Globalization;

namespace Backbone.Credit.Scoring.Time;

/// <summary>
/// A length of time as a law writes it: years and months, or days. Adding one to a date is ambiguous at the ends of months, so there is no
/// plain addition: each call names its rounding, and Chinese law has one (Civil Code art. 202: no such day, then the last day of the month).
/// </summary>
/// <param name="Months">Years and months together, 0 to 1,200.</param>
/// <param name="Days">Calendar days, 0 to 36,600.</param>
public readonly record struct CalendarPeriod(int Months, int Days)
{
    public const int LongestMonths = 1200;
    public const int LongestDays = 36_600;

    /// <summary>
    /// The first day after the period: the start is not counted (art. 201), the corresponding day is the period's last, and the end is exclusive
    /// like every bound here. Months are rounded down. Not rolled over holidays: that is for duties alone (art. 203).
    /// </summary>
    public DateOnly FirstDayAfterRoundedDown(DateOnly start) => CorrespondingDayRoundedDown(start).AddDays(1);

    /// <summary>The corresponding day, rounded down to the last of its month; the last day of the period.</summary>
    public DateOnly CorrespondingDayRoundedDown(DateOnly start) => start.AddMonths(Months).AddDays(Days);

    /// <summary>Reads ISO 8601: P3M, P1Y, P2Y6M, P30D. No weeks, no time of day, no sign.</summary>
    public static bool TryParse(string? text, out CalendarPeriod period)
    {
        period = default;
        if (text is not { Length: >= 3 and <= 16 } || text[0] != 'P')
        {
            return false;
        }

        long months = 0, days = 0;
        var last = -1;
        for (var i = 1; i < text.Length;)
        {
            var digits = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                i++;
            }

            if (i == digits || i == text.Length || i - digits > 6)
            {
                return false;
            }

            var number = int.Parse(text.AsSpan(digits, i - digits), CultureInfo.InvariantCulture);
            var unit = "YMD".IndexOf(text[i++], StringComparison.Ordinal);
            if (unit <= last)
            {
                return false;
            }

            last = unit;
            if (unit == 2)
            {
                days = number;
            }
            else
            {
                months += number * (unit == 0 ? 12L : 1L);
            }
        }

        if (months > LongestMonths || days > LongestDays)
        {
            return false;
        }

        period = new((int)months, (int)days);
        return true;
    }

    /// <summary>ISO 8601.</summary>
    public override string ToString()
    {
        var years = Months / 12;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"P{(years > 0 ? $"{years}Y" : "")}{(Months % 12 > 0 ? $"{Months % 12}M" : "")}{(Days > 0 ? $"{Days}D" : "")}");
        return text == "P" ? "P0D" : text;
    }
}
