using System.Collections.Immutable;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Statistics;

/// <summary>A day's counts of all shards, as they are.</summary>
internal sealed record DayCounts(DateOnly Day, ImmutableArray<(StatisticKind Kind, string Group, string Value, long Count)> Cells)
{
    public CountTable Table(StatisticKind kind, ImmutableArray<string> columns) =>
        CountTable.Of(Cells.Where(cell => cell.Kind == kind).Select(cell => (cell.Group, cell.Value, cell.Count)), columns);
}

/// <summary>Reads what was counted: some hundred rows of a day, never an organisation's.</summary>
internal sealed class ReadStatistics(CreditDb db, IOptions<GradingOptions> grading, PackInForce pack)
{
    /// <summary>Months that a history goes back.</summary>
    private const int MostMonths = 24;

    private readonly List<string> shards = [.. Shard.All(grading.Value.Shards).Select(shard => shard.Name)];

    /// <summary>Days of which every shard is counted and somebody has a grade, in order.</summary>
    public async Task<ImmutableArray<DateOnly>> DaysAsync(CancellationToken cancellation)
    {
        var days = await db.Statistics.AsNoTracking().Where(cell => cell.Kind == StatisticKind.Counted && shards.Contains(cell.Shard))
            .GroupBy(cell => cell.Day).Where(day => day.Count() == shards.Count && day.Sum(cell => cell.Count) > 0).Select(day => day.Key).ToListAsync(cancellation);
        return [.. days.Order()];
    }

    /// <summary>The first counted day of each month, the newest last.</summary>
    public static IEnumerable<DateOnly> FirstOfMonths(IEnumerable<DateOnly> days) => days.GroupBy(day => (day.Year, day.Month)).Select(month => month.Min()).Order().TakeLast(MostMonths);

    public async Task<DayCounts> OfAsync(DateOnly day, CancellationToken cancellation)
    {
        var cells = await db.Statistics.AsNoTracking().Where(cell => cell.Day == day && cell.Kind != StatisticKind.Authority && shards.Contains(cell.Shard)).ToListAsync(cancellation);
        return new(day, [.. cells.GroupBy(cell => (cell.Kind, cell.Group, cell.Value)).Select(cell => (cell.Key.Kind, cell.Key.Group, cell.Key.Value, cell.Sum(one => one.Count)))]);
    }

    /// <summary>How many had each grade on some days.</summary>
    public async Task<ImmutableArray<(DateOnly Day, string Grade, long Count)>> GradesAsync(IEnumerable<DateOnly> days, CancellationToken cancellation)
    {
        var some = days.ToList();
        var grades = await db.Statistics.AsNoTracking().Where(cell => cell.Kind == StatisticKind.Region && some.Contains(cell.Day) && shards.Contains(cell.Shard))
            .GroupBy(cell => new { cell.Day, cell.Value }).Select(group => new { group.Key.Day, group.Key.Value, Count = group.Sum(cell => cell.Count) }).ToListAsync(cancellation);
        return [.. grades.OrderBy(one => one.Day).Select(one => (one.Day, one.Value, one.Count))];
    }

    /// <summary>Organisations by authority and grade, as the last monitoring counted them.</summary>
    public async Task<ImmutableArray<(string Group, string Grade, long Count)>> AuthoritiesAsync(CancellationToken cancellation)
    {
        var cells = await db.Statistics.AsNoTracking().Where(cell => cell.Kind == StatisticKind.Authority && shards.Contains(cell.Shard))
            .GroupBy(cell => new { cell.Group, cell.Value }).Select(group => new { group.Key.Group, group.Key.Value, Count = group.Sum(cell => cell.Count) }).ToListAsync(cancellation);
        return [.. cells.Select(cell => (cell.Group, cell.Value, cell.Count))];
    }

    /// <summary>From the pack in force, best first; grades that only an earlier pack knows come after.</summary>
    public ImmutableArray<string> Grades(IEnumerable<string> seen)
    {
        var known = pack.Pack.Grades.Select(grade => grade.Id).ToList();
        return [.. known, .. seen.Except(known, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
