using System.Collections.Immutable;
using Backbone.Credit.Fitting;

namespace Backbone.Credit.Statistics;

/// <summary>What a comparison says of a group.</summary>
internal enum GroupVerdict
{
    /// <summary>Too few organisations, or a number of it is hidden.</summary>
    NotCompared,

    /// <summary>No difference that chance would not make, or a small one.</summary>
    Alike,

    /// <summary>More often in the worst grades than the others.</summary>
    MoreOften,

    /// <summary>Less often.</summary>
    LessOften,
}

/// <param name="Share">Of the group that is in the worst grades, with Wilson's interval of 95 %.</param>
/// <param name="Ratio">That share over the others' share; null where there is none.</param>
internal sealed record ComparedGroup(string Group, long All, Interval? Share, double? Ratio, GroupVerdict Verdict);

/// <summary>
/// Whether a group of organisations stands more often in the worst grades than all others. It finds differences and no causes: who is inspected more is
/// found out more. Only numbers that are shown are compared.
/// </summary>
internal static class CompareGroups
{
    /// <summary>Below so many organisations a group is not compared.</summary>
    public const int Fewest = 30;

    /// <summary>From this ratio on a difference counts; its inverse is the four fifths of equal-opportunity practice (29 CFR 1607.4 D).</summary>
    public const double Far = 1.25;

    /// <param name="table">Groups by grade.</param>
    /// <param name="worst">How many of the last columns are the worst grades.</param>
    public static ImmutableArray<ComparedGroup> Of(PublishedTable table, int worst) =>
        [.. table.Rows.Select(row => Of(row.Group, BadOf(row, worst), row.All, BadOf(table.Total, worst), table.Total.All))];

    /// <param name="bad">Of the group in the worst grades; null where hidden.</param>
    /// <param name="allBad">Of all organisations, the group among them.</param>
    public static ComparedGroup Of(string group, long? bad, long? all, long? allBad, long? everybody)
    {
        if (bad is not { } some || all is not { } count || allBad is not { } someOfAll || everybody is not { } total || count < Fewest || total - count < Fewest)
        {
            return new(group, all ?? 0, null, null, GroupVerdict.NotCompared);
        }

        var (share, others) = (Wilson(some, count), Wilson(someOfAll - some, total - count));
        var ratio = others.Value > 0 ? share.Value / others.Value : (double?)null;

        // Newcombe 1998, method 10: the interval of the difference from the intervals of both shares.
        var apart = share.Value - others.Value;
        var least = apart - Math.Sqrt(Square(share.Value - share.Low) + Square(others.High - others.Value));
        var most = apart + Math.Sqrt(Square(share.High - share.Value) + Square(others.Value - others.Low));
        var verdict = most < 0 && share.Value * Far <= others.Value ? GroupVerdict.LessOften
            : least > 0 && share.Value >= others.Value * Far ? GroupVerdict.MoreOften
            : GroupVerdict.Alike;
        return new(group, count, share, ratio, verdict);

        static double Square(double value) => value * value;
    }

    /// <summary>The interval of 95 % of a share (Wilson 1927): right for few and for rare ones, and never below 0 or above 1.</summary>
    public static Interval Wilson(long some, long all)
    {
        var (share, z, n) = (some / (double)all, Interval.Width, (double)all);
        var middle = (share + (z * z / (2 * n))) / (1 + (z * z / n));
        var half = z / (1 + (z * z / n)) * Math.Sqrt((share * (1 - share) / n) + (z * z / (4 * n * n)));
        return new(share, Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    private static long? BadOf(PublishedRow row, int worst) =>
        row.Counts.TakeLast(worst).Aggregate((long?)0, (sum, count) => sum + count);
}
