using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Scoring.Tests.Kernel;

/// <summary>What a pack says, read word for word and slowly, without anything of the kernel: the second opinion of the tests.</summary>
internal static class PlainScore
{
    public static (int Points, string Grade) Of(PolicyPack pack, FactTypes types, IEnumerable<NamedFact> facts, DateOnly on, string purpose)
    {
        long Value(Number number) => number.Parameter is null
            ? number.Literal
            : pack.Parameters.Single(known => known.Id == number.Parameter).Values.Single(value => value.From <= on && (value.To is null || on < value.To)).Value!.Value;

        var usable = facts.Select(fact => fact.Fact).Where(fact => fact.From.Date <= on && (fact.Until.IsOpen || on < fact.Until.Date)
            && (fact.Flags == FactMarks.None || (fact.Flags == FactMarks.Disputed && pack.CountsDisputed))).ToArray();
        ScoredFact[] Selected(Selection select) => [.. usable.Where(fact => select.Types.Contains(types.Find(fact.Type)!.Code)
            && (select.Classes.IsEmpty || select.Classes.Contains(fact.Class))
            && (select.Within is null || on < select.Within.Value.FirstDayAfterRoundedDown(fact.Decided.Date!.Value)))];

        var ungrouped = 0L;
        var groups = pack.Groups.ToDictionary(group => group.Id, _ => 0L);
        foreach (var rule in pack.Rules.Where(rule => rule.Purposes.IsEmpty || rule.Purposes.Contains(purpose)))
        {
            var points = Points(pack, rule, Selected(rule.Select), rule.Against is null ? [] : Selected(rule.Against), on, Value);
            points = Math.Max(points, rule.Floor is { } floor ? Value(floor) : long.MinValue);
            points = Math.Min(points, rule.Ceiling is { } ceiling ? Value(ceiling) : long.MaxValue);
            if (rule.Group is null)
            {
                ungrouped += points;
            }
            else
            {
                groups[rule.Group] += points;
            }
        }

        var sum = Value(pack.Scale.Base) + ungrouped + pack.Groups.Sum(group => Math.Clamp(
            groups[group.Id], group.Floor is { } floor ? Value(floor) : long.MinValue, group.Ceiling is { } ceiling ? Value(ceiling) : long.MaxValue));
        var score = Math.Clamp(sum, Value(pack.Scale.Lowest), Value(pack.Scale.Highest));
        var ids = pack.Grades.Select(known => known.Id).ToList();
        var grade = pack.Grades.First(known => known.From is null || score >= Value(known.From.Value)).Id;
        foreach (var known in pack.Overrides.Where(known => Selected(known.Select).Length > 0 && (known.Purposes.IsEmpty || known.Purposes.Contains(purpose))))
        {
            grade = ids[Math.Max(ids.IndexOf(grade), ids.IndexOf(known.AtBest))];
        }

        return ((int)score, grade);
    }

    private static long Points(PolicyPack pack, Rule rule, ScoredFact[] facts, ScoredFact[] against, DateOnly on, Func<Number, long> value)
    {
        long ByClass(ScoredFact fact) => rule.Points.TryGetValue(fact.Class, out var own) ? value(own)
            : rule.Points.TryGetValue(SeverityClass.None, out var common) ? value(common) : 0;
        long InBand(long measured) => value(rule.Bands.Last(band => band.From is null || measured >= value(band.From.Value)).Points);

        if (facts.Length == 0 && against.Length == 0)
        {
            return value(rule.Absent);
        }

        return rule.Shape switch
        {
            RuleShape.Presence => value(rule.Points[SeverityClass.None]),
            RuleShape.Count when rule.Bands.IsEmpty => facts.Sum(ByClass),
            RuleShape.Count => InBand(facts.Length),
            RuleShape.Sum => InBand(facts.Sum(fact => Math.Max(0, fact.Quantity))),
            RuleShape.Recency => facts.Sum(fact => ByClass(fact) * Share(pack.Decays.Single(table => table.Id == rule.Decay), fact, on) / 10_000),
            RuleShape.Ratio => InBand(facts.Length * 10_000L / Math.Max(1, against.Length)),
            _ => facts.Where(fact => fact.Decided.Number == facts.Max(other => other.Decided.Number)).Min(fact => InBand(fact.Quantity)),
        };
    }

    private static int Share(DecayTable table, ScoredFact fact, DateOnly on) =>
        table.Steps.Last(step => step.After == default || step.After.FirstDayAfterRoundedDown(fact.Decided.Date!.Value) <= on).Share;
}
