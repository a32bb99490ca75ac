using System.Text.RegularExpressions;

namespace Backbone.Credit.Scoring.Packs;

/// <summary>Something found in a pack.</summary>
/// <param name="Place">Where: <c>rules.penalty-serious.points</c>.</param>
/// <param name="Message">What is wrong, with the bound and the value.</param>
/// <param name="StopsApproval">True when the pack may be tried and not approved; false when it is not a pack at all.</param>
public sealed record PackFinding(string Place, string Message, bool StopsApproval = false);

/// <summary>
/// Finds what is wrong with a pack before anyone is scored by it: names, bounds, gaps and overlaps in dates, references to nothing, and rules that
/// could move a score the wrong way. A pack without findings compiles for each date and purpose it holds for, and keeps what its directions promise.
/// </summary>
public static partial class CheckPack
{
    public static IReadOnlyList<PackFinding> Find(PolicyPack pack, FactTypes types)
    {
        var findings = new List<PackFinding>();
        Header(pack, findings);
        CheckParameters.Find(pack, findings);
        if (findings.Exists(finding => !finding.StopsApproval))
        {
            return findings;
        }

        CheckStructure.Find(pack, types, findings);
        if (findings.Exists(finding => !finding.StopsApproval))
        {
            return findings;
        }

        CheckDirections.Find(pack, types, findings);
        return findings;
    }

    internal static void Names(string place, IEnumerable<string> ids, int most, List<PackFinding> findings)
    {
        var all = ids.ToArray();
        if (all.Length > most)
        {
            findings.Add(new(place, $"{all.Length} entries, at most {most}"));
        }

        foreach (var id in all.Where(id => !Name().IsMatch(id)))
        {
            findings.Add(new(place, $"the name \"{id}\" is none: a lower-case letter, then at most 63 lower-case letters, digits, dots and hyphens"));
        }

        foreach (var twice in all.GroupBy(id => id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            findings.Add(new(place, $"the name \"{twice.Key}\" stands {twice.Count()} times"));
        }
    }

    private static void Header(PolicyPack pack, List<PackFinding> findings)
    {
        Names("id", [pack.Id], 1, findings);
        if (pack.Version is < 1 or > 1_000_000)
        {
            findings.Add(new("version", $"{pack.Version} lies outside 1 to 1,000,000"));
        }

        if (pack.To is { } to && to <= pack.From)
        {
            findings.Add(new("to", $"{to:O} is not after from, {pack.From:O}"));
        }

        if (string.IsNullOrWhiteSpace(pack.Basis))
        {
            findings.Add(new("basis", "names no instrument"));
        }

        if (pack.Purposes.IsEmpty)
        {
            findings.Add(new("purposes", "there is none, so that nobody could ask"));
        }

        Names("purposes", pack.Purposes.Select(purpose => purpose.Id), 64, findings);
        Names("parameters", pack.Parameters.Select(parameter => parameter.Id), 1024, findings);
        Names("decays", pack.Decays.Select(decay => decay.Id), 64, findings);
        Names("groups", pack.Groups.Select(group => group.Id), PolicyPack.MostGroups, findings);
        Names("rules", pack.Rules.Select(rule => rule.Id).Concat(pack.Overrides.Select(known => known.Id)), PolicyPack.MostRules, findings);
        if (pack.Grades.IsEmpty)
        {
            findings.Add(new("grades", "there is none"));
        }

        if (pack.Grades.Length > PolicyPack.MostGrades)
        {
            findings.Add(new("grades", $"{pack.Grades.Length} entries, at most {PolicyPack.MostGrades}"));
        }

        foreach (var twice in pack.Grades.GroupBy(grade => grade.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            findings.Add(new("grades", $"the grade \"{twice.Key}\" stands {twice.Count()} times"));
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9.\-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
