using Backbone.Credit.Fitting;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Fitting;

public sealed class BandsProperties
{
    private static readonly FitOptions How = new();

    [Property(MaxTest = 60)]
    public void Bands_cover_the_line_each_has_its_least_share_and_no_value_is_a_band_of_its_own(int seed)
    {
        var table = new MadeTable(seed, 600).Table;
        int[] rows = [.. Enumerable.Range(0, table.Rows)];

        var card = FitCard.To(table, rows, How);

        Assert.All(card.Rules, rule =>
        {
            Assert.Null(rule.Bands[0].From);
            Assert.All(rule.Bands.Skip(1), band => Assert.NotNull(band.From));
            Assert.Equal(rule.Bands.Skip(1).Select(band => band.From), rule.Bands.Skip(1).Select(band => band.From).Distinct().Order());
            Assert.InRange(rule.Bands.Length, 1, How.MostBands);
            var present = table.Column(rule.Column).Where(quantity => quantity != EntityTable.Missing).ToArray();
            var held = present.GroupBy(rule.BandOf).ToDictionary(group => group.Key, group => group.Count());
            Assert.Equal(rule.Bands.Length, held.Count);
            Assert.True(rule.Bands.Length == 1 || held.Values.Min() >= Math.Ceiling(rows.Length * How.LeastShare), $"{rule.Name}: {string.Join(", ", held.Values)}");
            Assert.Equal(rule.Absent, rule.WeightOf(EntityTable.Missing));
            Assert.Equal(rule.Bands[0].Weight, rule.WeightOf(long.MinValue + 1));
            Assert.Equal(rule.Bands[^1].Weight, rule.WeightOf(long.MaxValue));
        });
    }

    [Property(MaxTest = 60)]
    public void Risk_turns_once_at_most_along_a_column(int seed)
    {
        var table = new MadeTable(seed, 600).Table;

        var card = FitCard.To(table, [.. Enumerable.Range(0, table.Rows)], How with { BandCost = 0, Ridge = 0.1, LeastShare = 0.02 });

        Assert.All(card.Rules, rule =>
        {
            int[] ways = [.. rule.Bands.Zip(rule.Bands.Skip(1), (left, right) => Math.Sign(right.Weight - left.Weight)).Where(way => way != 0)];
            Assert.True(ways.Zip(ways.Skip(1)).Count(pair => pair.First != pair.Second) <= 1, $"{rule.Name}: {string.Join(" ", rule.Bands.Select(band => band.Weight))}");
        });
    }

    [Fact]
    public void What_is_in_the_table_is_found_and_what_is_not_is_left_out()
    {
        var table = new MadeTable(1, 5000).Table;

        var card = FitCard.To(table, [.. Enumerable.Range(0, table.Rows)], How);

        Assert.Equal(["falls", "now and then", "turns"], card.Rules.Select(rule => rule.Name).Order());
        var byName = card.Rules.ToDictionary(rule => rule.Name);
        Assert.True(byName["falls"].Bands[0].Weight > byName["falls"].Bands[^1].Weight + 1);
        Assert.True(byName["now and then"].Absent > byName["now and then"].Bands.Max(band => band.Weight) + 0.5);
        var middle = byName["turns"].WeightOf(500 * EntityTable.Unit / 1000);
        Assert.True(middle < byName["turns"].Bands[0].Weight && middle < byName["turns"].Bands[^1].Weight);
    }

    [Fact]
    public void Of_fifty_columns_that_say_nothing_few_become_rules()
    {
        const int Rows = 4000;
        var chance = new SeededSequence(11);
        long[][] columns = [.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, Rows).Select(_ => chance.Below(10) == 0 ? EntityTable.Missing : chance.Below(1_000_000)).ToArray())];
        bool[] bad = [.. Enumerable.Range(0, Rows).Select(_ => chance.Below(10) == 0)];

        var card = FitCard.To(new EntityTable([.. columns.Select((_, column) => $"column {column}")], columns, bad), [.. Enumerable.Range(0, Rows)], How with { Rules = 50 });

        Assert.InRange(card.Rules.Length, 0, 5);
    }

    [Property(MaxTest = 300)]
    public void A_bound_lies_between_its_neighbours_and_no_shorter_number_does(long low, long apart)
    {
        low %= 1_000_000_000_000_000;
        var high = Math.Min(1_000_000_000_000_000, low + 1 + (Math.Abs(apart % 1_000_000_000)));

        var bound = FineColumn.ShortestBetween(low, high);

        Assert.InRange(bound, low + 1, high);
        for (var unit = 10L; unit <= 1_000_000_000_000_000; unit *= 10)
        {
            var exists = Math.Floor(high / (decimal)unit) * unit > low;
            Assert.True(!exists || bound % unit == 0, $"{bound} where a multiple of {unit} lies in ({low}, {high}]");
        }
    }

    [Fact]
    public void Folds_have_each_outcomes_share_and_are_always_the_same()
    {
        bool[] bad = [.. Enumerable.Range(0, 1003).Select(row => row % 10 == 0)];

        var fold = Folds.Deal(bad, 5);

        Assert.Equal(fold, Folds.Deal(bad, 5));
        Assert.All(Enumerable.Range(0, 5), held =>
        {
            Assert.InRange(fold.Where((one, row) => one == held && bad[row]).Count(), 20, 21);
            Assert.InRange(fold.Count(one => one == held), 200, 201);
        });
    }
}
