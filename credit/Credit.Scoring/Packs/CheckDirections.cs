using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Scoring.Packs;

/// <summary>
/// Holds a rule to the direction it declares, for every date on which a parameter changes: with this, one more negative fact never raises a score
/// and a repair never lowers one, whatever the facts.
/// </summary>
internal static class CheckDirections
{
    public static void Find(PolicyPack pack, FactTypes types, List<PackFinding> findings)
    {
        foreach (var rule in pack.Rules)
        {
            Effects(rule, types, findings);
        }

        foreach (var known in pack.Overrides)
        {
            foreach (var code in known.Select.Types.Where(code => types.Find(code)!.Effect != FactEffect.Negative))
            {
                findings.Add(new($"overrides.{known.Id}.select", $"the fact type {code} is {types.Find(code)!.Effect}; only negative facts bound a grade"));
            }
        }

        var dates = pack.Parameters.SelectMany(parameter => parameter.Values).Select(value => value.From)
            .Append(pack.From).Where(date => date >= pack.From && (pack.To is null || date < pack.To)).Distinct().Order();
        foreach (var date in dates)
        {
            On(pack, date, findings);
        }
    }

    private static void Effects(Rule rule, FactTypes types, List<PackFinding> findings)
    {
        var wanted = rule.Direction switch { Direction.Negative => FactEffect.Negative, Direction.Positive => FactEffect.Positive, _ => FactEffect.Graded };
        foreach (var code in rule.Select.Types.Where(code => types.Find(code)!.Effect != wanted))
        {
            findings.Add(new($"rules.{rule.Id}.select", $"the fact type {code} is {types.Find(code)!.Effect}, the rule's direction {rule.Direction}"));
        }

        if ((rule.Shape == RuleShape.Table) != (rule.Direction == Direction.Graded))
        {
            findings.Add(new($"rules.{rule.Id}.direction", "a table is graded, and nothing else is: a newer fact replaces the one before it"));
        }

        if (rule.Shape != RuleShape.Ratio)
        {
            return;
        }

        if (rule.Direction != Direction.Negative)
        {
            findings.Add(new($"rules.{rule.Id}.direction", "a ratio is negative: many for what they are measured against weigh more"));
        }

        // A repair takes a fact out of both counts or of the first alone; were it against others' negatives, those could be repaired to its harm.
        foreach (var code in rule.Against!.Types.Where(code => types.Find(code)!.Effect != FactEffect.Neutral && !rule.Select.Types.Contains(code)))
        {
            findings.Add(new($"rules.{rule.Id}.against", $"the fact type {code} is {types.Find(code)!.Effect}; a ratio is measured against neutral facts, or those it counts"));
        }

        if (rule.Against.Types.Any(rule.Select.Types.Contains) && (!rule.Against.Classes.SequenceEqual(rule.Select.Classes) || rule.Against.Within != rule.Select.Within))
        {
            findings.Add(new($"rules.{rule.Id}.against", "where it counts the same facts, it counts those of the same classes and ages"));
        }
    }

    private static void On(PolicyPack pack, DateOnly date, List<PackFinding> findings)
    {
        ParameterValues values;
        try
        {
            values = new ParameterValues(pack, date);
            foreach (var (_, number, _) in NumbersOfPack.All(pack))
            {
                values.Of(number);
            }
        }
        catch (PackException)
        {
            return; // A time without a value is said by the parameters' check.
        }

        void Say(string place, string message) => findings.Add(new(place, $"{message} (on {date:O})"));
        if (values.Of(pack.Scale.Lowest) > values.Of(pack.Scale.Highest))
        {
            Say("scale", $"lowest {values.Of(pack.Scale.Lowest)} is above highest {values.Of(pack.Scale.Highest)}");
        }

        foreach (var group in pack.Groups)
        {
            if (values.Of(group.Floor, long.MinValue) > values.Of(group.Ceiling, long.MaxValue))
            {
                Say($"groups.{group.Id}", "its floor is above its ceiling");
            }
        }

        for (var i = 1; i < pack.Grades.Length - 1; i++)
        {
            if (values.Of(pack.Grades[i].From!.Value) >= values.Of(pack.Grades[i - 1].From!.Value))
            {
                Say($"grades.{pack.Grades[i].Id}.from", "is not below the better grade before it");
            }
        }

        foreach (var rule in pack.Rules)
        {
            Rule(rule, values, Say);
        }
    }

    private static void Rule(Rule rule, ParameterValues values, Action<string, string> say)
    {
        var place = $"rules.{rule.Id}";
        if (values.Of(rule.Floor, long.MinValue) > values.Of(rule.Ceiling, long.MaxValue))
        {
            say(place, "its floor is above its ceiling");
        }

        for (var i = 2; i < rule.Bands.Length; i++)
        {
            if (values.Of(rule.Bands[i].From!.Value) <= values.Of(rule.Bands[i - 1].From!.Value))
            {
                say($"{place}.bands[{i}].from", "is not above the band before it");
            }
        }

        if (rule.Direction == Direction.Graded)
        {
            return;
        }

        var sign = rule.Direction == Direction.Negative ? -1 : 1;
        foreach (var (category, points) in rule.Points)
        {
            if (values.Of(points) * sign < values.Of(rule.Absent) * sign)
            {
                say($"{place}.points.{category}", $"{values.Of(points)} points against {values.Of(rule.Absent)} without facts: not {rule.Direction}");
            }
        }

        var before = values.Of(rule.Absent);
        for (var i = 0; i < rule.Bands.Length; i++)
        {
            var points = values.Of(rule.Bands[i].Points);
            if (points * sign < before * sign)
            {
                say($"{place}.bands[{i}].points", $"{points} points after {before}: not {rule.Direction}");
            }

            before = points;
        }
    }
}
