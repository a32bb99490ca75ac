using System.Collections.Immutable;
using Backbone.Credit.Profiles;

namespace Backbone.Credit.Statistics;

/// <summary>Grades by section of industry, size and age; null where the registry told of nobody or too few organisations have a grade.</summary>
internal sealed record GroupTables(PublishedTable? Sections, PublishedTable? Sizes, PublishedTable? Ages)
{
    public bool IsEmpty => Sections is null && Sizes is null && Ages is null;

    /// <param name="counts">Of a day.</param>
    /// <param name="grades">Columns.</param>
    /// <param name="total">The totals as they are shown with the tables by region and kind.</param>
    public static GroupTables Of(DayCounts counts, ImmutableArray<string> grades, PublishedRow total)
    {
        PublishedTable? Table(StatisticKind kind)
        {
            // Where a total is hidden, a further table that sums up to it would tell it.
            var table = counts.Table(kind, grades);
            return total.IsWhole && table.Rows.Any(row => row.Group != ProfileGroups.Unknown) && table.Totals.Select(count => (long?)count).SequenceEqual(total.Counts)
                ? PublishTables.Beside(table, SmallCells.Bound)
                : null;
        }

        return new(Table(StatisticKind.Section), Table(StatisticKind.Size), Table(StatisticKind.Age));
    }
}
