using System.Collections.Frozen;
using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Scoring.Kernel;

/// <summary>Makes a pack ready for one date and purpose.</summary>
public static class CompilePack
{
    /// <param name="pack">A pack that <see cref="CheckPack"/> finds nothing wrong with.</param>
    /// <param name="types">The catalogue's types.</param>
    /// <param name="validOn">The date the score shall hold for.</param>
    /// <param name="purpose">One of the pack's purposes.</param>
    /// <exception cref="PackException">The pack does not hold on that date, has no such purpose, lacks a value then, or is faulty.</exception>
    public static CompiledPack For(PolicyPack pack, FactTypes types, DateOnly validOn, string purpose)
    {
        if (validOn < pack.From || (pack.To is { } to && validOn >= to))
        {
            throw new PackException($"pack {pack.Id} {pack.Version} holds from {pack.From:O} to before {pack.To?.ToString("O", System.Globalization.CultureInfo.InvariantCulture) ?? "an end not set"}; {validOn:O} lies outside");
        }

        if (validOn < Day.First || validOn > Day.Last)
        {
            throw new PackException($"date {validOn:O} lies outside {Day.First:O} to {Day.Last:O}");
        }

        if (!pack.Purposes.Any(known => known.Id == purpose))
        {
            throw new PackException($"pack {pack.Id} {pack.Version} knows the purposes {string.Join(", ", pack.Purposes.Select(known => known.Id))}; {purpose} is none of them");
        }

        var values = new ParameterValues(pack, validOn);
        var rules = pack.Rules.Where(rule => IsRelevant(rule.Purposes, purpose)).Select(rule => CompileRule(rule, pack, values, validOn)).ToArray();
        var overrides = pack.Overrides.Where(known => IsRelevant(known.Purposes, purpose)).Select(known => CompileOverride(known, pack, validOn)).ToArray();
        var (start, feeds) = new FeedTable(types, values).Build(rules, overrides);
        var baseline = new long[pack.Groups.Length + 1];
        foreach (var rule in rules)
        {
            baseline[rule.Group] += rule.Absent;
        }

        return new CompiledPack(pack, validOn, purpose)
        {
            Grades = [.. pack.Grades.Select(grade => grade.Id)],
            GradeFrom = [.. pack.Grades.Select(grade => grade.From is { } from ? (int)values.Of(from) : int.MinValue)],
            AdverseFrom = pack.Notice is { } notice ? pack.Grades.Length - notice.Grades.Length : pack.Grades.Length,
            NoticeDays = pack.Notice is { } told ? (int)values.Of(told.Days) : 0,
            Irrelevant = [.. pack.Rules.Where(rule => !IsRelevant(rule.Purposes, purpose))],
            IrrelevantTypes = pack.Rules.Where(rule => !IsRelevant(rule.Purposes, purpose)).SelectMany(rule => rule.Select.Types)
                .Select(code => types.Find(code)!.Number).ToFrozenSet(),
            Day = Day.Of(validOn).Number,
            Base = (int)values.Of(pack.Scale.Base),
            Lowest = (int)values.Of(pack.Scale.Lowest),
            Highest = (int)values.Of(pack.Scale.Highest),
            GroupBaseline = baseline,
            GroupFloor = [long.MinValue, .. pack.Groups.Select(group => values.Of(group.Floor, long.MinValue))],
            GroupCeiling = [long.MaxValue, .. pack.Groups.Select(group => values.Of(group.Ceiling, long.MaxValue))],
            Groups = [.. pack.Groups],
            Rules = rules,
            Overrides = overrides,
            FeedStart = start,
            Feeds = feeds,
        };
    }

    private static bool IsRelevant(ImmutableArray<string> purposes, string purpose) => purposes.IsEmpty || purposes.Contains(purpose);

    private static CompiledRule CompileRule(Rule rule, PolicyPack pack, ParameterValues values, DateOnly validOn)
    {
        var (floor, ceiling) = (values.Of(rule.Floor, long.MinValue), values.Of(rule.Ceiling, long.MaxValue));
        var decay = rule.Decay is null ? null : pack.Decays.First(table => table.Id == rule.Decay);
        var days = new DaysOfAge(validOn);
        var (share, next) = decay is null ? ([], []) : days.Decay(decay);
        var (bandFrom, bandPoints) = Bands(rule, values);
        return new CompiledRule
        {
            Rule = rule,
            Decay = decay,
            ValidOn = validOn,
            Gathering = GatheringOf(rule),
            EarliestDecided = days.EarliestWithin(rule.Select.Within),
            EarliestAgainst = days.EarliestWithin(rule.Against?.Within),
            Share = share,
            NextStep = next,
            Leaves = days.Leaves(rule.Select.Within),
            LeavesAgainst = days.Leaves(rule.Against?.Within),
            BandFrom = bandFrom,
            BandPoints = bandPoints,
            Absent = (int)Math.Clamp(values.Of(rule.Absent), floor, ceiling),
            Floor = floor,
            Ceiling = ceiling,
            Group = rule.Group is null ? 0 : 1 + pack.Groups.ToList().FindIndex(group => group.Id == rule.Group),
        };
    }

    private static Gathering GatheringOf(Rule rule) => rule.Shape switch
    {
        RuleShape.Recency => Gathering.Each,
        RuleShape.Count when rule.Bands.IsEmpty => Gathering.Each,
        RuleShape.Count or RuleShape.Presence => Gathering.Tally,
        RuleShape.Sum => Gathering.Total,
        RuleShape.Ratio => Gathering.Ratio,
        RuleShape.Table => Gathering.Newest,
        _ => throw new PackException($"rule {rule.Id} has a shape that is none: {rule.Shape}"),
    };

    private static (long[] From, int[] Points) Bands(Rule rule, ParameterValues values)
    {
        if (rule.Shape == RuleShape.Presence)
        {
            return ([long.MinValue], [(int)values.Of(rule.Points[SeverityClass.None])]);
        }

        return (
            [.. rule.Bands.Select(band => values.Of(band.From, long.MinValue))],
            [.. rule.Bands.Select(band => (int)values.Of(band.Points))]);
    }

    private static CompiledOverride CompileOverride(GradeOverride known, PolicyPack pack, DateOnly validOn)
    {
        var days = new DaysOfAge(validOn);
        return new(
            known,
            pack.Grades.ToList().FindIndex(grade => grade.Id == known.AtBest),
            days.EarliestWithin(known.Select.Within),
            days.Leaves(known.Select.Within));
    }
}
