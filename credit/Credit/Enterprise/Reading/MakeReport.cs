using System.Collections.Immutable;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Foresight;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Enterprise.Reading;

/// <summary>Makes the organisation's report from a score: what lies ahead, what can be done, and what it would bring. The engine is the one that scored.</summary>
internal sealed class MakeReport(FactCatalogue catalogue)
{
    /// <summary>How far the curve goes.</summary>
    public const int Years = 3;

    /// <summary>The caller's word for what is done about a fact.</summary>
    private const string Repair = "repair";

    /// <param name="ticked">Ids of facts whose repair is tried; others than those of open actions are left aside.</param>
    public MyReport Of(ScoredEntity scored, IReadOnlySet<string> ticked)
    {
        var today = scored.Answer.ValidOn;
        var lines = scored.Read.ToImmutableDictionary(fact => fact.Id.ToString("D"), LineOf(today));
        var columns = scored.Table.Columns;
        var curve = ForetellScore.Of(scored.Pack.Pack, catalogue.Types, columns, today, today.AddYears(Years), scored.Answer.Purpose);
        var rank = GradeWords.Of(scored.Pack.Pack, scored.Answer.Grade).Rank;
        var next = rank == 0 ? null : scored.Pack.Pack.Grades[rank - 1].Id;
        var actions = Actions(scored, lines, ticked);
        var way = next is null
            ? null
            : FindActions.To(
                next, scored.Pack.Pack, catalogue.Types, columns, today, scored.Answer.Purpose,
                [.. actions.Select(action => new PossibleAction(action.Row, action.From, Repair))]);
        return new(scored, lines, curve, next, way, actions, Try(scored, actions));
    }

    private Func<ReadFact, FactLine> LineOf(DateOnly today) => fact =>
    {
        var type = catalogue.Find(fact.Content.Type)!;
        return new(fact, type, catalogue.TimeOf(type, fact.Content.Dates, fact.Content.Class, today));
    };

    private static ImmutableArray<OpenAction> Actions(ScoredEntity scored, ImmutableDictionary<string, FactLine> lines, IReadOnlySet<string> ticked)
    {
        var today = scored.Answer.ValidOn;
        var counted = scored.Answer.Contributions.SelectMany(contribution => contribution.Facts).Concat(scored.Answer.Bounds.SelectMany(bound => bound.Facts))
            .Select(fact => fact.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. scored.Facts.Select((fact, row) => (Row: row, Line: lines[fact.Id])).Where(fact => counted.Contains(fact.Line.Id) && fact.Line.MayBeRepaired)
                .Select(fact => new OpenAction(
                    fact.Row, fact.Line, fact.Line.Time.EarliestRepair is { } earliest && earliest > today ? earliest : today, ticked.Contains(fact.Line.Id)))
                .OrderBy(action => action.From).ThenBy(action => action.Fact.Content.Dates.Decided).ThenBy(action => action.Fact.Id, StringComparer.Ordinal),
        ];
    }

    private TrialResult? Try(ScoredEntity scored, ImmutableArray<OpenAction> actions)
    {
        var ticked = actions.Where(action => action.IsTicked).ToList();
        if (ticked.Count == 0)
        {
            return null;
        }

        var on = ticked.Max(action => action.From);
        if (scored.Pack.Pack.To is { } to && on >= to)
        {
            // What another pack will say is not known.
            return null;
        }

        var gone = ticked.Select(action => action.Row).ToHashSet();
        return new(on, ScoreOn(scored, on, _ => true), ScoreOn(scored, on, row => !gone.Contains(row)));
    }

    private ForetoldScore ScoreOn(ScoredEntity scored, DateOnly day, Func<int, bool> stays)
    {
        var pack = CompilePack.For(scored.Pack.Pack, catalogue.Types, day, scored.Answer.Purpose);
        var score = new ScoreKernel(pack).Evaluate(FactTable.Of(scored.Facts.Where((_, row) => stays(row)).Select(fact => fact.Fact)).Columns);
        return new(day, score.Points, pack.Grades[score.Grade]);
    }
}
