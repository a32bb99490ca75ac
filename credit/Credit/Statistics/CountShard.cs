using Backbone.Credit.Cases;
using Backbone.Credit.Grading;
using Backbone.Credit.Profiles;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Statistics;

/// <summary>
/// Counts a shard for a day: a few grouped questions, each of the shard's own rows alone and each joined by the entity alone. What it writes is whole in
/// one transaction, and written once a day.
/// </summary>
internal sealed class CountShard(CreditDb db, Shard shard)
{
    /// <summary>How far back changes and facts are counted. Days.</summary>
    public const int Lately = 30;

    /// <summary>How long every day is kept; of days before it the first of each month is. Days.</summary>
    public const int EveryDay = 92;

    private bool Postgres => db is PostgresCreditDb;

    /// <param name="day">Today.</param>
    /// <param name="release">The pack in force, and since when.</param>
    /// <param name="former">The release before it; null for none.</param>
    /// <returns>False when the day is counted already.</returns>
    public async Task<bool> RunAsync(DateOnly day, PackRelease release, PackRelease? former, CancellationToken cancellation)
    {
        if (await db.Statistics.AnyAsync(cell => cell.Day == day && cell.Shard == shard.Name && cell.Kind == StatisticKind.Counted, cancellation))
        {
            return false;
        }

        var cells = new List<StatisticCell>();
        var grades = await AskAsync(
            $"""SELECT substr(g."Entity", 1, 4) AS "Group", g."Grade" AS "Value", COUNT(*) AS "Count" FROM {Table("grades")} g WHERE {Of("g")} GROUP BY substr(g."Entity", 1, 4), g."Grade" """, cancellation);
        Add(cells, day, StatisticKind.Counted, [new Counted { Group = "", Value = "", Count = grades.Sum(cell => cell.Count) }]);
        Add(cells, day, StatisticKind.Region, grades.Select(cell => cell with { Group = cell.Group[2..] }));
        Add(cells, day, StatisticKind.Kind, grades.Select(cell => cell with { Group = cell.Group[..2] }));
        var profiles = (await AskAsync(
            $"""
            SELECT COALESCE(p."Section", '') || ' ' || CAST(COALESCE(p."Size", 0) AS varchar(10)) || ' ' || {ProfileGroups.AgeSql("p.\"Established\"", 0)} AS "Group",
            g."Grade" AS "Value", COUNT(*) AS "Count"
            FROM {Table("grades")} g LEFT JOIN {Table("profiles")} p ON p."Entity" = g."Entity" WHERE {Of("g")} GROUP BY 1, 2
            """,
            cancellation, [.. ProfileGroups.AgeBounds(day)])).Select(cell => (Parts: cell.Group.Split(' '), Cell: cell)).ToList();
        Add(cells, day, StatisticKind.Section, profiles.Select(one => one.Cell with { Group = one.Parts[0] }));
        Add(cells, day, StatisticKind.Size, profiles.Select(one => one.Cell with { Group = one.Parts[1] == "0" ? ProfileGroups.Unknown : one.Parts[1] }));
        Add(cells, day, StatisticKind.Age, profiles.Select(one => one.Cell with { Group = one.Parts[2] }));
        if (former is not null)
        {
            Add(cells, day, StatisticKind.Migration, await MigrationAsync(release, cancellation));
        }

        var from = day.AddDays(-Lately);
        Add(cells, day, StatisticKind.Change, await AskAsync(
            $$"""SELECT c."Before" AS "Group", c."Grade" AS "Value", COUNT(*) AS "Count" FROM {{Table("grade_changes")}} c WHERE {{Of("c")}} AND c."Day" > {0} AND c."Before" IS NOT NULL GROUP BY c."Before", c."Grade" """,
            cancellation, from));
        await CasesAsync(cells, day, cancellation);
        var since = new DateTimeOffset(from, default, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds() * 1000;
        Add(cells, day, StatisticKind.Fact, await AskAsync(
            $$"""
            SELECT CAST(f."Type" AS varchar(10)) AS "Group", CAST(f."Class" AS varchar(10)) AS "Value", COUNT(*) AS "Count" FROM {{Table("facts")}} f
            WHERE f."Recorded" > {0} AND f."Kind" = {{(int)RecordKind.Stated}} AND {{Of("f")}} GROUP BY f."Type", f."Class"
            """,
            cancellation, since));
        db.Statistics.AddRange(cells);
        await db.SaveChangesAsync(cancellation);
        await ForgetAsync(day, cancellation);
        return true;
    }

    /// <summary>Organisations by the authorities that reported of them, and grade; in the place of what was counted so before.</summary>
    public async Task CountAuthoritiesAsync(DateOnly day, CancellationToken cancellation)
    {
        var cells = new List<StatisticCell>();
        Add(cells, day, StatisticKind.Authority, await AskAsync(
            $"""
            SELECT f."Authority" AS "Group", g."Grade" AS "Value", COUNT(DISTINCT f."Entity") AS "Count" FROM {Table("facts")} f
            JOIN {Table("grades")} g ON g."Entity" = f."Entity" WHERE f."Authority" <> '' AND {Of("f")} GROUP BY f."Authority", g."Grade"
            """,
            cancellation));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Statistics.Where(cell => cell.Kind == StatisticKind.Authority && cell.Shard == shard.Name).ExecuteDeleteAsync(cancellation);
        db.Statistics.AddRange(cells);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    /// <summary>For each organisation the last grade that another pack gave it, before the release.</summary>
    private Task<List<Counted>> MigrationAsync(PackRelease release, CancellationToken cancellation) => AskAsync(
        $$"""
        SELECT c."Grade" AS "Group", g."Grade" AS "Value", COUNT(*) AS "Count" FROM {{Table("grades")}} g
        JOIN {{Table("grade_changes")}} c ON c."Entity" = g."Entity" AND (c."Day" < {0} OR (c."Day" = {0} AND c."PackDigest" <> {1}))
        WHERE {{Of("g")}} AND NOT EXISTS (
            SELECT 1 FROM {{Table("grade_changes")}} l WHERE l."Entity" = c."Entity" AND (l."Day" < {0} OR (l."Day" = {0} AND l."PackDigest" <> {1}))
            AND (l."Day" > c."Day" OR (l."Day" = c."Day" AND l."Known" > c."Known")))
        GROUP BY c."Grade", g."Grade"
        """,
        cancellation, release.Since, release.Digest);

    private async Task CasesAsync(List<StatisticCell> cells, DateOnly day, CancellationToken cancellation)
    {
        var cases = await AskAsync(
            $"""
            SELECT CAST(c."Kind" AS varchar(10)) AS "Group", CAST(c."State" * 10 + c."Done" AS varchar(10)) AS "Value", COUNT(*) AS "Count" FROM {Table("cases")} c WHERE {Of("c")}
            GROUP BY c."Kind", c."State", c."Done"
            """,
            cancellation);
        (string Kind, CaseState State, Remedy Done, long Count) Read(Counted cell)
        {
            var number = int.Parse(cell.Value, System.Globalization.CultureInfo.InvariantCulture);
            return (((CaseKind)short.Parse(cell.Group, System.Globalization.CultureInfo.InvariantCulture)).ToString(), (CaseState)(number / 10), (Remedy)(number % 10), cell.Count);
        }

        var read = cases.Select(Read).ToList();
        Add(cells, day, StatisticKind.Case, read.Select(one => new Counted { Group = one.Kind, Value = one.State.ToString(), Count = one.Count }));
        Add(cells, day, StatisticKind.Remedy, read.Where(one => one.State == CaseState.Granted).Select(one => new Counted { Group = one.Kind, Value = one.Done.ToString(), Count = one.Count }));
    }

    private void Add(List<StatisticCell> cells, DateOnly day, StatisticKind kind, IEnumerable<Counted> counts) => cells.AddRange(counts
        .GroupBy(cell => (cell.Group, cell.Value))
        .Select(cell => new StatisticCell { Day = day, Shard = shard.Name, Kind = kind, Group = cell.Key.Group, Value = cell.Key.Value, Count = cell.Sum(one => one.Count) }));

    /// <summary>Days long ago, but for the first that was counted in each month.</summary>
    private async Task ForgetAsync(DateOnly day, CancellationToken cancellation)
    {
        var limit = day.AddDays(-EveryDay);
        var old = await db.Statistics.Where(cell => cell.Shard == shard.Name && cell.Day < limit && cell.Kind == StatisticKind.Counted).Select(cell => cell.Day).Distinct().ToListAsync(cancellation);
        var forgotten = old.GroupBy(one => (one.Year, one.Month)).SelectMany(month => month.Order().Skip(1)).ToList();
        if (forgotten.Count > 0)
        {
            await db.Statistics.Where(cell => cell.Shard == shard.Name && forgotten.Contains(cell.Day) && cell.Kind != StatisticKind.Authority).ExecuteDeleteAsync(cancellation);
        }
    }

    private string Table(string name) => Postgres ? $"{CreditDb.Schema}.\"{name}\"" : $"\"{name}\"";

    private string Of(string alias) => shard.Condition($"{alias}.\"Entity\"", Postgres);

    private Task<List<Counted>> AskAsync(string sql, CancellationToken cancellation, params object[] values)
    {
        // It reads a whole shard; who waits no longer cancels.
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
#pragma warning disable EF1002 // Numbers and names of ours.
        return db.Database.SqlQueryRaw<Counted>(sql, values).ForAllOrganisations("the counts of a day").ToListAsync(cancellation);
#pragma warning restore EF1002
    }

    /// <summary>A row of a grouped question.</summary>
    private sealed record Counted
    {
        public required string Group { get; init; }

        public required string Value { get; init; }

        public long Count { get; init; }
    }
}
