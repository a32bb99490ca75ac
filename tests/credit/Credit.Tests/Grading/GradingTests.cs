using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Batch;
using Backbone.Credit.Facts;
using Backbone.Credit.Grading;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Noticing;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Grading;

public sealed class GradingTests
{
    private const int Entities = 150;
    private readonly SetClock clock = new(new(MadeUpSegments.Today, new(4, 0), TimeSpan.Zero));
    private readonly Random random = new(20261129);
    private int sent;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_organisation_has_the_grade_its_facts_give_today_and_each_change_is_told_once(bool postgres)
    {
        await using var backbone = await StartAsync(postgres);
        await SendAsync(backbone, 300);
        for (var round = 0; round < 6; round++)
        {
            await RoundAsync(backbone);
            await RoundAsync(backbone);
            await GradesAreRightAsync(backbone, clock);
            await HistoryIsWholeAsync(backbone);

            // A week goes by in which some facts come, or none.
            clock.Now += TimeSpan.FromDays(7);
            await SendAsync(backbone, round % 2 * 25);
        }

        var changes = await AskAsync(backbone, db => db.GradeChanges.CountAsync(change => change.Before != null, Cancelled));
        Assert.True(changes > 3, $"{changes} changes in six weeks");
    }

    /// <summary>A row that cannot be written stands for whatever is wrong with one organisation: the others have no part in it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_organisation_whose_grade_cannot_be_kept_keeps_no_other_from_its_own_and_is_named_until_it_can(bool postgres)
    {
        await using var backbone = await StartAsync(postgres);
        await SendAsync(backbone, 300);
        await RoundAsync(backbone);
        var poisoned = await AskAsync(backbone, db => db.Grades.OrderBy(row => row.Entity).Select(row => row.Entity).FirstAsync(Cancelled));
        await AskAsync(backbone, async db => await db.Grades.ExecuteDeleteAsync(Cancelled) + await db.GradeChanges.ExecuteDeleteAsync(Cancelled) + await db.GradingMarks.ExecuteDeleteAsync(Cancelled));
        await AskAsync(backbone, db => db.Database.ExecuteSqlRawAsync(
            postgres
                ? $"ALTER TABLE credit.grades ADD CONSTRAINT poison CHECK (\"Entity\" <> '{poisoned}')"
                : $"CREATE TRIGGER poison BEFORE INSERT ON grades WHEN NEW.Entity = '{poisoned}' BEGIN SELECT RAISE(ABORT, 'poison'); END", Cancelled));

        for (var round = 0; round < 2; round++)
        {
            var told = await Assert.ThrowsAsync<GradesLeftException>(() => RoundAsync(backbone));
            Assert.Contains($"1 organisations stays that of before, of all others it is brought up to date: {poisoned}:", told.Message, StringComparison.Ordinal);
            Assert.False(await AskAsync(backbone, db => db.Grades.AnyAsync(row => row.Entity == poisoned, Cancelled)));
            Assert.Equal(3, await AskAsync(backbone, db => db.GradingMarks.CountAsync(Cancelled)));
        }

        await AskAsync(backbone, db => db.Database.ExecuteSqlRawAsync(postgres ? "ALTER TABLE credit.grades DROP CONSTRAINT poison" : "DROP TRIGGER poison", Cancelled));
        await RoundAsync(backbone);
        await GradesAreRightAsync(backbone, clock);
        await HistoryIsWholeAsync(backbone);
    }

    [Fact]
    public async Task Two_hosts_share_the_shards_and_one_goes_on_where_the_other_ended()
    {
        await using var first = await StartAsync(postgres: true);
        var settings = first.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>();
        await using var second = await StartAsync(postgres: true, database: settings["Backbone:Credit:ConnectionString"], masterKey: Path.Combine(first.DataDirectory, "keys", "master.key"));
        await SendAsync(first, 400);

        await Task.WhenAll(RoundAsync(first), RoundAsync(second));
        await Task.WhenAll(RoundAsync(first), RoundAsync(second));
        await GradesAreRightAsync(first, clock);
        await HistoryIsWholeAsync(first);
        var marks = await AskAsync(first, db => db.GradingMarks.AsNoTracking().ToListAsync(Cancelled));
        Assert.Equal(["4-0", "4-1", "4-2", "4-3"], marks.Select(mark => mark.Shard).Order(StringComparer.Ordinal));
        var unpublished = await AskAsync(first, db => db.PriorNotices.LongCountAsync(one => one.State == NoticeState.Open && !db.Grades.Any(row => row.Entity == one.Entity), Cancelled));
        Assert.Equal(await AskAsync(first, db => db.Grades.LongCountAsync(Cancelled)) + unpublished, marks.Sum(mark => mark.Entities));

        // The first is away: its shards wait one round of the second, no longer.
        await SendAsync(second, 60);
        await RoundAsync(second);
        await RoundAsync(second);
        await GradesAreRightAsync(second, clock);
        await HistoryIsWholeAsync(second);
        Assert.Single(await AskAsync(second, db => db.GradingMarks.Where(mark => mark.Known > 0).Select(mark => mark.Host).Distinct().ToListAsync(Cancelled)));
    }

