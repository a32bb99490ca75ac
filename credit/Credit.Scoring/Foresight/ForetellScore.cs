using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Scoring.Foresight;

/// <summary>A score from one day on.</summary>
public sealed record ForetoldScore(DateOnly From, int Points, string Grade);

/// <summary>
/// The curve of a score if nothing is done and nothing happens: the same kernel on each day on which time alone changes it. Exact, not sampled.
/// </summary>
public static class ForetellScore
{
    /// <summary>Longest look ahead.</summary>
    public const int MostYears = 10;

    /// <param name="from">The first day of the curve.</param>
    /// <param name="before">The day after its last one; at most <see cref="MostYears"/> later, and never beyond the pack's own end.</param>
    public static ImmutableArray<ForetoldScore> Of(PolicyPack pack, FactTypes types, FactColumns facts, DateOnly from, DateOnly before, string purpose)
    {
        if (before > from.AddYears(MostYears))
        {
            throw new ArgumentOutOfRangeException(nameof(before), $"{before:O} is more than {MostYears} years after {from:O}");
        }

        var end = pack.To is { } to && to < before ? to : before;
        var changes = Changes(pack, from, end);
        var curve = ImmutableArray.CreateBuilder<ForetoldScore>();
        for (DateOnly? day = from; day < end;)
        {
            var compiled = CompilePack.For(pack, types, day.Value, purpose);
            var score = new ScoreKernel(compiled).Evaluate(facts);
            var grade = compiled.Grades[score.Grade];
            if (curve.Count == 0 || curve[^1].Points != score.Points || curve[^1].Grade != grade)
            {
                curve.Add(new(day.Value, score.Points, grade));
            }

            day = Next(new Day(score.NextChange).Date, changes.FirstOrDefault(change => change > day));
        }

        return curve.ToImmutable();
    }

    private static DateOnly? Next(DateOnly? byFacts, DateOnly byPack) =>
        byPack == default ? byFacts : byFacts is null || byPack < byFacts ? byPack : byFacts;

    /// <summary>Days on which a parameter has another value, ascending.</summary>
    private static DateOnly[] Changes(PolicyPack pack, DateOnly after, DateOnly before) =>
    [
        .. pack.Parameters.SelectMany(parameter => parameter.Values).Where(value => value.Status != LegalStatus.Announced)
            .Select(value => value.From).Where(date => date > after && date < before).Distinct().Order(),
    ];
}
