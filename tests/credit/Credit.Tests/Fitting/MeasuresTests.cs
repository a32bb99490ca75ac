using Backbone.Credit.Fitting;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Fitting;

public sealed class MeasuresTests
{
    [Theory]

    // Each pair of a bad (x) and a good one: all nine right; all wrong; equal points count half;
    // 3 of 3 and 1½ of 3; 3 of 4 and twice 2 of 4.
    [InlineData("x1 x2 x3 4 5 6", 1.0)]
    [InlineData("x4 x5 x6 1 2 3", 0.0)]
    [InlineData("x1 1 x1 1", 0.5)]
    [InlineData("x1 x3 2 3 4", 4.5 / 6)]
    [InlineData("x1 x2 x2 2 2 3 0", 7.0 / 12)]
    public void The_area_is_the_share_of_pairs_in_the_right_order(string rows, double area) =>
        Assert.Equal(area, Measures.Area(Points(rows), Bad(rows)).Area, 12);

    [Property(MaxTest = 300)]
    public void The_area_is_what_counting_every_pair_gives(int seed)
    {
        var (points, bad) = Rows(seed, 60);
        var (right, pairs) = (0.0, 0);
        for (var i = 0; i < points.Length; i++)
        {
            for (var j = 0; j < points.Length; j++)
            {
                if (bad[i] && !bad[j])
                {
                    pairs++;
                    right += points[i] < points[j] ? 1 : points[i] == points[j] ? 0.5 : 0;
                }
            }
        }

        Assert.Equal(right / pairs, Measures.Area(points, bad).Area, 9);
    }

    [Fact]
    public void The_variance_is_DeLongs()
    {
        // Two bad (1, 3) and three good (2, 3, 4). Of the bad: 3/3 and 1.5/3; of the good: 1/2, 1.5/2, 2/2.
        // Variances 1/8 and 1/16; over 2 and 3.
        var (area, variance) = Measures.Area(Points("x1 x3 2 3 4"), Bad("x1 x3 2 3 4"));

        Assert.Equal(0.75, area, 12);
        Assert.Equal((1 / 8.0 / 2) + (1 / 16.0 / 3), variance, 12);
    }

    [Fact]
    public void In_95_of_100_samples_the_interval_holds_the_truth()
    {
        // Bad ones have 0 to 99 points and good ones 50 to 149, each equally often: the area is 1 - (1/2)(1/2)(1/2) = 0.875, ties counted.
        var chance = new SeededSequence(7);
        var held = 0;
        for (var sample = 0; sample < 1000; sample++)
        {
            bool[] bad = [.. Enumerable.Range(0, 200).Select(row => row < 80)];
            int[] points = [.. bad.Select(one => chance.Below(100) + (one ? 0 : 50))];
            var (area, variance) = Measures.Area(points, bad);
            var interval = Interval.Around(area, Math.Sqrt(variance));
            held += interval.Low <= 0.875 && 0.875 <= interval.High ? 1 : 0;
        }

        Assert.InRange(held, 925, 970);
    }

    [Fact]
    public void Drawing_again_gives_the_same_interval_every_time_and_the_value_lies_in_it()
    {
        var (points, bad) = Rows(3, 400);

        var (distance, capture) = Measures.Drawn([(points, bad)]);

        Assert.Equal((distance, capture), Measures.Drawn([(points, bad)]));
        Assert.Equal(Measures.Distance(points, bad), distance.Value);
        Assert.Equal(Measures.CaptureOfTenth(points, bad), capture.Value);
        Assert.InRange(capture.Value, capture.Low, capture.High);
        Assert.True(distance.Low < distance.High && capture.Low < capture.High);
    }

    [Theory]

    // After 1, 2, 3: bad 3/3, good 0/3. After 2: bad 1/2, good 1/3; after 3: bad 2/2, good 2/3.
    [InlineData("x1 x2 x3 4 5 6", 1.0)]
    [InlineData("x1 1 x2 2", 0.0)]
    [InlineData("x1 x3 2 3 4", 0.5)]
    public void The_distance_is_the_largest_between_the_two_shares(string rows, double distance) =>
        Assert.Equal(distance, Measures.Distance(Points(rows), Bad(rows)), 12);

    [Theory]

    // One row of ten; of two with equal points at the border, half.
    [InlineData("x1 x2 3 4 5 6 7 8 9 10", 0.5)]
    [InlineData("x1 1 x3 4 5 6 7 8 9 10", 0.25)]
    [InlineData("1 x2 x3 4 5 6 7 8 9 10", 0.0)]
    public void The_worst_tenth_holds_its_part_of_the_bad(string rows, double capture) =>
        Assert.Equal(capture, Measures.CaptureOfTenth(Points(rows), Bad(rows)), 12);

    [Fact]
    public void Points_spread_alike_have_no_shift_and_others_have_one()
    {
        int[] some = [.. Enumerable.Range(0, 1000)];

        Assert.Equal(0, Measures.Shift(some, some), 9);
        Assert.InRange(Measures.Shift(some, [.. some.Select(value => value + 30)]), 0.005, 0.1);
        Assert.True(Measures.Shift(some, [.. some.Select(value => value + 400)]) > 0.25);
        Assert.True(double.IsFinite(Measures.Shift(some, [5])));
        Assert.Equal(0, Measures.Shift([1, 1, 1], [1, 1]), 9);
    }

    private static int[] Points(string rows) => [.. rows.Split(' ').Select(row => int.Parse(row.TrimStart('x'), null))];

    private static bool[] Bad(string rows) => [.. rows.Split(' ').Select(row => row[0] == 'x')];

    private static (int[] Points, bool[] Bad) Rows(int seed, int count)
    {
        var chance = new SeededSequence((ulong)(uint)seed);
        bool[] bad = [.. Enumerable.Range(0, count).Select(row => row < 2 || (row > 3 && chance.Below(3) == 0))];
        return ([.. bad.Select(one => chance.Below(20) + (one ? 0 : 5))], bad);
    }
}
