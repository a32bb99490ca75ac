using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform.Yaml;

namespace Backbone.Credit.Packs;

/// <summary>Reads one rule of a pack's file.</summary>
internal static class ReadRule
{
    private static readonly (string Word, SeverityClass Value)[] Classes =
        [("minor", SeverityClass.Minor), ("general", SeverityClass.General), ("serious", SeverityClass.Serious)];

    public static Rule Read(YamlMap map) => map.Whole(new Rule(
        map.Text("id"),
        map.Both("title"),
        map.Choice(
            "shape",
            ("presence", RuleShape.Presence), ("count", RuleShape.Count), ("sum", RuleShape.Sum),
            ("recency", RuleShape.Recency), ("ratio", RuleShape.Ratio), ("table", RuleShape.Table)),
        map.Choice("direction", ("negative", Direction.Negative), ("positive", Direction.Positive), ("graded", Direction.Graded)),
        Select(map, "select") ?? new([], [], null),
        Select(map, "against"),
        Points(map),
        map.OptionalText("decay"),
        [.. map.List("bands", 100).Select(band => band.Whole(new Band(band.OptionalPackNumber("from"), band.PackNumber("points"))))],
        map.OptionalPackNumber("absent") ?? 0,
        map.OptionalPackNumber("floor"),
        map.OptionalPackNumber("ceiling"),
        map.OptionalText("group"),
        map.Texts("purposes"),
        map.Text("basis")));

    public static Selection? Select(YamlMap map, string key)
    {
        if (map.Map(key) is not { } select)
        {
            return null;
        }

        return select.Whole(new Selection(select.Texts("facts"), ClassesOf(select), select.OptionalPeriod("within")));
    }

    public static ImmutableArray<SeverityClass> ClassesOf(YamlMap map)
    {
        var classes = ImmutableArray.CreateBuilder<SeverityClass>();
        foreach (var word in map.Texts("classes"))
        {
            if (word == "none")
            {
                classes.Add(SeverityClass.None);
            }
            else if (Array.FindIndex(Classes, known => known.Word == word) is >= 0 and var known)
            {
                classes.Add(Classes[known].Value);
            }
            else
            {
                map.Fail("classes", "any of none, minor, general, serious", word);
            }
        }

        return classes.ToImmutable();
    }

    /// <summary>One number for every class (<c>points: -5</c>), or one for each (<c>points: { minor: -1, serious: -60 }</c>).</summary>
    private static ImmutableDictionary<SeverityClass, Number> Points(YamlMap map)
    {
        var points = ImmutableDictionary.CreateBuilder<SeverityClass, Number>();
        if (!map.Has("points"))
        {
            return points.ToImmutable();
        }

        if (!map.IsMap("points"))
        {
            points.Add(SeverityClass.None, map.PackNumber("points"));
            return points.ToImmutable();
        }

        var byClass = map.Map("points")!;
        foreach (var (word, value) in Classes.Append(("other", SeverityClass.None)).Where(known => byClass.Has(known.Item1)))
        {
            points.Add(value, byClass.PackNumber(word));
        }

        return byClass.Whole(points.ToImmutable());
    }
}
