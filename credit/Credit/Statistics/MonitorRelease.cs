using System.Globalization;
using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Statistics;

/// <summary>
/// What <c>host credit monitor</c> does: organisations are scored by the pack in force for a day, from what was known on that day, and it is looked what was
/// recorded of them in the twelve months after. The figures are kept and stand on the monitoring page. Beside it organisations are counted by the
/// authorities that reported of them. Reads facts entity by entity, beside the running host.
/// </summary>
public sealed class MonitorRelease
{
    /// <summary>What counts as an outcome: a court's or an authority's finding that a duty was not done.</summary>
    private static readonly string[] OutcomeTypes = ["serious-list", "judgment-default"];

    private readonly IServiceScopeFactory scopes;
    private readonly FactCatalogue catalogue;
    private readonly PacksInForce packs;
    private readonly GradingOptions grading;
    private readonly TimeProvider clock;

    internal MonitorRelease(IServiceScopeFactory scopes, FactCatalogue catalogue, PacksInForce packs, IOptions<GradingOptions> grading, TimeProvider clock) =>
        (this.scopes, this.catalogue, this.packs, this.grading, this.clock) = (scopes, catalogue, packs, grading.Value, clock);

    /// <param name="day">The day to score for, at least twelve months ago; null for the last such day.</param>
    /// <param name="oneOf">Of how many parts of all organisations one is read: 1 (all) to 64.</param>
    /// <param name="output">Where it is told.</param>
    /// <param name="cancellation">Nothing is kept then.</param>
    /// <returns>0; 1 when the day or the pack does not serve.</returns>
    public async Task<int> RunAsync(DateOnly? day, int oneOf, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(output);
        var today = ChinaDay.Today(clock);
        var on = day ?? today.AddYears(-1).AddDays(-1);
        if (on.AddYears(1) >= today || oneOf is < 1 or > 64)
        {
            await output.WriteLineAsync(oneOf is < 1 or > 64 ? $"--one-of must be 1–64, but is {oneOf}" : $"--day must be more than twelve months before {today:O}, but is {on:O}");
            return 1;
        }

        await packs.RefreshAsync(cancellation);
        var pack = packs.On(today);
        CompiledPack compiled;
        try
        {
            // Also for a day before its own: how its rules would have done then.
            compiled = CompilePack.For(pack.Pack with { From = on < pack.Pack.From ? on : pack.Pack.From, To = null }, catalogue.Types, on, grading.Purpose);
        }
        catch (PackException fault)
        {
            await output.WriteLineAsync(fault.Message);
            return 1;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        var test = await TestAsync(db, compiled, oneOf, cancellation);
        await KeepAsync(db, pack.Digest, test, on, oneOf, cancellation);
        foreach (var shard in Shard.All(grading.Shards))
        {
            await new CountShard(db, shard).CountAuthoritiesAsync(today, cancellation);
        }

        await TellAsync(test, on, output);
        return 0;
    }

    /// <summary>The end of a day of China, by the store's clock.</summary>
    private static long EndOf(DateOnly day) => new DateTimeOffset(day.AddDays(1), default, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds() * 1000;

    private async Task<BackTest> TestAsync(CreditDb db, CompiledPack compiled, int oneOf, CancellationToken cancellation)
    {
        var (known, until) = (EndOf(compiled.ValidOn), EndOf(compiled.ValidOn.AddYears(1)));
        var kinds = OutcomeTypes.Select(code => catalogue.Find(code)!.Type.Number).ToHashSet();
        var (kernel, fold, table) = (new ScoreKernel(compiled), new FoldEntity(catalogue, compiled.ValidOn), new FactTable());
        var (points, outcomes) = (new List<int>(), new List<bool>());
        await foreach (var (_, records) in new ReadStore(db, new Shard(0, oneOf)).AllAsync(until, cancellation))
        {
            // Whom nobody knew then had no score; of whom it was known already, nothing was foretold.
            if (!records.Exists(record => record.Recorded <= known) || HasOutcome(records, compiled.ValidOn, known, 0, kinds))
            {
                continue;
            }

            table.Clear();
            fold.Fold(records, known, table);
            points.Add(kernel.Evaluate(table.Columns).Points);
            outcomes.Add(HasOutcome(records, compiled.ValidOn.AddYears(1), until, known, kinds));
        }

        return BackTest.Of([.. points], [.. outcomes]);
    }

    /// <summary>Whether such a fact was recorded after one time and until another, and was not taken back by then.</summary>
    private static bool HasOutcome(List<FactRecord> records, DateOnly on, long until, long after, HashSet<ushort> kinds) =>
        records.Exists(record => record.Kind == RecordKind.Stated && record.Recorded > after && record.Recorded <= until && kinds.Contains(record.Content!.Type))
        && ReadFacts.AsOf(records, on, until).Any(fact =>
            kinds.Contains(fact.Content.Type) && (fact.Marks & FactMarks.Withdrawn) == 0 && fact.Records[0].Recorded > after);

    private async Task KeepAsync(CreditDb db, string digest, BackTest test, DateOnly on, int oneOf, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.BackTests.Where(row => row.Digest == digest && row.Day == on).ExecuteDeleteAsync(cancellation);
        db.BackTests.Add(new ReleaseBackTest
        {
            Digest = digest,
            Day = on,
            MadeAt = clock.GetUtcNow(),
            OneOf = oneOf,
            Entities = test.Entities,
            Outcomes = test.Outcomes,
            Area = test.Area?.Value,
            AreaLow = test.Area?.Low,
            AreaHigh = test.Area?.High,
            Distance = test.Distance?.Value,
            DistanceLow = test.Distance?.Low,
            DistanceHigh = test.Distance?.High,
            Capture = test.Capture?.Value,
            CaptureLow = test.Capture?.Low,
            CaptureHigh = test.Capture?.High,
        });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task TellAsync(BackTest test, DateOnly on, TextWriter output)
    {
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{test.Entities:N0} organisations scored for {on:O} from what was known then; {test.Outcomes:N0} had an outcome ({string.Join(", ", OutcomeTypes)}) recorded in the twelve months after"));
        if (test is { Area: { } area, Distance: { } distance, Capture: { } capture })
        {
            foreach (var (name, figure) in new[] { ("AUC", area), ("KS", distance), ("capture of the worst tenth", capture) })
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {name}: {figure.Value:F3} ({figure.Low:F3} to {figure.High:F3})"));
            }
        }
        else
        {
            await output.WriteLineAsync($"  no figure is made of fewer than {BackTest.Fewest} outcomes, or {BackTest.Fewest} organisations without one");
        }
    }
}
