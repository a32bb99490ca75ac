using System.Collections.Immutable;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Scoring.Noticing;

/// <summary>What a notice before publication is about, and how far it reaches. Pure: no clock, no store.</summary>
public static class NoticeCover
{
    /// <summary>Whether a grade may be published only after a notice.</summary>
    /// <param name="pack">By which the grade was found.</param>
    /// <param name="published">The grade that is published, by whichever pack; null for none.</param>
    /// <param name="grade">Index of the grade that was found.</param>
    public static bool IsWanted(CompiledPack pack, string? published, int grade)
    {
        ArgumentNullException.ThrowIfNull(pack);

        // A grade that this pack does not know is none that anybody was told of by it.
        return grade >= pack.AdverseFrom && (published is null || pack.Grades.IndexOf(published) < grade);
    }

    /// <summary>The facts that speak against the organisation: those of rules that took points, and of lists that bound the grade. Ascending.</summary>
    public static ImmutableArray<string> Against(ScoreAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return
        [
            .. answer.Contributions.Where(one => one is { Kind: ContributionKind.Rule, Points: < 0 }).SelectMany(one => one.Facts)
                .Concat(answer.Bounds.SelectMany(bound => bound.Facts)).Select(fact => fact.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Whether what an organisation was told of is enough for a grade: without the facts against it that it was not told of, the grade is as bad. Others
    /// that came since make no second notice then; where the grade needs them, they do.
    /// </summary>
    /// <param name="pack">By which the grade was found.</param>
    /// <param name="facts">All of the organisation.</param>
    /// <param name="answer">The score of all of them.</param>
    /// <param name="told">Ids of the facts it was told of.</param>
    public static bool IsEnough(CompiledPack pack, ImmutableArray<NamedFact> facts, ScoreAnswer answer, IReadOnlySet<string> told)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(told);
        var untold = Against(answer).Where(id => !told.Contains(id)).ToHashSet(StringComparer.Ordinal);
        return untold.Count == 0
            || new ScoreKernel(pack).Evaluate(FactTable.Of(facts.Where(fact => !untold.Contains(fact.Id)).Select(fact => fact.Fact)).Columns).Grade
                >= pack.Grades.IndexOf(answer.Grade);
    }
}
