using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Scoring.Packs;

/// <summary>Whether what rules, groups, grades and overrides name is there, and each has what its shape needs and nothing else.</summary>
internal static class CheckStructure
{
    public static void Find(PolicyPack pack, FactTypes types, List<PackFinding> findings)
    {
        Numbers(pack, findings);
        foreach (var decay in pack.Decays)
        {
            Decay(decay, findings);
        }

        foreach (var rule in pack.Rules)
        {
            Rule(rule, pack, types, findings);
        }

        foreach (var known in pack.Overrides)
        {
            var place = $"overrides.{known.Id}";
            Select(place + ".select", known.Select, types, findings);
            Purposes(place, known.Purposes, pack, findings);
            if (pack.Grades.All(grade => grade.Id != known.AtBest))
            {
                findings.Add(new(place + ".at-best", $"the grade \"{known.AtBest}\" is not in the pack"));
            }

            if (string.IsNullOrWhiteSpace(known.Basis))
            {
                findings.Add(new(place + ".basis", "names no law: a list may bound a grade only where one says so"));
            }
        }

        if (pack.Notice is { } notice)
        {
            Notice(notice, pack, findings);
        }

        for (var i = 0; i < pack.Grades.Length; i++)
        {
            if ((pack.Grades[i].From is null) != (i == pack.Grades.Length - 1))
            {
                findings.Add(new($"grades.{pack.Grades[i].Id}.from", i == pack.Grades.Length - 1 ? "the worst grade has no lower bound" : "every grade but the worst has a lower bound"));
            }
        }
    }

    private static void Rule(Rule rule, PolicyPack pack, FactTypes types, List<PackFinding> findings)
    {
        var place = $"rules.{rule.Id}";
        Select(place + ".select", rule.Select, types, findings);
        if (rule.Against is not null)
        {
            Select(place + ".against", rule.Against, types, findings);
        }

        Purposes(place, rule.Purposes, pack, findings);
        if (string.IsNullOrWhiteSpace(rule.Basis))
        {
            findings.Add(new(place + ".basis", "names no source"));
        }

        if (rule.Group is { } group && pack.Groups.All(known => known.Id != group))
        {
            findings.Add(new(place + ".group", $"the group \"{group}\" is not in the pack"));
        }

        if (rule.Decay is { } decay && pack.Decays.All(known => known.Id != decay))
        {
            findings.Add(new(place + ".decay", $"the decay table \"{decay}\" is not in the pack"));
        }

        var byBands = rule.Shape is RuleShape.Sum or RuleShape.Ratio or RuleShape.Table || (rule.Shape == RuleShape.Count && rule.Points.IsEmpty);
        Needs(place + ".bands", !rule.Bands.IsEmpty, byBands, rule, findings);
        Needs(place + ".points", !rule.Points.IsEmpty, !byBands, rule, findings);
        Needs(place + ".against", rule.Against is not null, rule.Shape == RuleShape.Ratio, rule, findings);
        Needs(place + ".decay", rule.Decay is not null, rule.Shape == RuleShape.Recency, rule, findings);
        if (rule.Shape == RuleShape.Presence && !(rule.Points.Count == 1 && rule.Points.ContainsKey(SeverityClass.None)))
        {
            findings.Add(new(place + ".points", "presence has one number of points, for no class in particular"));
        }

        if (rule.Shape is RuleShape.Recency || (rule.Shape == RuleShape.Count && rule.Bands.IsEmpty))
        {
            if (rule.Absent != (Number)0)
            {
                findings.Add(new(place + ".absent", "a rule with points for each fact has none without facts"));
            }
        }

        for (var i = 0; i < rule.Bands.Length; i++)
        {
            if ((rule.Bands[i].From is null) != (i == 0))
            {
                findings.Add(new($"{place}.bands[{i}].from", i == 0 ? "the first band has no lower bound" : "every band but the first has a lower bound"));
            }
        }
    }

