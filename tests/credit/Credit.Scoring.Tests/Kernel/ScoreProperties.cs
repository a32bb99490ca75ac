using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;
using FsCheck.Xunit;

namespace Backbone.Credit.Scoring.Tests.Kernel;

public sealed class ScoreProperties
{
    private const int Cases = 10_000;

    [Property(MaxTest = 1000)]
    public void Every_pack_of_these_cases_is_sound(int seed) => Assert.Empty(CheckPack.Find(new RandomCase(seed).Pack, RandomCase.Types));

    [Property(MaxTest = Cases)]
    public void The_kernel_gives_what_the_pack_says_word_for_word(int seed)
    {
        var random = new RandomCase(seed);
        var (points, grade) = PlainScore.Of(random.Pack, RandomCase.Types, random.Facts, RandomCase.Today, random.Purpose);

        var answer = Explain(random, random.Facts);

        Assert.Equal((points, grade), (answer.Points, answer.Grade));
    }

    [Property(MaxTest = Cases)]
    public void A_new_negative_fact_never_raises(int seed)
    {
        var random = new RandomCase(seed);
        var pack = Compile(random);
        var before = Score(pack, random.Facts);

        var after = Score(pack, [.. random.Facts, random.Negative()]);

        Assert.True(after.Points <= before.Points && after.Grade >= before.Grade, $"{before} became {after}");
    }

    [Property(MaxTest = Cases)]
    public void A_repair_never_lowers(int seed)
    {
        var random = new RandomCase(seed);
        var negative = random.Facts.Where(fact => RandomCase.Types.Find(fact.Fact.Type)!.Effect == FactEffect.Negative).ToArray();
        if (negative.Length == 0)
        {
            return;
        }

        var repaired = negative[random.Next(negative.Length)];
        var pack = Compile(random);
        var before = Score(pack, random.Facts);

        var after = Score(pack, [.. random.Facts.Select(fact => fact == repaired ? fact with { Fact = fact.Fact with { Flags = fact.Fact.Flags | FactMarks.Repaired } } : fact)]);

        Assert.True(after.Points >= before.Points && after.Grade <= before.Grade, $"{before} became {after}");
    }

    [Property(MaxTest = Cases)]
    public void The_order_of_arrival_never_matters(int seed)
    {
        var random = new RandomCase(seed);

        Assert.Equal(WriteAnswer.ToCanonicalBytes(Explain(random, random.Facts)), WriteAnswer.ToCanonicalBytes(Explain(random, random.Shuffled())));
    }

    [Property(MaxTest = Cases)]
    public void Contributions_sum_exactly_to_the_score(int seed)
    {
        var random = new RandomCase(seed);
        var answer = Explain(random, random.Facts);

        Assert.Equal(answer.Points, answer.Contributions.Sum(contribution => contribution.Points));
        foreach (var rule in answer.Contributions.Where(contribution => contribution.Facts.Any(fact => fact.Points is not null)))
        {
            Assert.Equal(rule.Points, rule.Facts.Sum(fact => (long)fact.Points!));
        }
    }

    [Property(MaxTest = Cases)]
    public void The_same_input_gives_the_same_bytes(int seed)
    {
        var (first, second) = (new RandomCase(seed), new RandomCase(seed));

        Assert.Equal(WriteAnswer.ToCanonicalBytes(Explain(first, first.Facts)), WriteAnswer.ToCanonicalBytes(Explain(second, second.Facts)));
    }

    [Property(MaxTest = Cases)]
    public void One_entity_and_a_batch_have_one_score(int seed)
    {
        var random = new RandomCase(seed);
        var pack = Compile(random);
        var kernel = new ScoreKernel(pack);

        // A kernel that has scored others before, on rows in the middle of a table, as a batch has them.
        var table = FactTable.Of([random.Negative().Fact, .. random.Facts.Select(fact => fact.Fact), random.Negative().Fact]);
        kernel.Evaluate(table.Columns);
        var score = kernel.Evaluate(table.Columns.Slice(1, random.Facts.Length));

        var answer = Explain(random, random.Facts);
        Assert.Equal((answer.Points, answer.Grade, answer.NextChange), (score.Points, pack.Grades[score.Grade], new Day(score.NextChange).Date));
    }

