using System.Collections.Immutable;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Noticing;

namespace Backbone.Credit.Scoring.Tests.Kernel;

/// <summary>When an organisation is told before a grade is published, and when what it was told of is enough.</summary>
public sealed class NoticeCoverProperties
{
    private const int Cases = 10_000;

    [Fact]
    public void What_tells_of_all_facts_against_is_enough_and_without_those_it_left_out_the_grade_is_as_bad_where_it_is()
    {
        var notEnough = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomCase(seed);
            var pack = CompilePack.For(random.Pack, RandomCase.Types, RandomCase.Today, random.Purpose);
            var answer = ExplainScore.Of(pack, random.Facts);
            var against = NoticeCover.Against(answer);
            Assert.True(NoticeCover.IsEnough(pack, random.Facts, answer, against.ToHashSet(StringComparer.Ordinal)), $"seed {seed}");

            var told = against.Where(_ => random.Next(2) == 0).ToHashSet(StringComparer.Ordinal);
            ImmutableArray<NamedFact> left = [.. random.Facts.Where(fact => told.Contains(fact.Id) || !against.Contains(fact.Id))];
            var isAsBad = pack.Grades.IndexOf(ExplainScore.Of(pack, left).Grade) >= pack.Grades.IndexOf(answer.Grade);
            Assert.Equal(isAsBad, NoticeCover.IsEnough(pack, random.Facts, answer, told));
            notEnough += isAsBad ? 0 : 1;
        }

        Assert.True(notEnough > 100, $"{notEnough} of {Cases}");
    }

    [Fact]
    public void No_fact_that_does_not_count_is_told_of_and_nothing_is_told_where_nothing_counts_against()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomCase(seed);
            var pack = CompilePack.For(random.Pack, RandomCase.Types, RandomCase.Today, random.Purpose);
            var answer = ExplainScore.Of(pack, random.Facts);
            var against = NoticeCover.Against(answer);
            Assert.Equal(against.Order(StringComparer.Ordinal), against);
            Assert.Equal(NoticeCover.Against(ExplainScore.Of(pack, random.Shuffled())), against);
            var flags = random.Facts.ToDictionary(fact => fact.Id, fact => fact.Fact.Flags);
            Assert.All(against, id => Assert.True(flags[id] is FactMarks.None or FactMarks.Disputed, $"seed {seed}: {id} is {flags[id]}"));
        }
    }

    [Fact]
    public void A_notice_is_wanted_for_a_bad_grade_worse_than_the_published_one_and_for_no_other()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomCase(seed);
            var pack = CompilePack.For(random.Pack, RandomCase.Types, RandomCase.Today, random.Purpose);
            var bad = random.Pack.Notice?.Grades ?? [];
            for (var grade = 0; grade < pack.Grades.Length; grade++)
            {
                Assert.Equal(bad.Contains(pack.Grades[grade]), NoticeCover.IsWanted(pack, null, grade));
                Assert.Equal(bad.Contains(pack.Grades[grade]), NoticeCover.IsWanted(pack, "another pack's", grade));
                for (var published = 0; published < pack.Grades.Length; published++)
                {
                    Assert.Equal(bad.Contains(pack.Grades[grade]) && published < grade, NoticeCover.IsWanted(pack, pack.Grades[published], grade));
                }
            }

            Assert.Equal(random.Pack.Notice is null, pack.NoticeDays == 0);
        }
    }
}
