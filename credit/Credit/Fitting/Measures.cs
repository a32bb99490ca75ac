namespace Backbone.Credit.Fitting;

/// <summary>An estimate and where it lies with 95 % confidence.</summary>
internal readonly record struct Interval(double Value, double Low, double High)
{
    /// <summary>Half the width of an interval of 95 %, in standard errors.</summary>
    public const double Width = 1.959964;

    public static Interval Around(double value, double error) => new(value, value - (Width * error), value + (Width * error));
}

/// <summary>How well points tell the bad from the good. Higher points are better; equal points count half.</summary>
internal static class Measures
{
    /// <summary>The share of pairs of a bad and a good one in which the good one has more points, and its variance (DeLong, DeLong, Clarke-Pearson 1988).</summary>
    public static (double Area, double Variance) Area(int[] points, bool[] bad)
    {
        var (bads, goods) = (Sorted(points, bad, wanted: true), Sorted(points, bad, wanted: false));
        double[] ofBad = [.. bads.Select(value => 1 - Below(goods, value))];
        double[] ofGood = [.. goods.Select(value => Below(bads, value))];
        return (ofBad.Average(), (Variance(ofBad) / ofBad.Length) + (Variance(ofGood) / ofGood.Length));
    }

    /// <summary>The largest distance between the shares of bad and good that have at most so many points (Kolmogorov, Smirnov).</summary>
    public static double Distance(int[] points, bool[] bad) => Distance(Tally.Of(points, bad));

    /// <summary>The share of all bad ones that are among the tenth with the fewest points.</summary>
    public static double CaptureOfTenth(int[] points, bool[] bad) => CaptureOfTenth(Tally.Of(points, bad));

    /// <summary>Distance and capture with intervals, by drawing the rows of each fold again (percentiles of 500 draws); means of the folds.</summary>
    public static (Interval Distance, Interval Capture) Drawn(IReadOnlyList<(int[] Points, bool[] Bad)> folds)
    {
        const int Draws = 500;
        var tallies = folds.Select(fold => Tally.Of(fold.Points, fold.Bad)).ToArray();
        var (distance, capture) = (new double[Draws], new double[Draws]);
        var chance = new SeededSequence(Draws);
        for (var draw = 0; draw < Draws; draw++)
        {
            foreach (var tally in tallies)
            {
                var again = tally.DrawnAgain(chance);
                distance[draw] += Distance(again) / tallies.Length;
                capture[draw] += CaptureOfTenth(again) / tallies.Length;
            }
        }

        return (Percentiles(tallies.Average(Distance), distance), Percentiles(tallies.Average(CaptureOfTenth), capture));
    }

    /// <summary>
    /// How far points of one group are spread otherwise than those of another, over ten bands of equal size of the first (population stability
    /// index): below 0.1 little, above 0.25 much.
    /// </summary>
    public static double Shift(int[] expected, int[] actual)
    {
        const int Bands = 10;
        var sorted = expected.Order().ToArray();
        int[] bounds = [.. Enumerable.Range(1, Bands - 1).Select(band => sorted[band * sorted.Length / Bands]).Distinct()];
        return ShiftOfBands(Counts(expected, bounds), Counts(actual, bounds));
    }

    /// <summary>The same over bands that are given: how many of each group are in each.</summary>
    /// <returns>0 where one of the groups is empty: nothing is compared then.</returns>
    public static double ShiftOfBands(IReadOnlyList<long> expected, IReadOnlyList<long> actual)
    {
        var (all, allNow) = (expected.Sum(), actual.Sum());
        if (all == 0 || allNow == 0)
        {
            return 0;
        }

        var shift = 0.0;
        for (var band = 0; band < expected.Count; band++)
        {
            if (expected[band] + actual[band] > 0)
            {
                // An empty band counts half a row: far away, and not infinitely far.
                var (before, now) = (Math.Max(expected[band], 0.5) / all, Math.Max(actual[band], 0.5) / allNow);
                shift += (now - before) * Math.Log(now / before);
            }
        }

        return shift;
    }

    private static long[] Counts(int[] points, int[] bounds)
    {
        var counts = new long[bounds.Length + 1];
        foreach (var value in points)
        {
            counts[bounds.Count(bound => value >= bound)]++;
        }

        return counts;
    }

    private static int[] Sorted(int[] points, bool[] bad, bool wanted)
    {
        var some = points.Where((_, row) => bad[row] == wanted).ToArray();
        Array.Sort(some);
        return some;
    }

    /// <summary>The share of the sorted values that are less, equal ones counted half.</summary>
    private static double Below(int[] sorted, int value)
    {
        int First(int bound)
        {
            var (low, high) = (0, sorted.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = sorted[middle] < bound ? (middle + 1, high) : (low, middle);
            }

            return low;
        }

        return (First(value) + First(value + 1)) / 2.0 / sorted.Length;
    }

    private static double Variance(double[] values)
    {
        if (values.Length < 2)
        {
            return 0;
        }

        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }

    private static double Distance(Tally tally)
    {
        var (bads, goods, most) = (0, 0, 0.0);
        for (var i = 0; i < tally.Bad.Length; i++)
        {
            bads += tally.Bad[i];
            goods += tally.Good[i];
            most = Math.Max(most, Math.Abs(((double)bads / tally.Bads) - ((double)goods / tally.Goods)));
        }

        return most;
    }

    private static double CaptureOfTenth(Tally tally)
    {
        var (left, caught) = ((tally.Bads + tally.Goods) / 10.0, 0.0);
        for (var i = 0; i < tally.Bad.Length && left > 0; i++)
        {
            var here = tally.Bad[i] + tally.Good[i];

            // Of those with equal points at the border, the part that fits in.
            caught += here == 0 ? 0 : tally.Bad[i] * Math.Min(1, left / here);
            left -= here;
        }

        return caught / tally.Bads;
    }

    private static Interval Percentiles(double value, double[] drawn)
    {
        Array.Sort(drawn);
        return new(value, drawn[drawn.Length / 40], drawn[drawn.Length - 1 - (drawn.Length / 40)]);
    }

    /// <summary>How many bad and good there are of each number of points, from the fewest.</summary>
    private sealed record Tally(int[] Bad, int[] Good, int Bads, int Goods)
    {
        public static Tally Of(int[] points, bool[] bad)
        {
            var places = points.Distinct().Order().Select((value, place) => (value, place)).ToDictionary(pair => pair.value, pair => pair.place);
            var (bads, goods) = (new int[places.Count], new int[places.Count]);
            for (var row = 0; row < points.Length; row++)
            {
                (bad[row] ? bads : goods)[places[points[row]]]++;
            }

            return new(bads, goods, bads.Sum(), goods.Sum());
        }

        /// <summary>As many bad and as many good, each drawn from its own with return.</summary>
        public Tally DrawnAgain(SeededSequence chance) => this with { Bad = Draw(Bad, Bads, chance), Good = Draw(Good, Goods, chance) };

        private static int[] Draw(int[] counts, int all, SeededSequence chance)
        {
            var place = new int[all];
            for (int i = 0, next = 0; i < counts.Length; i++)
            {
                place.AsSpan(next, counts[i]).Fill(i);
                next += counts[i];
            }

            var drawn = new int[counts.Length];
            for (var i = 0; i < all; i++)
            {
                drawn[place[chance.Below(all)]]++;
            }

            return drawn;
        }
    }
}
