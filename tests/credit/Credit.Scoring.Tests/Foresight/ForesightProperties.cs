using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Foresight;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Tests.Kernel;
using FsCheck.Xunit;

namespace Backbone.Credit.Scoring.Tests.Foresight;

public sealed class ForesightProperties
{
    [Property(MaxTest = 200)]
    public void The_curve_is_what_each_day_by_itself_gives(int seed)
    {
        var random = new RandomCase(seed);
        var facts = FactTable.Of(random.Facts.Select(fact => fact.Fact));
        var before = RandomCase.Today.AddDays(60);

        var curve = ForetellScore.Of(random.Pack, RandomCase.Types, facts.Columns, RandomCase.Today, before, random.Purpose);

        Assert.Equal(RandomCase.Today, curve[0].From);
        for (var day = RandomCase.Today; day < before; day = day.AddDays(1))
        {
            var told = curve.Last(score => score.From <= day);
            var (points, grade) = PlainScore.Of(random.Pack, RandomCase.Types, random.Facts, day, random.Purpose);
            Assert.True((points, grade) == (told.Points, told.Grade), $"on {day:O} {points} {grade}, foretold {told.Points} {told.Grade}");
        }
    }

    [Property(MaxTest = 2000)]
    public void The_way_to_a_grade_is_as_short_as_any_and_leads_there(int seed)
    {
        var random = new RandomCase(seed);
        var facts = FactTable.Of(random.Facts.Select(fact => fact.Fact));
        var actions = Enumerable.Range(0, random.Facts.Length)
            .Where(row => RandomCase.Types.Find(random.Facts[row].Fact.Type)!.Effect == FactEffect.Negative && random.Next(4) != 0)
            .Select(row => new PossibleAction(row, RandomCase.Today.AddDays(random.Next(3) * 10), "repair")).ToArray();

        foreach (var grade in (string[])["A", "B", "C"])
        {
            var way = FindActions.To(grade, random.Pack, RandomCase.Types, facts.Columns, RandomCase.Today, random.Purpose, actions);
            var fewest = Fewest(random, actions, grade);

            Assert.Equal(fewest?.Count, way?.Actions.Length);
            Assert.Equal(fewest?.On, way?.On);
            if (way is not null)
            {
                Assert.True(way.Certain);
                Assert.True(Reaches(random, way.Actions, way.On, grade));
            }
        }
    }

    [Property(MaxTest = 500)]
    public void Without_time_to_search_a_way_is_found_all_the_same_and_said_not_to_be_the_shortest_for_certain(int seed)
    {
        var random = new RandomCase(seed);
        var facts = FactTable.Of(random.Facts.Select(fact => fact.Fact));
        var actions = Enumerable.Range(0, random.Facts.Length)
            .Where(row => RandomCase.Types.Find(random.Facts[row].Fact.Type)!.Effect == FactEffect.Negative)
            .Select(row => new PossibleAction(row, RandomCase.Today.AddDays(random.Next(3) * 10), "repair")).ToArray();

        var way = FindActions.To("B", random.Pack, RandomCase.Types, facts.Columns, RandomCase.Today, random.Purpose, actions, evaluations: 1);

        Assert.Equal(Fewest(random, actions, "B") is not null, way is not null);
        if (way is not null)
        {
            Assert.False(way.Certain);
            Assert.True(Reaches(random, way.Actions, way.On, "B"));
        }
    }

    /// <summary>The second has more facts than a search by levels of the stack, or by every set, could ever end with.</summary>
    [Theory]
    [InlineData(300, 2_000)]
    [InlineData(60_000, 400_000)]
    public void A_way_out_of_very_many_facts_is_found_within_the_bound_of_work(int many, int points)
    {
        var pack = new RandomCase(1).Pack with
        {
            Scale = new ScoreScale(points, int.MinValue / 2, points),
            Groups = [],
            Rules =
            [
                new Rule("each", default, RuleShape.Count, Direction.Negative, new(["penalty"], [], null), null,
                    System.Collections.Immutable.ImmutableDictionary<SeverityClass, Number>.Empty.Add(SeverityClass.None, -7).Add(SeverityClass.Serious, -31), null, [], 0, null, null, null, [], "a test"),
            ],
            Grades = [new("A", default, points - 200), new("D", default, null)],
            Overrides = [],
        };
        var day = Scoring.Time.Day.Of(RandomCase.Today.AddDays(-100));
        var facts = FactTable.Of(Enumerable.Range(0, many).Select(row => new ScoredFact(
            1, row % 10 == 0 ? SeverityClass.Serious : SeverityClass.General, FactMarks.None, day, day, Scoring.Time.Day.Open, 0)));
        var actions = Enumerable.Range(0, many).Select(row => new PossibleAction(row, RandomCase.Today.AddDays(row % 200), "repair")).ToArray();

        var way = FindActions.To("A", pack, RandomCase.Types, facts.Columns, RandomCase.Today, "general", actions);

        // A tenth × 31 + nine tenths × 7 off, of which 200 may stay: the serious are won back first, and the others 7 each.
        var (serious, others) = (many / 10, many - (many / 10));
        Assert.Equal(serious + (((others * 7) - 200 + 6) / 7), way!.Actions.Length);
    }

    private static (int Count, DateOnly On)? Fewest(RandomCase random, PossibleAction[] actions, string grade)
    {
        (int Count, DateOnly On)? best = null;
        foreach (var day in actions.Select(action => action.From).Append(RandomCase.Today).Distinct().Order())
        {
            var possible = actions.Where(action => action.From <= day).ToArray();
            for (var set = 0; set < 1 << possible.Length; set++)
            {
                var count = System.Numerics.BitOperations.PopCount((uint)set);
                if ((best is null || count < best.Value.Count) && Reaches(random, possible.Where((_, i) => (set & (1 << i)) != 0), day, grade))
                {
                    best = (count, day);
                }
            }
        }

        return best;
    }

    private static bool Reaches(RandomCase random, IEnumerable<PossibleAction> actions, DateOnly on, string grade)
    {
        var gone = actions.Select(action => action.Row).ToHashSet();
        var pack = CompilePack.For(random.Pack, RandomCase.Types, on, random.Purpose);
        var score = new ScoreKernel(pack).Evaluate(FactTable.Of(random.Facts.Where((_, row) => !gone.Contains(row)).Select(fact => fact.Fact)).Columns);
        return score.Grade <= pack.Grades.IndexOf(grade);
    }
}
