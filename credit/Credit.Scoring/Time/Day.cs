using System.Globalization;

namespace Backbone.Credit.Scoring.Time;

/// <summary>
/// A calendar date of China without time of day, as two bytes: days since 1950-01-01, up to 2129-06-05. Facts of a hundred million rows are
/// kept and compared as this. <see cref="Open"/> stands for an end that no rule has set.
/// </summary>
public readonly record struct Day(ushort Number) : IComparable<Day>
{
    /// <summary>The first date that can be written.</summary>
    public static readonly DateOnly First = new(1950, 1, 1);

    /// <summary>The last date that can be written; later ones are refused.</summary>
    public static readonly DateOnly Last = First.AddDays(ushort.MaxValue - 1);

    /// <summary>No end.</summary>
    public static readonly Day Open = new(ushort.MaxValue);

    public bool IsOpen => Number == ushort.MaxValue;

    /// <exception cref="ArgumentOutOfRangeException">The date lies outside <see cref="First"/> to <see cref="Last"/>.</exception>
    public static Day Of(DateOnly date) =>
        date >= First && date <= Last
            ? new((ushort)(date.DayNumber - First.DayNumber))
            : throw new ArgumentOutOfRangeException(nameof(date), $"date {date:O} lies outside {First:O} to {Last:O}");

    /// <summary>The day of the date; the nearest one that can be written when it lies outside.</summary>
    public static Day Nearest(DateOnly date) => Of(date < First ? First : date > Last ? Last : date);

    /// <summary>The date; null for <see cref="Open"/>.</summary>
    public DateOnly? Date => IsOpen ? null : First.AddDays(Number);

    public int CompareTo(Day other) => Number.CompareTo(other.Number);

    public static bool operator <(Day left, Day right) => left.Number < right.Number;

    public static bool operator >(Day left, Day right) => left.Number > right.Number;

    public static bool operator <=(Day left, Day right) => left.Number <= right.Number;

    public static bool operator >=(Day left, Day right) => left.Number >= right.Number;

    /// <summary>ISO 8601, or "open".</summary>
    public override string ToString() => Date is { } date ? date.ToString("O", CultureInfo.InvariantCulture) : "open";
}