    [Property(MaxTest = Cases)]
    public void Every_fact_counted_or_not_is_in_the_answer_and_none_outside_its_lawful_time_is_counted(int seed)
    {
        var random = new RandomCase(seed);
        var answer = Explain(random, random.Facts);
        var counted = answer.Contributions.SelectMany(contribution => contribution.Facts).Concat(answer.Bounds.SelectMany(bound => bound.Facts)).Select(fact => fact.Id).ToHashSet();
        var left = answer.LeftOut.Select(fact => fact.Id).ToHashSet();

        foreach (var (id, fact) in random.Facts)
        {
            Assert.True(counted.Contains(id) || left.Contains(id), $"{id} {fact}");
            if (counted.Contains(id))
            {
                Assert.True(fact.From.Date <= RandomCase.Today && (fact.Until.IsOpen || fact.Until.Date > RandomCase.Today));
                Assert.True((fact.Flags & ~FactMarks.Disputed) == 0);
            }
        }
    }

    [Property(MaxTest = Cases)]
    public void Until_the_day_of_the_next_change_nothing_changes(int seed)
    {
        var random = new RandomCase(seed);
        var now = Explain(random, random.Facts);
        var last = (now.NextChange ?? RandomCase.Today.AddDays(400)).AddDays(-1);
        var parameter = new DateOnly(2026, 12, 20);
        var day = RandomCase.Today.AddDays(random.Next(Math.Max(1, last.DayNumber - RandomCase.Today.DayNumber + 1)));
        if (day >= parameter)
        {
            day = parameter.AddDays(-1);
        }

        if (day > last)
        {
            return;
        }

        var (points, grade) = PlainScore.Of(random.Pack, RandomCase.Types, random.Facts, day, random.Purpose);
        Assert.True((now.Points, now.Grade) == (points, grade), $"on {day:O} {points} {grade}, said {now.Points} {now.Grade} until {now.NextChange:O}");
    }

    [Property(MaxTest = Cases)]
    public void Time_alone_never_lowers_the_score_of_negative_facts(int seed)
    {
        var random = new RandomCase(seed);
        var facts = random.Facts.Where(fact => RandomCase.Types.Find(fact.Fact.Type)!.Effect == FactEffect.Negative && fact.Fact.From.Date <= RandomCase.Today).ToArray();
        var later = RandomCase.Today.AddDays(random.Next(20));
        if (random.Pack.Rules.Any(rule => rule.Shape == RuleShape.Ratio))
        {
            return; // What it is measured against ends too.
        }

        Assert.True(Score(Compile(random, later), [.. facts]).Points >= Score(Compile(random), [.. facts]).Points);
    }

    [Property(MaxTest = Cases)]
    public void A_rule_irrelevant_to_the_purpose_contributes_nothing(int seed)
    {
        var random = new RandomCase(seed);
        var answer = Explain(random, random.Facts);
        var irrelevant = random.Pack.Rules.Where(rule => rule.Purposes.Contains("other")).Select(rule => rule.Id).ToHashSet();

        Assert.DoesNotContain(answer.Contributions, contribution => irrelevant.Contains(contribution.Id));
    }

    private static CompiledPack Compile(RandomCase random, DateOnly? on = null) =>
        CompilePack.For(random.Pack, RandomCase.Types, on ?? RandomCase.Today, random.Purpose);

    private static ScoreAnswer Explain(RandomCase random, IEnumerable<NamedFact> facts) => ExplainScore.Of(Compile(random), facts);

    private static Score Score(CompiledPack pack, IReadOnlyList<NamedFact> facts) =>
        new ScoreKernel(pack).Evaluate(FactTable.Of(facts.Select(fact => fact.Fact)).Columns);
}
