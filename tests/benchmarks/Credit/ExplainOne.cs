using System.Diagnostics;
using Backbone.Credit.Batch;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Foresight;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Storage;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Benchmarks.Credit;

/// <summary>
/// <c>credit.explain</c>: one explained score in the bytes of its answer, of a random entity from a store of a million facts: its records are read,
/// the pack made ready for the day, every step told. One at a time.
/// </summary>
internal sealed class ExplainOne : IFigure
{
    private const int Times = 5_000;

    public string Name => "credit.explain";

    public string Unit => "ms (p99)";

    public Goal Goal => new(AtLeast: false, 10);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var backbone = await BackboneFixture.StartAsync();
        await SampleStore.BuildAsync(backbone, progress);
        var random = new SampleNumbers(1);
        var taken = new List<double>();
        for (var i = -500; i < Times; i++)
        {
            var entity = SampleStore.Entity(i % 50 == 0 ? 1 + (10_000 * random.Next(30)) : random.Next(SampleStore.Entities));
            var clock = Stopwatch.StartNew();
            await using var scope = backbone.Services.CreateAsyncScope();
            var records = await ReadRecords.OfAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), entity, CancellationToken.None);
            var pack = CompilePack.For(SampleSegments.Pack.Pack!, SampleSegments.Catalogue.Types, SampleSegments.Today, "supervision");
            var facts = new FoldEntity(SampleSegments.Catalogue, SampleSegments.Today).Named(records.Records, records.Known);
            var bytes = WriteAnswer.ToCanonicalBytes(ExplainScore.Of(pack, facts));
            if (i >= 0 && bytes.Length > 0)
            {
                taken.Add(clock.Elapsed.TotalMilliseconds);
            }
        }

        return await Percentile.TellAsync(taken, 0.99, progress);
    }
}

/// <summary>
/// <c>credit.what-if</c>: the fewest repairs that reach the next grade, of random entities of the same store, a third of them with thirty facts and a third with
/// three hundred; every negative fact that may be repaired is an action from the first day on which a repair can be asked.
/// </summary>
internal sealed class WhatIf : IFigure
{
    private const int Times = 600;

    public string Name => "credit.what-if";

    public string Unit => "ms (p95)";

    public Goal Goal => new(AtLeast: false, 200);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var backbone = await BackboneFixture.StartAsync();
        await SampleStore.BuildAsync(backbone, progress);
        var random = new SampleNumbers(1);
        var (taken, ways, uncertain) = (new List<double>(), 0, 0);
        for (var i = -50; i < Times; i++)
        {
            var entity = SampleStore.Entity(i % 3 == 0 ? 1 + (10_000 * random.Next(30)) : i % 3 == 1 ? 2 + (1000 * random.Next(300)) : random.Next(SampleStore.Entities));
            var clock = Stopwatch.StartNew();
            await using var scope = backbone.Services.CreateAsyncScope();
            var records = await ReadRecords.OfAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), entity, CancellationToken.None);
            var pack = CompilePack.For(SampleSegments.Pack.Pack!, SampleSegments.Catalogue.Types, SampleSegments.Today, "supervision");
            var read = ReadFacts.AsOf(records.Records, SampleSegments.Today, records.Known);
            var table = new FactTable();
            new FoldEntity(SampleSegments.Catalogue, SampleSegments.Today).Fold(records.Records, records.Known, table);
            var score = new ScoreKernel(pack).Evaluate(table.Columns);
            var way = score.Grade == 0
                ? null
                : FindActions.To(pack.Grades[score.Grade - 1], pack.Pack, SampleSegments.Catalogue.Types, table.Columns, SampleSegments.Today, "supervision", [.. read.SelectMany(Action)]);
            if (i >= 0)
            {
                taken.Add(clock.Elapsed.TotalMilliseconds);
                (ways, uncertain) = (ways + (way is null ? 0 : 1), uncertain + (way is { Certain: false } ? 1 : 0));
            }
        }

        await progress.WriteLineAsync(FormattableString.Invariant($"{ways} of {Times} have a way, {uncertain} of them without certainty that it is the shortest"));
        return await Percentile.TellAsync(taken, 0.95, progress);
    }

    private static IEnumerable<PossibleAction> Action(ReadFact fact, int row)
    {
        var type = SampleSegments.Catalogue.Find(fact.Content.Type)!;
        if (type.Type.Effect == FactEffect.Negative && type.Repairable)
        {
            var time = SampleSegments.Catalogue.TimeOf(type, fact.Content.Dates, fact.Content.Class, SampleSegments.Today);
            var from = time.EarliestRepair is { } earliest && earliest > SampleSegments.Today ? earliest : SampleSegments.Today;
            yield return new(row, from, "repair");
        }
    }
}

/// <summary>One of many times, from the shortest on.</summary>
internal static class Percentile
{
    public static async Task<double> TellAsync(List<double> taken, double share, TextWriter progress)
    {
        taken.Sort();
        await progress.WriteLineAsync(FormattableString.Invariant($"{taken.Count} times, median {taken[taken.Count / 2]:F2} ms, longest {taken[^1]:F2} ms"));
        return taken[(int)(taken.Count * share)];
    }
}
