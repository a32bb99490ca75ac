using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Grading;
using Backbone.Credit.Profiles;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Statistics;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Statistics;

public sealed class CountingTests
{
    private static readonly string[] Starts = ["91370100", "93370100", "91440100", "12110100"];
    private readonly SetClock clock = new(new(MadeUpSegments.Today, new(4, 0), TimeSpan.Zero));
    private readonly Random random = new(20261130);
    private int sent;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_day_is_counted_once_and_the_counts_are_those_of_the_rows(bool postgres)
    {
        await using var backbone = await StartAsync(postgres);
        Assert.Equal(0, await CountAsync(backbone));
        await SendAsync(backbone, 400);
        await GradeAsync(backbone);
        await TellProfilesAsync(backbone);
        Assert.Equal(4, await CountAsync(backbone));
        Assert.Equal(0, await CountAsync(backbone));
        var today = MadeUpSegments.Today;
        var rows = await AskAsync(backbone, db => db.Grades.AsNoTracking().ToListAsync(Cancelled));
        Assert.Equal(
            rows.GroupBy(row => (row.Entity[2..4], row.Grade)).Select(group => (group.Key.Item1, group.Key.Grade, group.LongCount())).Order(),
            await OfAsync(backbone, today, StatisticKind.Region));
        Assert.Equal(
            rows.GroupBy(row => (row.Entity[..2], row.Grade)).Select(group => (group.Key.Item1, group.Key.Grade, group.LongCount())).Order(),
            await OfAsync(backbone, today, StatisticKind.Kind));
        var profiles = await AskAsync(backbone, db => db.Profiles.AsNoTracking().ToDictionaryAsync(row => row.Entity, StringComparer.Ordinal, Cancelled));
        foreach (var (kind, group) in new (StatisticKind, Func<ProfileRow, string>)[]
        {
            (StatisticKind.Section, row => row.Section), (StatisticKind.Size, row => ProfileGroups.SizeOf(row.Size)), (StatisticKind.Age, row => ProfileGroups.AgeOf(row.Established, today)),
        })
        {
            Assert.Equal(
                rows.GroupBy(row => (profiles.TryGetValue(row.Entity, out var profile) ? group(profile) : "", row.Grade)).Select(one => (one.Key.Item1, one.Key.Grade, one.LongCount())).Order(),
                await OfAsync(backbone, today, kind));
        }

        Assert.Equal(400, (await OfAsync(backbone, today, StatisticKind.Fact)).Sum(cell => cell.Count));

        clock.Now += TimeSpan.FromDays(20);
        await SendAsync(backbone, 200);
        await GradeAsync(backbone);
        Assert.Equal(4, await CountAsync(backbone));
        var changes = await AskAsync(backbone, db => db.GradeChanges.AsNoTracking().Where(change => change.Before != null).ToListAsync(Cancelled));
        Assert.Equal(
            changes.GroupBy(change => (change.Before!, change.Grade)).Select(group => (group.Key.Item1, group.Key.Grade, group.LongCount())).Order(),
            await OfAsync(backbone, today.AddDays(20), StatisticKind.Change));
        Assert.NotEmpty(changes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_release_is_noted_and_who_moved_since_the_former_is_counted(bool postgres)
    {
        await using var backbone = await StartAsync(postgres);
        await SendAsync(backbone, 300);
        await GradeAsync(backbone);
        await CountAsync(backbone);
        var before = await GradesAsync(backbone);

        // As if another pack had made those grades.
        await AskAsync(backbone, db => db.GradeChanges.ExecuteUpdateAsync(set => set.SetProperty(change => change.PackDigest, "former"), Cancelled));
        await AskAsync(backbone, db => db.Releases.ExecuteUpdateAsync(set => set.SetProperty(release => release.Digest, "former"), Cancelled));
        clock.Now += TimeSpan.FromDays(30);
        await SendAsync(backbone, 200);
        await GradeAsync(backbone);
        await CountAsync(backbone);

        var now = await GradesAsync(backbone);
        Assert.Equal(
            before.Where(pair => now.ContainsKey(pair.Key)).GroupBy(pair => (pair.Value, now[pair.Key])).Select(group => (group.Key.Value, group.Key.Item2, group.LongCount())).Order(),
            await OfAsync(backbone, MadeUpSegments.Today.AddDays(30), StatisticKind.Migration));
        Assert.Equal(2, await AskAsync(backbone, db => db.Releases.CountAsync(Cancelled)));
    }

    [Fact]
    public async Task Of_days_long_ago_the_first_of_each_month_is_kept()
    {
        await using var backbone = await StartAsync(postgres: false);
        await SendAsync(backbone, 100);
        for (var day = 0; day < 150; day += 10)
        {
            await GradeAsync(backbone);
            await CountAsync(backbone);
            clock.Now += TimeSpan.FromDays(10);
        }

        var days = await AskAsync(backbone, db => db.Statistics.Where(cell => cell.Shard == "4-0").Select(cell => cell.Day).Distinct().OrderBy(day => day).ToListAsync(Cancelled));
        var last = days[^1];
        Assert.Equal(days.Where(day => day < last.AddDays(-CountShard.EveryDay)).DistinctBy(day => (day.Year, day.Month)), days.Where(day => day < last.AddDays(-CountShard.EveryDay)));
        Assert.Equal(MadeUpSegments.Today, days[0]);
        Assert.True(days.Count(day => day >= last.AddDays(-CountShard.EveryDay)) >= 9);
    }

    /// <summary>Of two in three organisations, some without all of it, established on and around each bound of age.</summary>
    private async Task TellProfilesAsync(BackboneFixture backbone)
    {
        var entities = await AskAsync(backbone, db => db.Grades.Select(row => row.Entity).OrderBy(entity => entity).ToListAsync(Cancelled));
        var drafts = entities.Where((_, at) => at % 3 != 0).Select((entity, at) => new ProfileDraft(
            EntityCode.Parse(entity), at % 7 == 0 ? "" : ((char)('A' + (at % 20))).ToString(), (EntitySize)(at % 5),
            at % 11 == 0 ? null : MadeUpSegments.Today.AddYears(-(at % 22)).AddDays((at % 3) - 1 is var days && at % 22 == 0 ? -1 : days), MadeUpSegments.Today)).ToList();
        Assert.NotEmpty(await AskAsync(backbone, db => new StoreProfiles(db, clock).WriteAsync("registry", drafts, Cancelled)));
    }

    private static async Task<List<(string Group, string Value, long Count)>> OfAsync(BackboneFixture backbone, DateOnly day, StatisticKind kind)
    {
        var cells = await AskAsync(backbone, db => db.Statistics.AsNoTracking().Where(cell => cell.Day == day && cell.Kind == kind).ToListAsync(Cancelled));
        return [.. cells.GroupBy(cell => (cell.Group, cell.Value)).Select(group => (group.Key.Group, group.Key.Value, group.Sum(cell => cell.Count))).Order()];
    }

    private Task<BackboneFixture> StartAsync(bool postgres) => BackboneFixture.StartAsync(settings =>
    {
        settings.Postgres = postgres;
        settings.Clock = clock;
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
    });

    private static Task GradeAsync(BackboneFixture backbone) => backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(Cancelled);

    private static Task<int> CountAsync(BackboneFixture backbone) => backbone.Services.GetRequiredService<CountRegularly>().RoundAsync(Cancelled);

    private static Task<Dictionary<string, string>> GradesAsync(BackboneFixture backbone) =>
        AskAsync(backbone, db => db.Grades.AsNoTracking().ToDictionaryAsync(row => row.Entity, row => row.Grade, StringComparer.Ordinal, Cancelled));

    private static async Task<T> AskAsync<T>(BackboneFixture backbone, Func<CreditDb, Task<T>> ask)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }

    private async Task SendAsync(BackboneFixture backbone, int count)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var drafts = Enumerable.Range(0, count).Select(_ =>
        {
            var key = FormattableString.Invariant($"key-{sent++:D6}");
            var type = MadeUpSegments.Catalogue.All[random.Next(MadeUpSegments.Catalogue.All.Length)];
            var category = type.Classes.IsEmpty ? SeverityClass.None : type.Classes[random.Next(type.Classes.Length)];
            var content = new FactContent(type.Type.Number, category, ExclusionReason.None, new(today.AddDays(-random.Next(0, 300)), null, null, null), random.Next(0, 5), "document", "authority", "basis");
            var number = random.Next(150);
            var entity = EntityCode.Compose(Starts[number % Starts.Length], FormattableString.Invariant($"{10_000_000 + number}"));
            return new FactDraft(entity, key, RecordKind.Stated, null, content, null, "", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        }).ToList();
        var stored = await AskAsync(backbone, db => new StoreFacts(db, clock).WriteAsync("agency", drafts, Cancelled));
        Assert.All(stored, one => Assert.Equal(StoredState.Accepted, one.State));
    }

    /// <summary>Says the time it was told.</summary>
    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