    private static void Notice(NoticeRule notice, PolicyPack pack, List<PackFinding> findings)
    {
        const string place = "prior-notice";
        var worst = pack.Grades.Select(grade => grade.Id).TakeLast(notice.Grades.Length).ToArray();
        if (notice.Grades.IsEmpty || !notice.Grades.ToHashSet(StringComparer.Ordinal).SetEquals(worst) || worst.Length != notice.Grades.Length)
        {
            findings.Add(new(place + ".grades", $"\"{string.Join(", ", notice.Grades)}\" are not the worst grades of the pack, each once"));
        }

        if (string.IsNullOrWhiteSpace(notice.Basis))
        {
            findings.Add(new(place + ".basis", "names no law"));
        }

        var days = notice.Days.Parameter is { } id
            ? pack.Parameters.Where(known => known.Id == id).SelectMany(known => known.Values).Select(value => value.Value)
            : [notice.Days.Literal];
        foreach (var wrong in days.Where(value => value is not null and (< 1 or > NoticeRule.MostDays)))
        {
            findings.Add(new(place + ".days", $"{wrong} lies outside 1 to {NoticeRule.MostDays} working days"));
        }
    }

    private static void Needs(string place, bool has, bool needs, Rule rule, List<PackFinding> findings)
    {
        if (has != needs)
        {
            findings.Add(new(place, needs ? $"a rule of shape {rule.Shape} needs it" : $"a rule of shape {rule.Shape} has none"));
        }
    }

    private static void Select(string place, Selection select, FactTypes types, List<PackFinding> findings)
    {
        if (select.Types.IsEmpty)
        {
            findings.Add(new(place, "names no type of facts"));
        }

        foreach (var unknown in select.Types.Where(code => types.Find(code) is null))
        {
            findings.Add(new(place, $"the fact type \"{unknown}\" is not in the catalogue"));
        }

        foreach (var twice in select.Types.GroupBy(code => code, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            findings.Add(new(place, $"the fact type \"{twice.Key}\" stands {twice.Count()} times, and each fact would count as often"));
        }
    }

    private static void Purposes(string place, IEnumerable<string> purposes, PolicyPack pack, List<PackFinding> findings)
    {
        foreach (var unknown in purposes.Where(id => pack.Purposes.All(known => known.Id != id)))
        {
            findings.Add(new(place + ".purposes", $"the purpose \"{unknown}\" is not in the pack"));
        }
    }

    private static void Decay(DecayTable decay, List<PackFinding> findings)
    {
        var place = $"decays.{decay.Id}";
        if (decay.Steps.IsEmpty || decay.Steps[0].After != default)
        {
            findings.Add(new(place, "the first step begins at age P0D"));
        }

        foreach (var step in decay.Steps.Where(step => step.Share is < 0 or > 10_000))
        {
            findings.Add(new(place, $"share {step.Share} lies outside 0 to 10,000"));
        }

        for (var i = 1; i < decay.Steps.Length; i++)
        {
            // In days, by the longest the one before and the shortest this one can be, so that the order holds from whatever date.
            if (Longest(decay.Steps[i - 1].After) >= Shortest(decay.Steps[i].After))
            {
                findings.Add(new(place, $"step {decay.Steps[i].After} is not surely after {decay.Steps[i - 1].After}"));
            }

            if (decay.Steps[i].Share > decay.Steps[i - 1].Share)
            {
                findings.Add(new(place, $"share {decay.Steps[i].Share} after {decay.Steps[i].After} is more than before; what gets older never weighs more"));
            }
        }
    }

    private static int Longest(Time.CalendarPeriod period) => period.Months * 31 + period.Days;

    private static int Shortest(Time.CalendarPeriod period) => period.Months * 28 + period.Days;

    private static void Numbers(PolicyPack pack, List<PackFinding> findings)
    {
        foreach (var (place, number, points) in NumbersOfPack.All(pack))
        {
            if (number.Parameter is { } id && pack.Parameters.All(known => known.Id != id))
            {
                findings.Add(new(place, $"the parameter \"{id}\" is not in the pack"));
            }

            if (points && number.Parameter is null && Math.Abs(number.Literal) > PolicyPack.MostPoints)
            {
                findings.Add(new(place, $"{number.Literal} points are beyond {PolicyPack.MostPoints}"));
            }

            if (points && number.Parameter is { } named)
            {
                foreach (var value in pack.Parameters.Where(known => known.Id == named).SelectMany(known => known.Values))
                {
                    if (value.Value is { } many && Math.Abs(many) > PolicyPack.MostPoints)
                    {
                        findings.Add(new(place, $"{many} points from {value.From:O} are beyond {PolicyPack.MostPoints}"));
                    }
                }
            }
        }
    }
}
