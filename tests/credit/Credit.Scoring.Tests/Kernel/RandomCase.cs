using System.Collections.Immutable;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Scoring.Tests.Kernel;

/// <summary>A sound pack and facts of one entity, all from one number: the same number gives the same case.</summary>
internal sealed class RandomCase
{
    public static readonly FactTypes Types = new(
    [
        new(1, "penalty", FactEffect.Negative),
        new(2, "abnormal", FactEffect.Negative),
        new(3, "serious-list", FactEffect.Negative),
        new(4, "honour", FactEffect.Positive),
        new(5, "tax-grade", FactEffect.Graded),
        new(6, "inspection", FactEffect.Neutral),
        new(7, "nobody-asks", FactEffect.Negative),
    ]);

    public static readonly DateOnly Today = new(2026, 11, 28);

    private readonly Random random;

    public RandomCase(int seed)
    {
        random = new Random(seed);
        Pack = RandomPack();
        Facts = [.. Enumerable.Range(0, random.Next(0, 12)).Select(i => Fact((ushort)random.Next(1, 8), i))];
    }

    public PolicyPack Pack { get; }

    public ImmutableArray<NamedFact> Facts { get; }

    public string Purpose { get; } = "general";

    /// <summary>One more fact of a negative type.</summary>
    public NamedFact Negative() => Fact((ushort)random.Next(1, 4), 1000);

    public int Next(int below) => random.Next(below);

    public ImmutableArray<NamedFact> Shuffled()
    {
        var facts = Facts.ToArray();
        random.Shuffle(facts);
        return [.. facts];
    }

    private NamedFact Fact(ushort type, int id)
    {
        var decided = Today.AddDays(-random.Next(0, 900));
        var from = random.Next(8) == 0 ? Today.AddDays(random.Next(-3, 40)) : decided;
        var until = random.Next(4) == 0 ? Day.Open : Day.Of(decided.AddDays(random.Next(1, 1200)));
        var flags = random.Next(6) == 0 ? (FactMarks)random.Next(1, 16) : random.Next(6) == 0 ? FactMarks.Disputed : FactMarks.None;
        var category = type <= 3 ? (SeverityClass)random.Next(0, 4) : SeverityClass.None;
        return new($"f{id:D4}-{random.Next(1_000_000):D6}", new ScoredFact(type, category, flags, Day.Of(decided), Day.Of(from), until, random.Next(-2, 12)));
    }

    private PolicyPack RandomPack()
    {
        var groups = ImmutableArray.Create(
            new RuleGroup("small", new("小", "small"), -random.Next(5, 40), null),
            new RuleGroup("good", new("好", "good"), 0, random.Next(5, 40)));
        var rules = Enumerable.Range(0, random.Next(1, 7)).Select(Rule).ToImmutableArray();
        return new PolicyPack(
            "random", 1, new("随机", "random"), "a test", default, new(2020, 1, 1), null,
            [new("general", new("一般", "general"), "a test"), new("other", new("其他", "other"), "a test")],
            random.Next(2) == 0,
            new ScoreScale(Number.Of("base"), random.Next(-100, 40), random.Next(90, 130)),
            [new Parameter("base", new("基础", "base"), "points",
                [new(new(2020, 1, 1), new(2026, 12, 20), 80 + random.Next(20), "a test", LegalStatus.Ended), new(new(2026, 12, 20), null, 80 + random.Next(20), "a test", LegalStatus.InForce)])],
            [new DecayTable("slow", new("缓", "slow"), [new(default, 10_000), new(new(3, 0), 10_000 - random.Next(5000)), new(new(12, 0), random.Next(5000)), new(new(18, random.Next(30)), 0)])],
            groups,
            rules,
            [new("A", new("甲", "A"), 90), new("B", new("乙", "B"), 60), new("C", new("丙", "C"), 20), new("D", new("丁", "D"), null)],
            [new GradeOverride("listed", new("名单", "listed"), new(["serious-list"], random.Next(2) == 0 ? [SeverityClass.Serious] : [], Within()), random.Next(2) == 0 ? "D" : "C", [], "a test")],
            random.Next(3) switch { 0 => null, 1 => new(["D"], 5, "a test"), _ => new(["C", "D"], random.Next(1, 60), "a test") });
    }

    private Rule Rule(int index)
    {
        var shape = (RuleShape)random.Next(6);
        var positive = shape is not (RuleShape.Ratio or RuleShape.Table) && random.Next(4) == 0;
        var direction = shape == RuleShape.Table ? Direction.Graded : positive ? Direction.Positive : Direction.Negative;
        var sign = positive ? 1 : -1;
        var types = direction switch
        {
            Direction.Graded => ImmutableArray.Create("tax-grade"),
            Direction.Positive => ["honour"],
            _ => random.Next(3) switch { 0 => ["penalty"], 1 => ["abnormal"], _ => ["penalty", "abnormal"] },
        };
        var select = new Selection(types, direction == Direction.Negative && random.Next(3) == 0 ? [SeverityClass.General, SeverityClass.Serious] : [], Within());
        var byBands = shape is RuleShape.Sum or RuleShape.Ratio or RuleShape.Table || (shape == RuleShape.Count && random.Next(2) == 0);
        var points = ImmutableDictionary<SeverityClass, Number>.Empty;
        if (!byBands)
        {
            points = points.Add(SeverityClass.None, sign * random.Next(0, 20));
            if (shape != RuleShape.Presence && direction == Direction.Negative)
            {
                points = points.Add(SeverityClass.Serious, sign * random.Next(0, 60));
            }
        }

        return new Rule(
            $"rule-{index}", new($"规则{index}", $"rule {index}"), shape, direction, select,
            shape == RuleShape.Ratio ? (random.Next(2) == 0 ? new(["inspection"], [], Within()) : select with { Types = [.. types, "inspection"] }) : null,
            points,
            shape == RuleShape.Recency ? "slow" : null,
            byBands ? Bands(shape, sign) : [],
            byBands && random.Next(2) == 0 && sign < 0 && shape != RuleShape.Table ? random.Next(0, 5) : 0,
            random.Next(3) == 0 ? -random.Next(0, 30) : null,
            random.Next(3) == 0 ? random.Next(1, 30) : null,
            random.Next(3) switch { 0 => "small", 1 => "good", _ => null },
            random.Next(5) == 0 ? ["other"] : [],
            "a test");
    }

    private ImmutableArray<Band> Bands(RuleShape shape, int sign)
    {
        var bands = ImmutableArray.CreateBuilder<Band>();
        var (from, points) = (0, 0);
        for (var i = 0; i < random.Next(1, 5); i++)
        {
            from += 1 + random.Next(shape == RuleShape.Ratio ? 8000 : 5);
            points = shape == RuleShape.Table ? random.Next(-20, 20) : points + (sign * random.Next(0, 15));
            bands.Add(new(i == 0 ? null : from, points));
        }

        return bands.ToImmutable();
    }

    private CalendarPeriod? Within() => random.Next(3) == 0 ? new CalendarPeriod(random.Next(1, 24), random.Next(0, 20)) : null;
}
