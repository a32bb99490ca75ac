namespace Backbone.Credit.Scoring.Packs;

/// <summary>Every number a pack uses, with its place, and whether it is one of points.</summary>
internal static class NumbersOfPack
{
    public static IEnumerable<(string Place, Number Number, bool Points)> All(PolicyPack pack)
    {
        yield return ("scale.base", pack.Scale.Base, true);
        yield return ("scale.lowest", pack.Scale.Lowest, true);
        yield return ("scale.highest", pack.Scale.Highest, true);
        foreach (var group in pack.Groups)
        {
            if (group.Floor is { } floor)
            {
                yield return ($"groups.{group.Id}.floor", floor, true);
            }

            if (group.Ceiling is { } ceiling)
            {
                yield return ($"groups.{group.Id}.ceiling", ceiling, true);
            }
        }

        foreach (var grade in pack.Grades)
        {
            if (grade.From is { } from)
            {
                yield return ($"grades.{grade.Id}.from", from, true);
            }
        }

        if (pack.Notice is { } notice)
        {
            yield return ("prior-notice.days", notice.Days, false);
        }

        foreach (var rule in pack.Rules)
        {
            foreach (var number in Of(rule))
            {
                yield return number;
            }
        }
    }

    private static IEnumerable<(string, Number, bool)> Of(Rule rule)
    {
        var place = $"rules.{rule.Id}";
        foreach (var (category, points) in rule.Points)
        {
            yield return ($"{place}.points.{category}", points, true);
        }

        for (var i = 0; i < rule.Bands.Length; i++)
        {
            if (rule.Bands[i].From is { } from)
            {
                yield return ($"{place}.bands[{i}].from", from, false);
            }

            yield return ($"{place}.bands[{i}].points", rule.Bands[i].Points, true);
        }

        yield return (place + ".absent", rule.Absent, true);
        if (rule.Floor is { } floor)
        {
            yield return (place + ".floor", floor, true);
        }

        if (rule.Ceiling is { } ceiling)
        {
            yield return (place + ".ceiling", ceiling, true);
        }
    }
}
