using System.Collections.Immutable;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform.Yaml;

namespace Backbone.Credit.Catalogue;

/// <summary>Reads the catalogue of fact types; all failures at once.</summary>
internal static class ReadCatalogue
{
    internal static readonly (string, LegalStatus)[] Statuses =
    [
        ("in-force", LegalStatus.InForce), ("announced", LegalStatus.Announced), ("ended", LegalStatus.Ended),
        ("chosen", LegalStatus.Chosen), ("unverified", LegalStatus.Unverified),
    ];

    public static FactCatalogue Read(YamlMap map, List<YamlFailure> failures)
    {
        map.Number("format", 1, 1);
        var limits = map.List("limits").Select(Limit).ToImmutableArray();
        var types = map.List("types", 500).Select(Type).ToImmutableArray();
        map.RefuseOthers();
        foreach (var twice in types.GroupBy(type => type.Type.Code).Where(group => group.Count() > 1))
        {
            failures.Add(new(map.File, "types", "each code once", twice.Key));
        }

        foreach (var twice in types.GroupBy(type => type.Type.Number).Where(group => group.Count() > 1))
        {
            failures.Add(new(map.File, "types", "each number once", $"{twice.Key}"));
        }

        return new FactCatalogue([.. types.DistinctBy(type => type.Type.Code).DistinctBy(type => type.Type.Number)], limits);
    }

    private static CatalogueType Type(YamlMap map)
    {
        var measure = map.Map("measure");
        return map.Whole(new CatalogueType(
            new FactType(
                (ushort)map.Number("number", 1, FactType.LargestNumber),
                map.Text("code", 64),
                map.Choice(
                    "effect",
                    ("negative", FactEffect.Negative), ("positive", FactEffect.Positive), ("graded", FactEffect.Graded), ("neutral", FactEffect.Neutral))),
            map.Both("title"),
            map.Both("description"),
            map.Text("basis"),
            map.Choice("status", Statuses),
            map.Texts("reporters"),
            ReadRule.ClassesOf(map),
            measure?.Whole(new FactMeasure(
                measure.Text("unit"), measure.Both("title"), measure.Has("scale") ? measure.Number("scale", 1, 1_000_000_000) : 1, measure.Texts("values"))),
            map.Flag("repairable", false),
            map.Choice("visibility", ("public", FactVisibility.Public), ("authorities", FactVisibility.Authorities), ("entity", FactVisibility.Entity)),
            [.. map.List("limits").Select(Limit)]));
    }

    private static UseLimit Limit(YamlMap map) => map.Whole(new UseLimit(
        map.Text("id", 64),
        map.Date("from"),
        map.OptionalDate("to"),
        ReadRule.ClassesOf(map),
        map.Has("counted") ? map.Choice("counted", ("document", CountedFrom.Document), ("behaviour-end", CountedFrom.BehaviourEnd)) : CountedFrom.Document,
        map.OptionalPeriod("shortest"),
        map.OptionalPeriod("longest"),
        map.Flag("shown", true),
        map.Choice("status", Statuses),
        map.Text("basis")));
}
