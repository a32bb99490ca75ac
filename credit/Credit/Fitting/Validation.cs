using System.Collections.Immutable;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Fitting;

/// <summary>How well packs fitted to the other folds score the rows held out.</summary>
/// <param name="Area">Mean area under the curve (AUC) of the folds, with DeLong's interval.</param>
/// <param name="Distance">Mean KS, with an interval by drawing again.</param>
/// <param name="Capture">Mean share of bad rows in the worst tenth, likewise.</param>
internal sealed record Validation(Interval Area, Interval Distance, Interval Capture, ImmutableArray<FoldResult> Folds)
{
    public Interval Gini => new((2 * Area.Value) - 1, (2 * Area.Low) - 1, (2 * Area.High) - 1);
}

/// <param name="Rules">Rules of the pack that was fitted without the fold.</param>
/// <param name="Area">AUC of whole points on the rows held out.</param>
/// <param name="AreaUnrounded">AUC of the weights before rounding: what whole points cost.</param>
/// <param name="AreaOfTraining">AUC on the rows it was fitted to: how far it learnt by heart.</param>
/// <param name="Shift">PSI of the points held out against those fitted to.</param>
internal sealed record FoldResult(
    int Rows, int Bad, int Rules, Interval Area, double AreaUnrounded, double AreaOfTraining, double Distance, double Capture, double Shift);

/// <summary>
/// Cross-validation: each fold is scored by a pack fitted without it, by the kernel that scores every entity. Everything that learns, the fine
/// steps among it, sees the other folds alone.
/// </summary>
internal static class CrossValidate
{
    public static Validation With(EntityTable table, int folds, FitOptions how, PackName name, Action<int, FoldResult> done)
    {
        var fold = Folds.Deal(table.Bad, folds);
        var types = BuildPack.TypesOf(table);
        var results = ImmutableArray.CreateBuilder<FoldResult>();
        var scored = new List<(int[] Points, bool[] Bad)>();
        var variance = 0.0;
        for (var held = 0; held < folds; held++)
        {
            int[] training = [.. Enumerable.Range(0, table.Rows).Where(row => fold[row] != held)];
            int[] test = [.. Enumerable.Range(0, table.Rows).Where(row => fold[row] == held)];
            bool[] badOfTraining = [.. training.Select(row => table.Bad[row])], bad = [.. test.Select(row => table.Bad[row])];
            var card = FitCard.To(table, training, how);
            var pack = BuildPack.Of(card, badOfTraining.Count(one => one) / (double)training.Length, name);
            var (points, known) = (ScoreRows.By(pack, types, table, test), ScoreRows.By(pack, types, table, training));

            var (area, error) = Measures.Area(points, bad);
            variance += error / folds / folds;
            scored.Add((points, bad));
            results.Add(new(
                test.Length,
                bad.Count(one => one),
                pack.Rules.Length,
                Interval.Around(area, Math.Sqrt(error)),
                Measures.Area(Ranks([.. test.Select(row => -card.LogOddsOf(table, row))]), bad).Area,
                Measures.Area(known, badOfTraining).Area,
                Measures.Distance(points, bad),
                Measures.CaptureOfTenth(points, bad),
                Measures.Shift(known, points)));
            done(held, results[^1]);
        }

        var (distance, capture) = Measures.Drawn(scored);
        return new(Interval.Around(results.Average(one => one.Area.Value), Math.Sqrt(variance)), distance, capture, results.ToImmutable());
    }

    /// <summary>Real numbers by their order: equal ones have equal ranks.</summary>
    private static int[] Ranks(double[] values)
    {
        var sorted = values.Distinct().Order().ToArray();
        return [.. values.Select(value => Array.BinarySearch(sorted, value))];
    }
}
