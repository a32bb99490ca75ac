using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform;
using Backbone.Platform.Yaml;

namespace Backbone.Credit.Packs;

/// <summary>Reads a pack's file: every key, every form, all failures at once, each with its line. What the pack says is checked afterwards.</summary>
internal static class ReadPack
{
    /// <summary>The form this program reads; a file of another is refused rather than half understood.</summary>
    private const int Format = 1;

    /// <summary>Characters of a grade's id: the store's columns take no more.</summary>
    private const int LongestGrade = 20;

    public static PolicyPack Read(YamlMap map)
    {
        map.Number("format", Format, Format);
        var pack = new PolicyPack(
            map.Text("id"),
            map.Number("version", 1, 1_000_000),
            map.Both("title"),
            map.Text("basis"),
            map.Has("note") ? map.Both("note") : new("", ""),
            map.Date("from"),
            map.OptionalDate("to"),
            [.. map.List("purposes").Select(Purpose)],
            map.Flag("counts-disputed", false),
            Scale(map),
            [.. map.List("parameters", 1024).Select(Parameter)],
            [.. map.List("decays").Select(Decay)],
            [.. map.List("groups").Select(Group)],
            [.. map.List("rules", PolicyPack.MostRules).Select(ReadRule.Read)],
            [.. map.List("grades").Select(Grade)],
            [.. map.List("overrides").Select(Override)],
            map.Map("prior-notice") is { } notice ? Notice(notice) : null);
        map.RefuseOthers();
        return pack;
    }

    private static Purpose Purpose(YamlMap map) => map.Whole(new Purpose(map.Text("id"), map.Both("title"), map.Text("basis")));

    private static ScoreScale Scale(YamlMap map)
    {
        if (map.Map("scale") is not { } scale)
        {
            map.Fail("scale", "base, lowest and highest", "nothing");
            return new ScoreScale(0, 0, 0);
        }

        return scale.Whole(new ScoreScale(scale.PackNumber("base"), scale.PackNumber("lowest"), scale.PackNumber("highest")));
    }

    private static Parameter Parameter(YamlMap map) => map.Whole(new Parameter(
        map.Text("id"), map.Both("title"), map.Text("unit"), [.. map.List("values", 100).Select(Value)]));

    private static DatedValue Value(YamlMap map) => map.Whole(new DatedValue(
        map.Date("from"),
        map.OptionalDate("to"),
        map.Text("value") == "none" ? null : map.Long("value"),
        map.Text("basis"),
        map.Choice(
            "status",
            ("in-force", LegalStatus.InForce), ("announced", LegalStatus.Announced), ("ended", LegalStatus.Ended),
            ("chosen", LegalStatus.Chosen), ("unverified", LegalStatus.Unverified))));

    private static DecayTable Decay(YamlMap map) => map.Whole(new DecayTable(
        map.Text("id"),
        map.Both("title"),
        [.. map.List("steps").Select(step => step.Whole(new DecayStep(step.Period("after"), step.Number("share", 0, 10_000))))]));

    private static RuleGroup Group(YamlMap map) =>
        map.Whole(new RuleGroup(map.Text("id"), map.Both("title"), map.OptionalPackNumber("floor"), map.OptionalPackNumber("ceiling")));

    private static GradeBand Grade(YamlMap map) => map.Whole(new GradeBand(map.Text("id", LongestGrade), map.Both("title"), map.OptionalPackNumber("from")));

    private static NoticeRule Notice(YamlMap map) => map.Whole(new NoticeRule(map.Texts("grades"), map.PackNumber("days"), map.Text("basis")));

    private static GradeOverride Override(YamlMap map) => map.Whole(new GradeOverride(
        map.Text("id"), map.Both("title"), ReadRule.Select(map, "select") ?? new([], [], null), map.Text("at-best", LongestGrade), map.Texts("purposes"), map.Text("basis")));
}
