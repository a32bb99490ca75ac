using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Tests.Kernel;

namespace Backbone.Credit.Scoring.Tests.Packs;

public sealed class CheckPackTests
{
    private static readonly PolicyPack Sound = new RandomCase(1).Pack with
    {
        Rules =
        [
            new Rule("penalties", default, RuleShape.Count, Direction.Negative, new(["penalty"], [], null), null,
                ImmutableDictionary<SeverityClass, Number>.Empty.Add(SeverityClass.None, -7), null, [], 0, null, null, null, [], "a test"),
            new Rule("how-many", default, RuleShape.Count, Direction.Negative, new(["abnormal"], [], null), null,
                ImmutableDictionary<SeverityClass, Number>.Empty, null, [new(null, -1), new(3, -5)], 0, null, null, null, [], "a test"),
        ],
    };

    public static TheoryData<string, Func<PolicyPack, PolicyPack>> Faults => new()
    {
        { "parameters.base.values: gap from 2026-12-19 to before 2026-12-20", pack => Values(pack, First(pack) with { To = new(2026, 12, 19) }, Second(pack)) },
        { "parameters.base.values: overlap from 2026-12-20 to before 2026-12-21", pack => Values(pack, First(pack) with { To = new(2026, 12, 21) }, Second(pack)) },
        { "parameters.base.values: overlap: the value from 2020-01-01 has no end and another begins 2026-12-20", pack => Values(pack, First(pack) with { To = null }, Second(pack)) },
        { "parameters.base.values: gap: the pack holds from 2020-01-01 and the first value from 2020-01-02", pack => Values(pack, First(pack) with { From = new(2020, 1, 2) }, Second(pack)) },
        { "parameters.base.values: gap: the last value ends 2027-01-01", pack => Values(pack, First(pack), Second(pack) with { To = new(2027, 1, 1) }) },
        { "parameters.base.values: gap: the last value ends 2026-12-20", pack => Values(pack, First(pack), Second(pack) with { Status = LegalStatus.Announced }) },
        { "parameters.base.values[2026-12-20].basis: names no source", pack => Values(pack, First(pack), Second(pack) with { Basis = " " }) },
        { "parameters.base.values[2026-12-20].status: is unverified", pack => Values(pack, First(pack), Second(pack) with { Status = LegalStatus.Unverified }) },
        { "scale.base: the parameter \"nothing\" is not in the pack", pack => pack with { Scale = pack.Scale with { Base = Number.Of("nothing") } } },
        { "scale.base: 1000001 points are beyond 1000000", pack => pack with { Scale = pack.Scale with { Base = 1_000_001 } } },
        { "rules.penalties.select: the fact type \"person\" is not in the catalogue", pack => Rule(pack, rule => rule with { Select = rule.Select with { Types = ["person"] } }) },
        { "rules.penalties.select: the fact type honour is Positive, the rule's direction Negative", pack => Rule(pack, rule => rule with { Select = rule.Select with { Types = ["honour"] } }) },
        { "rules.penalties.select: the fact type \"penalty\" stands 2 times", pack => Rule(pack, rule => rule with { Select = rule.Select with { Types = ["penalty", "penalty"] } }) },
        { "rules.penalties.points.None: 7 points against 0 without facts: not Negative", pack => Rule(pack, rule => rule with { Points = rule.Points.SetItem(SeverityClass.None, 7) }) },
        { "rules.how-many.bands[1].points: 2 points after -1: not Negative", pack => Many(pack, rule => rule with { Bands = [rule.Bands[0], new(3, 2)] }) },
        { "rules.how-many.bands[1].from: every band but the first has a lower bound", pack => Many(pack, rule => rule with { Bands = [rule.Bands[0], new(null, -5)] }) },
        { "rules.penalties.decay: a rule of shape Count has none", pack => Rule(pack, rule => rule with { Decay = "slow" }) },
        { "rules.penalties.group: the group \"nowhere\" is not in the pack", pack => Rule(pack, rule => rule with { Group = "nowhere" }) },
        { "rules.penalties.purposes: the purpose \"curiosity\" is not in the pack", pack => Rule(pack, rule => rule with { Purposes = ["curiosity"] }) },
        { "rules.penalties.basis: names no source", pack => Rule(pack, rule => rule with { Basis = "" }) },
        { "rules: the name \"penalties\" stands 2 times", pack => pack with { Rules = [pack.Rules[0], pack.Rules[0]] } },
        { "rules: the name \"Penalties\" is none", pack => Rule(pack, rule => rule with { Id = "Penalties" }) },
        { "rules: 66 entries, at most 64", pack => pack with { Rules = [.. Enumerable.Range(0, 65).Select(i => pack.Rules[0] with { Id = $"rule-{i}" })] } },
        { "decays.slow: share 9000 after P1Y", pack => pack with { Decays = [pack.Decays[0] with { Steps = [new(default, 8000), new(new(12, 0), 9000)] }] } },
        { "decays.slow: step P30D is not surely after P1M", pack => pack with { Decays = [pack.Decays[0] with { Steps = [new(default, 8000), new(new(1, 0), 7000), new(new(0, 30), 0)] }] } },
        { "grades.B.from: is not below the better grade before it", pack => pack with { Grades = [pack.Grades[0], pack.Grades[1] with { From = 95 }, pack.Grades[2], pack.Grades[3]] } },
        { "grades.D.from: the worst grade has no lower bound", pack => pack with { Grades = [pack.Grades[0], pack.Grades[3] with { From = 5 }] } },
        { "overrides.listed.at-best: the grade \"E\" is not in the pack", pack => pack with { Overrides = [pack.Overrides[0] with { AtBest = "E" }] } },
        { "overrides.listed.basis: names no law", pack => pack with { Overrides = [pack.Overrides[0] with { Basis = "" }] } },
        { "overrides.listed.select: the fact type tax-grade is Graded; only negative facts bound a grade", pack => pack with { Overrides = [pack.Overrides[0] with { Select = new(["tax-grade"], [], null) }] } },
        { "purposes: there is none", pack => pack with { Purposes = [] } },
        { "version: 0 lies outside 1 to 1,000,000", pack => pack with { Version = 0 } },
        { "to: 2020-01-01 is not after from", pack => pack with { To = pack.From } },
    };

