using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Batch;
using Backbone.Credit.Batch.CrossCheck;
using Backbone.Credit.Facts;
using Backbone.Credit.Grading;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Storage;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Batch;

public sealed class FeedTests : IDisposable
{
    private const int Entities = 120;
    private static readonly DateOnly Today = MadeUpSegments.Today;

    private readonly MadeUpSegments made = new();
    private readonly Random random = new(20261128);
    private readonly List<string>[] keys = [.. Enumerable.Range(0, Entities).Select(_ => new List<string>())];
    private int sent;

    /// <summary>
    /// Facts, corrections, withdrawals, disputes and repairs, some from a later day, come between re-scores; days pass. After each step what was carried
    /// over and what was evaluated are together what each entity gets when it is read from the store and scored by itself, and what SQL says.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Step_by_step_is_the_same_as_everything_anew_and_as_each_entity_by_itself(bool postgres)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Postgres = postgres);
        await using var scope = backbone.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        using var folder = new SegmentFolder(made.Segments, examine: true);
        var feed = new FeedSegments(folder, MadeUpSegments.Catalogue, Shard.Whole);
        var (day, evaluated, scored, sets) = (Today, 0L, 0L, 0);
        await SendAsync(backbone, 400);
        Assert.True((await feed.CatchUpAsync(db, day, CancellationToken.None)).Whole);
        for (var step = 0; step < 14; step++)
        {
            if (step > 0)
            {
                day = day.AddDays(random.Next(0, 12));
                await SendAsync(backbone, random.Next(0, 12));
                Assert.False((await feed.CatchUpAsync(db, day, CancellationToken.None)).Whole);
            }

            var plan = MadeUpSegments.Plan(day);
            using var former = ScoreColumns.Newest(made.Scores, examine: true);
            var done = new Rescore(folder, plan).Run(made.Scores, former, 2, CancellationToken.None);
            using var scores = ScoreColumns.Newest(made.Scores, examine: true)!;
            (evaluated, scored, sets) = (evaluated + done.Evaluated, scored + done.Entities, Math.Max(sets, folder.Segments.Length));

            var kernel = new ScoreKernel(plan.Pack);
            for (var entity = 0; entity < Entities; entity++)
            {
                var alone = await AloneAsync(db, kernel, entity, day);
                var kept = scores.Find(folder, MadeUpSegments.Entity(entity).Packed);
                Assert.Equal((alone?.Points, alone?.Grade), (kept?.Points, kept?.Grade));
            }

            var check = new CheckScores(folder, scores, plan, MadeUpSegments.Catalogue.Types).Run(1, 0, CancellationToken.None);
            Assert.Equal((done.Entities, 0), (check.Compared, check.Differing));
        }

        Assert.True(evaluated < scored / 2, $"{evaluated} of {scored} were evaluated: nothing was carried over");
        Assert.True(sets > 2, "no newer segment was ever there");
    }

    [Fact]
    public async Task Segments_of_another_store_or_law_or_a_later_day_are_made_anew_and_what_is_up_to_date_is_left()
    {
        await using var backbone = await BackboneFixture.StartAsync();
        await using var other = await BackboneFixture.StartAsync();
        await using var scope = backbone.Services.CreateAsyncScope();
        await using var otherScope = other.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        using var folder = new SegmentFolder(made.Segments, examine: true);
        var feed = new FeedSegments(folder, MadeUpSegments.Catalogue, Shard.Whole);
        await SendAsync(backbone, 40);
        Array.ForEach(keys, known => known.Clear());
        await SendAsync(other, 40);

        var first = await feed.CatchUpAsync(db, Today, CancellationToken.None);
        var nothing = await feed.CatchUpAsync(db, Today, CancellationToken.None);
        var earlier = await feed.CatchUpAsync(db, Today.AddDays(-1), CancellationToken.None);
        var foreign = await feed.CatchUpAsync(otherScope.ServiceProvider.GetRequiredService<CreditDb>(), Today, CancellationToken.None);
        var back = await feed.CatchUpAsync(db, new(2026, 3, 1), CancellationToken.None);
        var law = await feed.CatchUpAsync(db, Today, CancellationToken.None);

        Assert.Equal((true, "there is no segment"), (first.Whole, first.Why));
        Assert.Equal((false, 0), (nothing.Whole, nothing.Entities));
        Assert.Equal((true, $"the segments do not serve {Today.AddDays(-1):O}"), (earlier.Whole, earlier.Why));
        Assert.Equal((true, "the segments come from another store"), (foreign.Whole, foreign.Why));
        Assert.True(back.Whole);

        // On 1 April 2026 Order 36 came: what was read by the law before it serves no day after.
        Assert.Equal((true, $"the segments do not serve {Today:O}"), (law.Whole, law.Why));
        Assert.Throws<InvalidOperationException>(() => new Rescore(folder, MadeUpSegments.Plan(Today.AddDays(-1))).Run(made.Scores, null, 1, CancellationToken.None));
    }

    public void Dispose() => made.Dispose();

    private static async Task<Score?> AloneAsync(CreditDb db, ScoreKernel kernel, int entity, DateOnly day)
    {
        var records = await ReadRecords.OfAsync(db, MadeUpSegments.Entity(entity), CancellationToken.None);
        var table = new FactTable();
        new FoldEntity(MadeUpSegments.Catalogue, day).Fold(records.Records, records.Known, table);
        return records.Records.IsEmpty ? null : kernel.Evaluate(table.Columns);
    }

    private async Task SendAsync(BackboneFixture backbone, int count)
    {
        var drafts = Enumerable.Range(0, count).Select(_ => Draft(random.Next(Entities))).ToList();
        await using var scope = backbone.Services.CreateAsyncScope();
        var stored = await new StoreFacts(scope.ServiceProvider.GetRequiredService<CreditDb>(), TimeProvider.System).WriteAsync("agency", drafts, CancellationToken.None);
        Assert.All(stored, one => Assert.Equal(StoredState.Accepted, one.State));
    }

    private FactDraft Draft(int entity)
    {
        var key = FormattableString.Invariant($"key-{sent++:D6}");
        var kind = keys[entity].Count == 0 ? RecordKind.Stated : (RecordKind)Math.Max(0, random.Next(-4, 6));
        var about = kind == RecordKind.Stated ? null : keys[entity][random.Next(keys[entity].Count)];
        if (kind == RecordKind.Stated)
        {
            keys[entity].Add(key);
        }

        var type = MadeUpSegments.Catalogue.All[random.Next(MadeUpSegments.Catalogue.All.Length)];
        var category = type.Classes.IsEmpty ? SeverityClass.None : type.Classes[random.Next(type.Classes.Length)];
        var content = kind <= RecordKind.Corrected
            ? new FactContent(
                type.Type.Number, category, random.Next(20) == 0 ? ExclusionReason.SummaryProcedure : ExclusionReason.None,
                new(Today.AddDays(-random.Next(0, 400)), null, random.Next(8) == 0 ? Today.AddDays(random.Next(0, 90)) : null, random.Next(4) == 0 ? Today.AddDays(random.Next(1, 120)) : null),
                random.Next(0, 5), "document", "authority", "basis")
            : null;
        return new(
            MadeUpSegments.Entity(entity), key, kind, about, content, kind >= RecordKind.Disputed ? Today.AddDays(random.Next(-20, 90)) : null, kind == RecordKind.Stated ? "" : "a reason",
            SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }
}