    [Fact]
    public async Task A_host_that_has_lost_its_disk_makes_everything_anew_and_tells_of_nothing_twice()
    {
        await using var backbone = await StartAsync(postgres: false);
        await SendAsync(backbone, 300);
        await RoundAsync(backbone);
        await SendAsync(backbone, 40);
        Directory.Delete(Path.Combine(backbone.DataDirectory, "credit", "grading"), recursive: true);

        await RoundAsync(backbone);

        await GradesAreRightAsync(backbone, clock);
        await HistoryIsWholeAsync(backbone);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public async Task A_shard_is_the_same_in_code_and_in_both_engines(int of)
    {
        foreach (var postgres in (bool[])[false, true])
        {
            await using var backbone = await StartAsync(postgres);
            await SendAsync(backbone, 300);
            var all = await AskAsync(backbone, db => db.Facts.Select(fact => fact.Entity).Distinct().ToListAsync(Cancelled));
            foreach (var shard in Shard.All(of))
            {
                var inSql = await AskAsync(backbone, db => new ReadStore(db, shard).ChangedAsync(0, long.MaxValue, Cancelled));
                Assert.Equal(all.Where(entity => shard.Holds(Platform.Entities.EntityCode.Parse(entity))).Order(StringComparer.Ordinal), inSql.Order(StringComparer.Ordinal));
            }
        }
    }

    /// <summary>Says the time it was told; what waits, waits by the machine's. A week would be half a million seconds to whatever ticks.</summary>
    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private Task<BackboneFixture> StartAsync(bool postgres, string? database = null, string? masterKey = null) => BackboneFixture.StartAsync(settings =>
    {
        settings.Postgres = postgres;
        settings.Clock = clock;
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
        if (database is not null)
        {
            settings.Settings["Backbone:Identity:ConnectionString"] = database;
            settings.Settings["Backbone:MasterKey"] = "file:" + masterKey;
        }
    });

    private static Task RoundAsync(BackboneFixture backbone) => backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(Cancelled);

    private static async Task<T> AskAsync<T>(BackboneFixture backbone, Func<CreditDb, Task<T>> ask)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }

    internal static async Task GradesAreRightAsync(BackboneFixture backbone, TimeProvider clock)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(8));
        var plan = MadeUpSegments.Plan(today);
        var kernel = new ScoreKernel(plan.Pack);
        var grades = await AskAsync(backbone, db => db.Grades.AsNoTracking().ToDictionaryAsync(row => row.Entity, row => (row.Grade, row.Points), StringComparer.Ordinal, Cancelled));
        var entities = await AskAsync(backbone, db => db.Facts.Select(fact => fact.Entity).Distinct().ToListAsync(Cancelled));
        var notices = await AskAsync(backbone, db => db.PriorNotices.AsNoTracking().Where(one => one.State == NoticeState.Open).ToDictionaryAsync(one => one.Entity, StringComparer.Ordinal, Cancelled));
        var unpublished = notices.Values.Where(one => one.Before is null && !grades.ContainsKey(one.Entity)).Select(one => one.Entity);
        Assert.Equal(entities.Order(StringComparer.Ordinal), grades.Keys.Concat(unpublished).Order(StringComparer.Ordinal));
        foreach (var entity in entities)
        {
            var records = await AskAsync(backbone, db => ReadRecords.OfAsync(db, Platform.Entities.EntityCode.Parse(entity), Cancelled));
            var table = new FactTable();
            new FoldEntity(MadeUpSegments.Catalogue, today).Fold(records.Records, records.Known, table);
            var alone = kernel.Evaluate(table.Columns);
            var published = grades.TryGetValue(entity, out var row) ? row.Grade : null;
            if (NoticeCover.IsWanted(plan.Pack, published, alone.Grade))
            {
                // Told of it, and the former stays.
                Assert.True(notices.TryGetValue(entity, out var notice), entity);
                Assert.Equal(notice.Before, published);
                continue;
            }

            Assert.Equal((plan.Pack.Grades[alone.Grade], alone.Points), grades[entity]);
        }
    }

    /// <summary>Each change begins where the one before ended, the last is the grade, and of each but the first the log or the outbox has one event.</summary>
    internal static async Task HistoryIsWholeAsync(BackboneFixture backbone)
    {
        var grades = await AskAsync(backbone, db => db.Grades.AsNoTracking().ToListAsync(Cancelled));
        var changes = await AskAsync(backbone, db => db.GradeChanges.AsNoTracking().ToListAsync(Cancelled));
        var byEntity = changes.OrderBy(change => change.Day).ThenBy(change => change.Known).ToLookup(change => change.Entity, StringComparer.Ordinal);
        foreach (var grade in grades)
        {
            string? before = null;
            foreach (var change in byEntity[grade.Entity])
            {
                Assert.Equal(before, change.Before);
                Assert.NotEqual(before, change.Grade);
                before = change.Grade;
            }

            Assert.Equal((grade.Grade, grade.Since), (before, byEntity[grade.Entity].Last().Day));
        }
    }

    private async Task SendAsync(BackboneFixture backbone, int count)
    {
        var drafts = Enumerable.Range(0, count).Select(_ => Draft()).ToList();
        if (drafts.Count > 0)
        {
            var stored = await AskAsync(backbone, db => new StoreFacts(db, clock).WriteAsync("agency", drafts, Cancelled));
            Assert.All(stored, one => Assert.Equal(StoredState.Accepted, one.State));
        }
    }

    private FactDraft Draft()
    {
        var key = FormattableString.Invariant($"key-{sent++:D6}");
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var type = MadeUpSegments.Catalogue.All[random.Next(MadeUpSegments.Catalogue.All.Length)];
        var category = type.Classes.IsEmpty ? SeverityClass.None : type.Classes[random.Next(type.Classes.Length)];
        var content = new FactContent(
            type.Type.Number, category, ExclusionReason.None, new(today.AddDays(-random.Next(0, 300)), null, null, random.Next(3) == 0 ? today.AddDays(random.Next(1, 30)) : null),
            random.Next(0, 5), "document", "authority", "basis");
        return new(MadeUpSegments.Entity(random.Next(Entities)), key, RecordKind.Stated, null, content, null, "", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }
}