    [Fact]
    public void A_sound_pack_has_no_findings() => Assert.Empty(CheckPack.Find(Sound, RandomCase.Types));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_found_and_its_place_is_said(string finding, Func<PolicyPack, PolicyPack> fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var findings = CheckPack.Find(fault(Sound), RandomCase.Types).Select(found => $"{found.Place}: {found.Message}").ToArray();

        Assert.Contains(findings, found => found.StartsWith(finding.Replace("P1Y", "P1Y", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2019-12-31", "general", "holds from 2020-01-01 to before an end not set; 2019-12-31 lies outside")]
    [InlineData("2026-01-01", "curiosity", "knows the purposes general, other; curiosity is none of them")]
    public void Outside_its_time_and_its_purposes_a_pack_scores_nobody(string date, string purpose, string message) => Assert.Contains(
        message, Assert.Throws<PackException>(() => CompilePack.For(Sound, RandomCase.Types, DateOnly.ParseExact(date, "O", null), purpose)).Message, StringComparison.Ordinal);

    [Fact]
    public void Many_minor_facts_never_outweigh_a_serious_one_where_a_group_bounds_them()
    {
        var pack = Sound with
        {
            Groups = [new("minor", default, -10, 0)],
            Rules = [Sound.Rules[0] with { Points = Sound.Rules[0].Points.SetItem(SeverityClass.None, -3), Select = new(["penalty"], [SeverityClass.Minor], null), Group = "minor" },
                Sound.Rules[0] with { Id = "serious", Points = Sound.Rules[0].Points.SetItem(SeverityClass.None, -11), Select = new(["penalty"], [SeverityClass.Serious], null) }],
            Scale = new(100, 0, 100),
        };
        var day = Scoring.Time.Day.Of(RandomCase.Today.AddDays(-10));
        ScoredFact Fact(SeverityClass category) => new(1, category, FactMarks.None, day, day, Scoring.Time.Day.Open, 0);
        var kernel = new ScoreKernel(CompilePack.For(pack, RandomCase.Types, RandomCase.Today, "general"));

        Assert.Equal(90, kernel.Evaluate(FactTable.Of(Enumerable.Repeat(Fact(SeverityClass.Minor), 1000)).Columns).Points);
        Assert.Equal(89, kernel.Evaluate(FactTable.Of([Fact(SeverityClass.Serious)]).Columns).Points);
    }

    private static DatedValue First(PolicyPack pack) => pack.Parameters[0].Values[0];

    private static DatedValue Second(PolicyPack pack) => pack.Parameters[0].Values[1];

    private static PolicyPack Values(PolicyPack pack, params DatedValue[] values) => pack with { Parameters = [pack.Parameters[0] with { Values = [.. values] }] };

    private static PolicyPack Rule(PolicyPack pack, Func<Rule, Rule> change) => pack with { Rules = [change(pack.Rules[0]), pack.Rules[1]] };

    private static PolicyPack Many(PolicyPack pack, Func<Rule, Rule> change) => pack with { Rules = [pack.Rules[0], change(pack.Rules[1])] };
}
