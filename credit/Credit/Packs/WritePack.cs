using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Packs;

/// <summary>Writes a pack as the YAML that <see cref="ReadPack"/> reads back to the same pack. The same pack gives the same bytes.</summary>
internal static class WritePack
{
    /// <param name="heading">Lines of comment at the top; may be empty.</param>
    public static string Write(PolicyPack pack, params IEnumerable<string> heading)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        void List<T>(string key, ImmutableArray<T> all, Action<T> write)
        {
            if (!all.IsEmpty)
            {
                Line("");
                Line($"{key}:");
                all.ToList().ForEach(write);
            }
        }

        foreach (var line in heading)
        {
            Line($"# {line}");
        }

        Line("format: 1");
        Line($"id: {pack.Id}");
        Line(string.Create(CultureInfo.InvariantCulture, $"version: {pack.Version}"));
        Line($"title: {YamlText.Both(pack.Title)}");
        Line($"basis: {YamlText.Quoted(pack.Basis)}");
        if (!string.IsNullOrEmpty(pack.Note.Zh) || !string.IsNullOrEmpty(pack.Note.En))
        {
            Line($"note: {YamlText.Both(pack.Note)}");
        }

        Line($"from: {YamlText.Date(pack.From)}");
        if (pack.To is { } to)
        {
            Line($"to: {YamlText.Date(to)}");
        }

        Line($"counts-disputed: {(pack.CountsDisputed ? "true" : "false")}");
        Line($"scale: {{ base: {pack.Scale.Base}, lowest: {pack.Scale.Lowest}, highest: {pack.Scale.Highest} }}");
        List("purposes", pack.Purposes, one => Line($"  - {{ id: {one.Id}, title: {YamlText.Both(one.Title)}, basis: {YamlText.Quoted(one.Basis)} }}"));
        List("parameters", pack.Parameters, one => Line(Parameter(one)));
        List("decays", pack.Decays, one => Line(Decay(one)));
        List("groups", pack.Groups, one => Line($"  - {{ id: {one.Id}, title: {YamlText.Both(one.Title)}{Optional("floor", one.Floor)}{Optional("ceiling", one.Ceiling)} }}"));
        List("rules", pack.Rules, one => Line(WriteRule.Write(one)));
        List("grades", pack.Grades, one => Line($"  - {{ id: {YamlText.Quoted(one.Id)}, title: {YamlText.Both(one.Title)}{Optional("from", one.From)} }}"));
        List("overrides", pack.Overrides, one => Line(Override(one)));
        if (pack.Notice is { } notice)
        {
            Line("");
            Line("prior-notice:");
            Line($"  grades: {YamlText.List(notice.Grades.Select(YamlText.Quoted))}");
            Line($"  days: {notice.Days}");
            Line($"  basis: {YamlText.Quoted(notice.Basis)}");
        }

        return text.ToString();
    }

    /// <summary>A key of a flow map that is not written when there is nothing.</summary>
    private static string Optional(string key, Number? number) => number is { } some ? $", {key}: {some}" : "";

    private static string Parameter(Parameter one) => string.Join('\n',
    [
        $"  - id: {one.Id}",
        $"    title: {YamlText.Both(one.Title)}",
        $"    unit: {YamlText.Quoted(one.Unit)}",
        "    values:",
        .. one.Values.Select(value =>
            $"      - {{ from: {YamlText.Date(value.From)}{(value.To is { } to ? $", to: {YamlText.Date(to)}" : "")}, value: {value.Value?.ToString(CultureInfo.InvariantCulture) ?? "none"}, "
            + $"status: {StatusOf(value.Status)}, basis: {YamlText.Quoted(value.Basis)} }}"),
    ]);

    private static string StatusOf(LegalStatus status) => status switch
    {
        LegalStatus.InForce => "in-force",
        LegalStatus.Announced => "announced",
        LegalStatus.Ended => "ended",
        LegalStatus.Chosen => "chosen",
        _ => "unverified",
    };

    private static string Decay(DecayTable one) => string.Join('\n',
    [
        $"  - id: {one.Id}",
        $"    title: {YamlText.Both(one.Title)}",
        "    steps:",
        .. one.Steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"      - {{ after: {step.After}, share: {step.Share} }}")),
    ]);

    private static string Override(GradeOverride one) => string.Join('\n',
    [
        $"  - id: {one.Id}",
        $"    title: {YamlText.Both(one.Title)}",
        $"    select: {WriteRule.Select(one.Select)}",
        $"    at-best: {YamlText.Quoted(one.AtBest)}",
        .. one.Purposes.IsEmpty ? Array.Empty<string>() : [$"    purposes: {YamlText.List(one.Purposes)}"],
        $"    basis: {YamlText.Quoted(one.Basis)}",
    ]);
}
