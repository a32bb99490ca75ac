using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Statistics;

/// <summary>What a page of statistics shows: everything has been through <see cref="PublishTables"/>.</summary>
/// <param name="Day">Of which the tables are.</param>
/// <param name="Groups">By section, size and age.</param>
/// <param name="History">A row for each day.</param>
/// <param name="Changes">Grades before by grades after; null where too few changed for anything to be said.</param>
/// <param name="Facts">By type, columns by class.</param>
/// <param name="Cases">Objections and repairs by state.</param>
/// <param name="Remedies">By what was done.</param>
internal sealed record StatisticsModel(
    DateOnly Day, PublishedTable Regions, PublishedTable Kinds, GroupTables Groups, PublishedTable History, PublishedTable? Changes, PublishedTable Facts, PublishedTable Cases, PublishedTable Remedies);

internal static class MakeStatistics
{
    /// <summary>The newest day, and the first day of each month before it: for those who decide.</summary>
    /// <returns>Null while no day is counted.</returns>
    public static async Task<StatisticsModel?> NewestAsync(ReadStatistics read, CancellationToken cancellation)
    {
        var days = await read.DaysAsync(cancellation);
        return days.IsEmpty ? null : await OfAsync(read, days[^1], ReadStatistics.FirstOfMonths(days).Append(days[^1]).Distinct(), cancellation);
    }

    /// <summary>
    /// The first counted day of the newest month that has one: for everybody. Figures that change once a month cannot be held against each other day by day
    /// to find the one organisation that moved.
    /// </summary>
    public static async Task<StatisticsModel?> MonthlyAsync(ReadStatistics read, CancellationToken cancellation)
    {
        var months = ReadStatistics.FirstOfMonths(await read.DaysAsync(cancellation)).ToList();
        return months.Count == 0 ? null : await OfAsync(read, months[^1], months, cancellation);
    }

    private static async Task<StatisticsModel> OfAsync(ReadStatistics read, DateOnly day, IEnumerable<DateOnly> history, CancellationToken cancellation)
    {
        var counts = await read.OfAsync(day, cancellation);
        var past = await read.GradesAsync(history, cancellation);
        var grades = read.Grades(past.Select(one => one.Grade));
        var (regions, kinds) = PublishTables.Linked(counts.Table(StatisticKind.Region, grades), counts.Table(StatisticKind.Kind, grades), SmallCells.Bound);
        var rows = past.Select(one => one.Day).Distinct().Select(on => on == day
            ? regions.Total with { Group = Name(on) }
            : PublishTables.Line(Name(on), [.. grades.Select(grade => past.Where(one => one.Day == on && one.Grade == grade).Sum(one => one.Count))], SmallCells.Bound)).ToImmutableArray();
        var changes = counts.Table(StatisticKind.Change, grades);
        return new(
            day,
            regions,
            kinds,
            GroupTables.Of(counts, grades, regions.Total),
            new(grades, rows, new("", [.. grades.Select(_ => (long?)null)], null)),
            changes.Rows.IsEmpty ? null : PublishTables.Changes(changes, SmallCells.Bound),
            PublishTables.Alone(counts.Table(StatisticKind.Fact, [.. Enum.GetValues<SeverityClass>().Select(one => FormattableString.Invariant($"{(int)one}"))]), SmallCells.Bound),
            PublishTables.Alone(counts.Table(StatisticKind.Case, [.. Enum.GetNames<Cases.CaseState>()]), SmallCells.Bound),
            PublishTables.Alone(counts.Table(StatisticKind.Remedy, [.. Enum.GetNames<Cases.Remedy>()]), SmallCells.Bound));
    }

    private static string Name(DateOnly day) => day.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
