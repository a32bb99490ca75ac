using System.Text;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Packs.Keeping;

/// <summary>A host by itself, its clock set, and packs that differ from the built-in one in version, points or name.</summary>
internal sealed class PacksHost(BackboneFixture backbone, SetClock clock) : IAsyncDisposable
{
    public static readonly string National = File.ReadAllText(PackInForce.BuiltInFile);

    public static readonly CaseActor Author = Person(1);
    public static readonly CaseActor First = Person(2);
    public static readonly CaseActor Second = Person(3);
    public static readonly CaseActor Third = Person(4);

    public BackboneFixture Backbone => backbone;

    public SetClock Clock => clock;

    public DateOnly Today => ChinaDay.Today(clock);

    public PacksInForce Packs => backbone.Services.GetRequiredService<PacksInForce>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static CaseActor Person(byte number) => new(new Guid([number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), "console", false);

    public static async Task<PacksHost> StartAsync(bool postgres, PacksHost? beside = null)
    {
        var clock = beside?.Clock ?? new SetClock(new(2026, 11, 28, 4, 0, 0, TimeSpan.Zero));
        return new(
            await BackboneFixture.StartAsync(settings =>
            {
                settings.Postgres = postgres;
                settings.Clock = clock;
                settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
                if (beside is not null)
                {
                    settings.Settings["Backbone:Identity:ConnectionString"] =
                        beside.Backbone.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>()["Backbone:Credit:ConnectionString"]!;
                    settings.Settings["Backbone:MasterKey"] = "file:" + Path.Combine(beside.Backbone.DataDirectory, "keys", "master.key");
                }
            }),
            clock);
    }

    /// <summary>The national pack with another version and more or fewer points for a general penalty.</summary>
    public static string Pack(int version, int points = -30) => National
        .Replace("\nversion: 1\n", FormattableString.Invariant($"\nversion: {version}\n"), StringComparison.Ordinal)
        .Replace("    points: -12\n", FormattableString.Invariant($"    points: {points}\n"), StringComparison.Ordinal)
        .Replace("floor: -48", "floor: -90", StringComparison.Ordinal);

    public async Task<SubmitOutcome> SubmitAsync(string pack, DateOnly? from = null, CaseActor? by = null) => await ScopedAsync(services =>
        services.GetRequiredService<SubmitPack>().RunAsync(new("pack.yml", Encoding.UTF8.GetBytes(pack), from ?? Today, "试点"), by ?? Author, Cancelled));

    public async Task<KeptPack> SubmittedAsync(string pack, DateOnly? from = null) =>
        Assert.IsType<SubmitOutcome.Submitted>(await SubmitAsync(pack, from)).Row;

    public async Task<DecideOutcome> DecideAsync(Guid pack, CaseActor by, PackAct act = PackAct.Approve, int? seen = null, string reason = "") => await ScopedAsync(async services =>
        await services.GetRequiredService<DecidePack>().RunAsync(new(pack, act, by, seen ?? (await RowAsync(pack)).Step, reason), Cancelled));

    /// <summary>Handed in, approved by two, read by the host.</summary>
    public async Task<KeptPack> SignedAsync(string pack, DateOnly? from = null)
    {
        var row = await SubmittedAsync(pack, from);
        Assert.Equal(DecideOutcome.Done, await DecideAsync(row.Id, First));
        Assert.Equal(DecideOutcome.Done, await DecideAsync(row.Id, Second));
        await Packs.RefreshAsync(Cancelled);
        return await RowAsync(row.Id);
    }

    public Task<KeptPack> RowAsync(Guid id) => ScopedAsync(services => services.GetRequiredService<CreditDb>().Packs.AsNoTracking().SingleAsync(row => row.Id == id, Cancelled));

    public Task<T> AskAsync<T>(Func<CreditDb, Task<T>> ask) => ScopedAsync(services => ask(services.GetRequiredService<CreditDb>()));

    /// <summary>How many events of the log hold all of the words, once nothing waits for it.</summary>
    public async Task<int> LoggedAsync(params string[] words)
    {
        var relay = backbone.Services.GetServices<IHostedService>().OfType<OutboxRelay<CreditDb>>().Single();
        do
        {
            // What the relay has in its hands already is not drained twice.
            await relay.DrainAsync(Cancelled);
        }
        while (await AskAsync(db => db.Outbox.AnyAsync(Cancelled)));

        return OpenFile.ReadLog(backbone.DataDirectory).Split("{\"@timestamp\"").Count(one => words.All(word => one.Contains(word, StringComparison.Ordinal)));
    }

    public async Task<T> ScopedAsync<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    public ValueTask DisposeAsync() => backbone.DisposeAsync();
}

/// <summary>Says the time it was told; what waits, waits by the machine's.</summary>
internal sealed class SetClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
