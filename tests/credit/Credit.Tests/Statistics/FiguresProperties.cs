using Backbone.Credit.Fitting;
using Backbone.Credit.Statistics;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Statistics;

public sealed class FiguresProperties
{
    [Property(MaxTest = 300)]
    public void The_shift_is_zero_for_the_same_shares_never_negative_and_the_same_both_ways(int seed)
    {
        var random = new Random(seed);
        long[] before = [.. Enumerable.Range(0, 5).Select(_ => (long)random.Next(1, 1000))];
        long[] now = [.. Enumerable.Range(0, 5).Select(_ => (long)random.Next(1, 1000))];

        Assert.Equal(0, Measures.ShiftOfBands(before, [.. before.Select(count => count * 7)]), 12);
        Assert.True(Measures.ShiftOfBands(before, now) >= 0);
        Assert.Equal(Measures.ShiftOfBands(before, now), Measures.ShiftOfBands(now, before), 12);
        Assert.Equal(0, Measures.ShiftOfBands(before, [0, 0, 0, 0, 0]));
    }

    [Fact]
    public void A_known_shift() =>

        // (0.4 - 0.5) ln(0.4/0.5) + (0.6 - 0.5) ln(0.6/0.5)
        Assert.Equal(0.040547, Measures.ShiftOfBands([50, 50], [40, 60]), 6);

    [Fact]
    public void Wilsons_interval_is_that_of_the_books()
    {
        var interval = CompareGroups.Wilson(10, 100);
        Assert.Equal(0.0552, interval.Low, 4);
        Assert.Equal(0.1744, interval.High, 4);
    }

    [Property(MaxTest = 300)]
    public void The_interval_of_a_share_holds_it_and_stays_between_none_and_all(int seed)
    {
        var random = new Random(seed);
        var all = random.Next(1, 5000);
        var interval = CompareGroups.Wilson(random.Next(0, all + 1), all);
        Assert.True(0 <= interval.Low && interval.Low <= interval.Value + 1e-12 && interval.Value <= interval.High + 1e-12 && interval.High <= 1);
    }

    [Theory]
    [InlineData(100, 1000, GroupVerdict.MoreOften)]
    [InlineData(50, 1000, GroupVerdict.Alike)]
    [InlineData(10, 1000, GroupVerdict.LessOften)]
    [InlineData(4, 29, GroupVerdict.NotCompared)]
    public void A_group_stands_out_when_neither_chance_nor_a_fifth_explains_it(int bad, int all, object verdict) =>
        Assert.Equal(verdict, CompareGroups.Of("37", bad, all, bad + 500, all + 10_000).Verdict);

    [Fact]
    public void Of_a_thousand_groups_of_one_world_few_are_found_apart()
    {
        var chance = new SeededSequence(11);
        var found = 0;
        for (var sample = 0; sample < 1000; sample++)
        {
            var (bad, others) = (Drawn(400), Drawn(2000));
            found += CompareGroups.Of("37", bad, 400, bad + others, 2400).Verdict == GroupVerdict.Alike ? 0 : 1;
        }

        Assert.InRange(found, 0, 60);

        int Drawn(int all) => Enumerable.Range(0, all).Count(_ => chance.Below(100) < 10);
    }

    [Fact]
    public void Without_enough_outcomes_there_is_no_figure()
    {
        var test = BackTest.Of([.. Enumerable.Range(0, 1000)], [.. Enumerable.Range(0, 1000).Select(row => row < BackTest.Fewest - 1)]);
        Assert.Equal((1000, BackTest.Fewest - 1, null), (test.Entities, test.Outcomes, test.Area));
    }

    [Fact]
    public void A_score_that_knows_has_all_and_one_that_does_not_has_half()
    {
        bool[] outcome = [.. Enumerable.Range(0, 2000).Select(row => row < 100)];
        var knows = BackTest.Of([.. Enumerable.Range(0, 2000)], outcome);
        var not = BackTest.Of([.. Enumerable.Range(0, 2000).Select(row => row * 7919 % 2003)], outcome);

        Assert.Equal((1.0, 1.0, 1.0), (knows.Area!.Value.Value, knows.Distance!.Value.Value, knows.Capture!.Value.Value));
        Assert.InRange(0.5, not.Area!.Value.Low, not.Area.Value.High);
        Assert.InRange(0.1, not.Capture!.Value.Low, not.Capture.Value.High);
    }
}
