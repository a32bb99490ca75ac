using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;
using Backbone.Platform;

namespace Backbone.Credit.Scoring.Explaining;

/// <summary>Scores one entity and says why, by the same kernel as the batch.</summary>
public static class ExplainScore
{
    /// <param name="pack">Compiled for the date and purpose asked.</param>
    /// <param name="facts">All facts of the entity that the reading of the store gave, flagged ones too; in any order.</param>
    /// <exception cref="ArgumentException">Two facts have one id.</exception>
    public static ScoreAnswer Of(CompiledPack pack, IEnumerable<NamedFact> facts)
    {
        var ordered = facts.OrderBy(fact => fact.Id, StringComparer.Ordinal).ToArray();
        for (var i = 1; i < ordered.Length; i++)
        {
            if (ordered[i].Id == ordered[i - 1].Id)
            {
                throw new ArgumentException($"the fact {ordered[i].Id} stands twice", nameof(facts));
            }
        }

        var trace = new RecordingTrace();
        var score = new ScoreKernel(pack).Evaluate(FactTable.Of(ordered.Select(fact => fact.Fact)).Columns, ref trace);
        return new ScoreAnswer(
            new(pack.Pack.Id, pack.Pack.Version),
            pack.ValidOn,
            pack.Purpose,
            score.Points,
            pack.Grades[score.Grade],
            pack.Grades[pack.GradeOf(score.Points)],
            new Day(score.NextChange).Date,
            Contributions(pack, ordered, trace),
            Bounds(pack, ordered, trace),
            LeftOut(pack, ordered, trace));
    }

    private static ImmutableArray<Contribution> Contributions(CompiledPack pack, NamedFact[] facts, RecordingTrace trace)
    {
        var contributions = ImmutableArray.CreateBuilder<Contribution>();
        contributions.Add(new(ContributionKind.Base, "base", new("基础分", "base"), pack.Base, null, []));
        for (var i = 0; i < pack.Rules.Length; i++)
        {
            var rule = pack.Rules[i];
            var (raw, bounded) = trace.Rules.TryGetValue(i, out var told) ? told : (rule.Absent, rule.Absent);
            ImmutableArray<CountedFact> counted =
            [
                .. trace.Fed.Where(fed => fed.Rule == i).GroupBy(fed => fed.Row)
                    .Select(fed => Counted(facts[fed.Key], rule, fed.First(one => one.Measured || fed.All(other => !other.Measured))))
                    .OrderBy(fact => fact.Id, StringComparer.Ordinal),
            ];
            if (counted.IsEmpty && raw == 0)
            {
                continue;
            }

            contributions.Add(new(ContributionKind.Rule, rule.Rule.Id, rule.Rule.Title, raw, rule.Rule.Basis, counted));
            if (bounded != raw)
            {
                contributions.Add(new(ContributionKind.RuleBound, rule.Rule.Id, rule.Rule.Title, bounded - raw, rule.Rule.Basis, []));
            }
        }

        foreach (var (group, raw, bounded) in trace.Groups)
        {
            contributions.Add(new(ContributionKind.GroupBound, pack.Groups[group - 1].Id, pack.Groups[group - 1].Title, bounded - raw, null, []));
        }

        foreach (var (raw, bounded) in trace.Scales)
        {
            contributions.Add(new(ContributionKind.ScaleBound, "scale", new("分值上下限", "limits of the scale"), bounded - raw, null, []));
        }

        return contributions.ToImmutable();
    }

    private static CountedFact Counted(NamedFact fact, CompiledRule rule, (int Row, int Rule, bool Measured, int Points) fed)
    {
        var within = fed.Measured ? rule.Rule.Select.Within : rule.Rule.Against?.Within;
        return new(
            fact.Id,
            rule.Gathering == Gathering.Each ? fed.Points : null,
            rule.LessFrom(fact.Fact.Decided),
            Earliest(fact.Fact.Until.Date, Leaves(fact.Fact, within), rule.GoneFrom(fact.Fact.Decided)),
            fact.Fact.Flags.HasFlag(FactMarks.Disputed));
    }

    private static DateOnly? Leaves(ScoredFact fact, CalendarPeriod? within) => within?.FirstDayAfterRoundedDown(fact.Decided.Date!.Value);

    private static DateOnly? Earliest(params ReadOnlySpan<DateOnly?> dates)
    {
        DateOnly? earliest = null;
        foreach (var date in dates)
        {
            if (earliest is null || date < earliest)
            {
                earliest = date ?? earliest;
            }
        }

        return earliest;
    }

    private static ImmutableArray<GradeBound> Bounds(CompiledPack pack, NamedFact[] facts, RecordingTrace trace) =>
    [
        .. trace.Bounding.GroupBy(bounding => bounding.Known).OrderBy(group => group.Key).Select(group =>
        {
            var known = pack.Overrides[group.Key].Override;
            return new GradeBound(known.Id, known.Title, known.AtBest, known.Basis,
                [.. group.Select(bounding => facts[bounding.Row]).OrderBy(fact => fact.Id, StringComparer.Ordinal).Select(fact => new CountedFact(
                    fact.Id, null, null, Earliest(fact.Fact.Until.Date, Leaves(fact.Fact, known.Select.Within)), fact.Fact.Flags.HasFlag(FactMarks.Disputed)))]);
        }),
    ];

    private static ImmutableArray<LeftOut> LeftOut(CompiledPack pack, NamedFact[] facts, RecordingTrace trace) =>
    [
        .. trace.Unseen.Select(unseen => new LeftOut(facts[unseen.Row].Id, Reason(pack, facts[unseen.Row].Fact, unseen.Why), null))
            .Concat(trace.Old.Select(old => new LeftOut(facts[old.Row].Id, LeftOutReason.TooOld, pack.Rules[old.Rule].Rule.Id)))
            .Concat(trace.OldListed.Select(old => new LeftOut(facts[old.Row].Id, LeftOutReason.TooOld, pack.Overrides[old.Known].Override.Id)))
            .OrderBy(left => left.Id, StringComparer.Ordinal).ThenBy(left => left.Rule, StringComparer.Ordinal),
    ];

    private static LeftOutReason Reason(CompiledPack pack, ScoredFact fact, NotCounted why) => why switch
    {
        NotCounted.NotYet => LeftOutReason.NotYet,
        NotCounted.Ended => LeftOutReason.Ended,
        NotCounted.ByFlag when fact.Flags.HasFlag(FactMarks.Withdrawn) => LeftOutReason.Withdrawn,
        NotCounted.ByFlag when fact.Flags.HasFlag(FactMarks.Repaired) => LeftOutReason.Repaired,
        NotCounted.ByFlag when fact.Flags.HasFlag(FactMarks.Excluded) => LeftOutReason.Excluded,
        NotCounted.ByFlag => LeftOutReason.Disputed,
        _ when pack.IrrelevantTypes.Contains(fact.Type) => LeftOutReason.IrrelevantToPurpose,
        _ => LeftOutReason.NoRule,
    };
}
