using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Grading;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Statistics;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Statistics;

/// <summary>A host with a clock that is told, and organisations of several places and kinds.</summary>
internal sealed class StatisticsHost : IAsyncDisposable
{
    private int sent;

    public required BackboneFixture Backbone { get; init; }

    public required SetClock Clock { get; init; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<StatisticsHost> StartAsync(bool postgres, bool demo = false)
    {
        // Who signs in has cookies that end by the machine's clock: not before it, then.
        var clock = new SetClock(new(demo ? MadeUpSegments.Today.AddYears(20) : MadeUpSegments.Today, new(4, 0), TimeSpan.Zero));
        var backbone = await BackboneFixture.StartAsync(settings =>
        {
            (settings.Postgres, settings.Demo, settings.Clock) = (postgres, demo, clock);
            settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
        });
        return new StatisticsHost { Backbone = backbone, Clock = clock };
    }

    public static EntityCode Entity(string start, int number) => EntityCode.Compose(start, FormattableString.Invariant($"{10_000_000 + number}"));

    /// <summary>A fact of today about each organisation.</summary>
    public async Task SendAsync(string type, SeverityClass category, params IReadOnlyList<EntityCode> entities)
    {
        var (known, today) = (MadeUpSegments.Catalogue.Find(type)!, ChinaDay.Today(Clock));
        var drafts = entities.Select(entity =>
        {
            var key = FormattableString.Invariant($"key-{sent++:D6}");
            var content = new FactContent(known.Type.Number, category, ExclusionReason.None, new(today, null, null, null), 1, "document", "济南市市场监督管理局", "basis");
            return new FactDraft(entity, key, RecordKind.Stated, null, content, null, "", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        }).ToList();
        var stored = await AskAsync(db => new StoreFacts(db, Clock).WriteAsync("agency", drafts, Cancelled));
        Assert.All(stored, one => Assert.Equal(StoredState.Accepted, one.State));
    }

    public Task GradeAsync() => Backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(Cancelled);

    public async Task CountAsync()
    {
        await GradeAsync();
        await Backbone.Services.GetRequiredService<CountRegularly>().RoundAsync(Cancelled);
    }

    public async Task<T> AskAsync<T>(Func<CreditDb, Task<T>> ask)
    {
        await using var scope = Backbone.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }

    public ValueTask DisposeAsync() => Backbone.DisposeAsync();

    /// <summary>Says the time it was told.</summary>
    internal sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
