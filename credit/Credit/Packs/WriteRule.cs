using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Packs;

/// <summary>Writes one rule of a pack's file.</summary>
internal static class WriteRule
{
    public static string Write(Rule rule)
    {
        List<string> lines =
        [
            $"  - id: {rule.Id}",
            $"    title: {YamlText.Both(rule.Title)}",
            $"    shape: {rule.Shape.ToString().ToLowerInvariant()}",
            $"    direction: {rule.Direction.ToString().ToLowerInvariant()}",
            $"    select: {Select(rule.Select)}",
        ];
        void Optional(string key, object? value)
        {
            if (value is not null)
            {
                lines.Add($"    {key}: {value}");
            }
        }

        Optional("against", rule.Against is { } against ? Select(against) : null);
        Optional("points", Points(rule));
        Optional("decay", rule.Decay);
        if (!rule.Bands.IsEmpty)
        {
            lines.Add("    bands:");
            lines.AddRange(rule.Bands.Select(band => $"      - {{ {(band.From is { } from ? $"from: {from}, " : "")}points: {band.Points} }}"));
        }

        Optional("absent", rule.Absent == (Number)0 ? null : rule.Absent);
        Optional("floor", rule.Floor);
        Optional("ceiling", rule.Ceiling);
        Optional("group", rule.Group);
        Optional("purposes", rule.Purposes.IsEmpty ? null : YamlText.List(rule.Purposes));
        Optional("basis", YamlText.Quoted(rule.Basis));
        return string.Join('\n', lines);
    }

    public static string Select(Selection select)
    {
        var classes = select.Classes.IsEmpty ? "" : $", classes: {YamlText.List(select.Classes.Select(one => one.ToString().ToLowerInvariant()))}";
        return $"{{ facts: {YamlText.List(select.Types)}{classes}{(select.Within is { } within ? $", within: {within}" : "")} }}";
    }

    private static string? Points(Rule rule)
    {
        if (rule.Points.IsEmpty)
        {
            return null;
        }

        if (rule.Points.Count == 1 && rule.Points.TryGetValue(SeverityClass.None, out var forAll))
        {
            return forAll.ToString();
        }

        var byClass = rule.Points.OrderBy(pair => pair.Key)
            .Select(pair => $"{(pair.Key == SeverityClass.None ? "other" : pair.Key.ToString().ToLowerInvariant())}: {pair.Value}");
        return $"{{ {string.Join(", ", byClass)} }}";
    }
}
