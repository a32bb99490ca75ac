namespace Backbone.Credit.Fitting;

/// <summary>
/// Joins fine steps to bands so that the outcomes become as likely as they can, where risk may only rise, only fall, or turn once along the
/// column. First the best curve of each such form (pooling of adjacent violators), whose flat pieces hold every place where the best few bands
/// may begin (Haiminen, Gionis, Laasonen 2008); then the best few by dynamic programming over those places.
/// </summary>
internal static class ChooseBands
{
    /// <param name="counts">The column's steps; step 0 is no value and is always a band of its own.</param>
    /// <param name="least">Fewest training rows of a band.</param>
    /// <param name="how">How careful to be.</param>
    public static Banding For(StepCounts counts, int least, FitOptions how)
    {
        var steps = counts.Rows.Length - 1;
        var missing = counts.Rows[0] == 0 ? 0 : Gain(counts.Bad[0], counts.Expected[0], how) - how.BandCost;
        if (steps == 0)
        {
            return new([], missing);
        }

        Banding? best = null;
        foreach (var places in Forms(counts, how))
        {
            var found = Few(counts, places, least, how);
            if (best is null || found.Gain > best.Gain)
            {
                best = found;
            }
        }

        return best! with { Gain = best.Gain + missing };
    }

    /// <summary>
    /// How much likelier the outcomes become when the expected number of bad ones is multiplied by the best factor. Both are raised by
    /// <see cref="FitOptions.Caution"/>, so that few rows change little.
    /// </summary>
    internal static double Gain(double bad, double expected, FitOptions how)
    {
        var (b, e) = (bad + how.Caution, expected + how.Caution);
        return (b * Math.Log(b / e)) - (b - e);
    }

    /// <summary>For each form a curve may have: the steps at which its flat pieces begin.</summary>
    private static IEnumerable<int[]> Forms(StepCounts counts, FitOptions how)
    {
        var steps = counts.Rows.Length - 1;
        foreach (var sign in (int[])[1, -1])
        {
            // Rising (with sign -1: falling) to each place, and falling (rising) from each: the best place to turn is where both gain most.
            var (up, down) = (Gained(counts, sign, backwards: false, how), Gained(counts, sign, backwards: true, how));
            var turn = 0;
            for (var t = 1; t <= steps; t++)
            {
                if (up[t] + down[t] > up[turn] + down[turn])
                {
                    turn = t;
                }
            }

            yield return Pieces(counts, sign, 1, steps);
            if (turn > 0 && turn < steps)
            {
                yield return [.. Pieces(counts, sign, 1, turn), .. Pieces(counts, -sign, turn + 1, steps)];
            }
        }
    }

    /// <summary>By how many steps come before the turn: the likelihood gained by the best curve over those (or, backwards, over the rest).</summary>
    private static double[] Gained(StepCounts counts, int sign, bool backwards, FitOptions how)
    {
        var steps = counts.Rows.Length - 1;
        var gained = new double[steps + 1];
        var pool = new Pool(sign, how);
        for (var t = 1; t <= steps; t++)
        {
            var step = backwards ? steps - t + 1 : t;
            pool.Add(counts.Bad[step], counts.Expected[step]);
            gained[backwards ? steps - t : t] = pool.Gained;
        }

        return gained;
    }

    private static int[] Pieces(StepCounts counts, int sign, int first, int last)
    {
        var starts = new List<int>();
        var pieces = new List<(double Bad, double Expected)>();
        for (var step = first; step <= last; step++)
        {
            starts.Add(step);
            pieces.Add((counts.Bad[step], counts.Expected[step]));
            while (pieces.Count > 1 && !Pool.Ordered(pieces[^2], pieces[^1], sign))
            {
                pieces[^2] = (pieces[^2].Bad + pieces[^1].Bad, pieces[^2].Expected + pieces[^1].Expected);
                pieces.RemoveAt(pieces.Count - 1);
                starts.RemoveAt(starts.Count - 1);
            }
        }

        return [.. starts];
    }

    /// <summary>The best few bands that begin at some of these places, each with the fewest rows or more.</summary>
    private static Banding Few(StepCounts counts, int[] places, int least, FitOptions how)
    {
        var ends = places.Length;
        var (rows, bad, expected) = (new int[ends + 1], new int[ends + 1], new double[ends + 1]);
        for (var i = 0; i < ends; i++)
        {
            (rows[i + 1], bad[i + 1], expected[i + 1]) = (rows[i], bad[i], expected[i]);
            for (var step = places[i]; step < (i + 1 < ends ? places[i + 1] : counts.Rows.Length); step++)
            {
                rows[i + 1] += counts.Rows[step];
                bad[i + 1] += counts.Bad[step];
                expected[i + 1] += counts.Expected[step];
            }
        }

        double Band(int from, int to) => Gain(bad[to] - bad[from], expected[to] - expected[from], how) - how.BandCost;
        var most = Math.Min(how.MostBands, ends);
        var gain = new double[most + 1, ends + 1];
        var before = new int[most + 1, ends + 1];
        for (var to = 1; to <= ends; to++)
        {
            gain[1, to] = to == ends || rows[to] >= least ? Band(0, to) : double.NegativeInfinity;
        }

        for (var bands = 2; bands <= most; bands++)
        {
            for (var to = 0; to <= ends; to++)
            {
                gain[bands, to] = double.NegativeInfinity;
                for (var from = bands - 1; from < to; from++)
                {
                    if (rows[to] - rows[from] >= least && rows[from] >= least && gain[bands - 1, from] + Band(from, to) is var sum && sum > gain[bands, to])
                    {
                        (gain[bands, to], before[bands, to]) = (sum, from);
                    }
                }
            }
        }

        var count = 1;
        for (var bands = 2; bands <= most; bands++)
        {
            count = gain[bands, ends] > gain[count, ends] ? bands : count;
        }

        var starts = new int[count];
        var value = gain[count, ends];
        for (int bands = count, to = ends; bands > 0; bands--)
        {
            to = before[bands, to];
            starts[bands - 1] = places[to];
        }

        return new(starts, value);
    }

    /// <summary>A curve that only rises (sign 1) or falls, grown at its end; equal neighbours are pooled as soon as they would break it.</summary>
    private sealed class Pool(int sign, FitOptions how)
    {
        private readonly List<(double Bad, double Expected, double Gained)> pieces = [];

        public double Gained => pieces.Count == 0 ? 0 : pieces[^1].Gained;

        public static bool Ordered((double Bad, double Expected) left, (double Bad, double Expected) right, int sign) =>
            sign * left.Bad * right.Expected < sign * right.Bad * left.Expected;

        public void Add(double bad, double expected)
        {
            while (pieces.Count > 0 && !Ordered((pieces[^1].Bad, pieces[^1].Expected), (bad, expected), sign))
            {
                (bad, expected) = (bad + pieces[^1].Bad, expected + pieces[^1].Expected);
                pieces.RemoveAt(pieces.Count - 1);
            }

            pieces.Add((bad, expected, Gained + Gain(bad, expected, how)));
        }
    }
}
