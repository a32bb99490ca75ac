using System.Collections.Immutable;
using Backbone.Credit.Fitting;
using Backbone.Credit.Profiles;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Statistics;

/// <summary>How far grades moved between two days: PSI. Null where too few organisations have a grade to be told.</summary>
internal sealed record GradeShift(DateOnly From, DateOnly To, double? Value)
{
    /// <summary>Below it little has changed, as is the custom of scorecard practice.</summary>
    public const double Little = 0.1;

    /// <summary>Above it much.</summary>
    public const double Much = 0.25;
}

/// <summary>Of an authority that reported: rounded, for organisations that several reported of are in several rows, and no total ties them.</summary>
/// <param name="About">How many organisations, to the nearest hundred below.</param>
internal sealed record ComparedAuthority(string Name, long About, ComparedGroup Compared);

/// <summary>Groups by what the registry told; null where there is no table of them.</summary>
internal sealed record ComparedProfiles(ImmutableArray<ComparedGroup>? Sections, ImmutableArray<ComparedGroup>? Sizes, ImmutableArray<ComparedGroup>? Ages)
{
    public static ComparedProfiles None { get; } = new(null, null, null);

    public static ComparedProfiles Of(GroupTables tables, int worst)
    {
        // Whom nobody told of are no group.
        ImmutableArray<ComparedGroup>? Compared(PublishedTable? table) =>
            table is null ? null : [.. CompareGroups.Of(table, worst).Where(group => group.Group != ProfileGroups.Unknown)];
        return new(Compared(tables.Sections), Compared(tables.Sizes), Compared(tables.Ages));
    }
}

/// <summary>What is published of one release of the pack.</summary>
/// <param name="AtRelease">The last day of the former release against the first of this; null without a former.</param>
/// <param name="Since">The first day of this release against the newest; null while there is but one.</param>
internal sealed record MonitoringModel(
    PackRelease Release,
    ImmutableArray<PackRelease> Releases,
    DateOnly? Day,
    GradeShift? AtRelease,
    GradeShift? Since,
    PublishedTable? Moves,
    ImmutableArray<ReleaseBackTest> BackTests,
    ImmutableArray<ComparedGroup> Regions,
    ImmutableArray<ComparedGroup> Kinds,
    ComparedProfiles Profiles,
    Interval? Worst,
    ImmutableArray<ComparedAuthority> Authorities)
{
    /// <summary>How many of the grades are the worst, which groups are compared by: a third, at least one.</summary>
    public static int WorstOf(int grades) => Math.Max(1, grades / 3);
}

/// <summary>Reads and computes what is published of a release.</summary>
internal static class MakeMonitoring
{
    private const int MostAuthorities = 20;
    private const int AboutHundred = 100;

    /// <param name="since">A release's first day; null for the newest.</param>
    /// <returns>Null when there is no such release, or none yet.</returns>
    public static async Task<MonitoringModel?> OfAsync(CreditDb db, ReadStatistics read, DateOnly? since, CancellationToken cancellation)
    {
        ImmutableArray<PackRelease> releases = [.. (await db.Releases.AsNoTracking().ToListAsync(cancellation)).OrderBy(one => one.Since)];
        var at = since is null ? releases.Length - 1 : releases.ToList().FindIndex(one => one.Since == since);
        if (at < 0)
        {
            return null;
        }

        var release = releases[at];
        var days = await read.DaysAsync(cancellation);
        var own = days.Where(day => day >= release.Since && (at + 1 == releases.Length || day < releases[at + 1].Since)).ToList();
        var before = days.Where(day => day < release.Since && at > 0 && day >= releases[at - 1].Since).ToList();
        var tests = await db.BackTests.AsNoTracking().Where(test => test.Digest == release.Digest).ToListAsync(cancellation);
        var model = new MonitoringModel(
            release, releases, null, null, null, null, [.. tests.OrderByDescending(test => test.Day)], [], [], ComparedProfiles.None, null, []);
        return own.Count == 0 ? model : await FilledAsync(read, model, own, before, at + 1 == releases.Length, cancellation);
    }

    private static async Task<MonitoringModel> FilledAsync(
        ReadStatistics read, MonitoringModel model, List<DateOnly> own, List<DateOnly> before, bool newest, CancellationToken cancellation)
    {
        // As in the register: a day that stays for a month.
        var day = ReadStatistics.FirstOfMonths(own).Last();
        var counts = await read.OfAsync(day, cancellation);
        var past = await read.GradesAsync([day, own[0], .. before.TakeLast(1)], cancellation);
        var grades = read.Grades(past.Select(one => one.Grade));
        var (regions, kinds) = PublishTables.Linked(counts.Table(StatisticKind.Region, grades), counts.Table(StatisticKind.Kind, grades), SmallCells.Bound);
        var worst = MonitoringModel.WorstOf(grades.Length);
        GradeShift Between(DateOnly from, DateOnly to)
        {
            long[] On(DateOnly one) => [.. grades.Select(grade => past.Where(cell => cell.Day == one && cell.Grade == grade).Sum(cell => cell.Count))];
            var (then, now) = (On(from), On(to));
            var isWhole = new[] { then, now }.All(some => some.Sum() > 0 && PublishTables.Line("", some, SmallCells.Bound).IsWhole);
            return new(from, to, isWhole ? Measures.ShiftOfBands(then, now) : null);
        }

        var bad = regions.Total.Counts.TakeLast(worst).Aggregate((long?)0, (sum, count) => sum + count);
        var moves = counts.Table(StatisticKind.Migration, grades);
        var formerIsWhole = before.Count > 0 && PublishTables.Line("", [.. grades.Select(grade => past.Where(cell => cell.Day == before[^1] && cell.Grade == grade).Sum(cell => cell.Count))], SmallCells.Bound).IsWhole;
        return model with
        {
            Day = day,
            AtRelease = before.Count > 0 ? Between(before[^1], own[0]) : null,
            Since = own[0] < day ? Between(own[0], day) : null,
            Moves = regions.Total.IsWhole && formerIsWhole && !moves.Rows.IsEmpty ? PublishTables.Moves(moves, SmallCells.Bound) : null,
            Regions = CompareGroups.Of(regions, worst),
            Kinds = CompareGroups.Of(kinds, worst),
            Profiles = ComparedProfiles.Of(GroupTables.Of(counts, grades, regions.Total), worst),
            Worst = bad is { } some && regions.Total.All is { } all && all >= CompareGroups.Fewest ? CompareGroups.Wilson(some, all) : null,
            Authorities = newest ? await AuthoritiesAsync(read, grades, worst, bad, regions.Total.All, cancellation) : [],
        };
    }

    private static async Task<ImmutableArray<ComparedAuthority>> AuthoritiesAsync(
        ReadStatistics read, ImmutableArray<string> grades, int worst, long? allBad, long? everybody, CancellationToken cancellation)
    {
        var table = CountTable.Of(await read.AuthoritiesAsync(cancellation), grades);
        return
        [
            .. table.Rows.Select(row => (row.Group, All: row.Counts.Sum(), Bad: row.Counts.TakeLast(worst).Sum()))
                .Where(row => row.All >= AboutHundred && row.Bad >= SmallCells.Bound && row.All - row.Bad >= SmallCells.Bound)
                .OrderByDescending(row => row.All).Take(MostAuthorities)
                .Select(row => new ComparedAuthority(row.Group, row.All / AboutHundred * AboutHundred, CompareGroups.Of(row.Group, row.Bad, row.All, allBad, everybody)))
                .Where(authority => authority.Compared.Verdict != GroupVerdict.NotCompared),
        ];
    }
}
