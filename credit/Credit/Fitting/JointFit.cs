namespace Backbone.Credit.Fitting;

/// <summary>
/// The weights of all bands of all rules together, by logistic regression with a penalty on their squares (Newton's method). So no band is counted
/// twice for what two columns say alike. The sums run in one order: the same input gives the same weights to the last bit.
/// </summary>
internal sealed class JointFit(bool[] bad, FitOptions how)
{
    private readonly int rows = bad.Length;

    /// <summary>Logarithm of the odds of being bad where every weight is 0.</summary>
    public double Intercept { get; private set; } = LogOdds(bad);

    /// <summary>By row: probability of being bad, by the weights as they are.</summary>
    public double[] Probability { get; } = new double[bad.Length];

    /// <summary>Sets the weights of the rules; they begin from what they have.</summary>
    /// <param name="most">Newton's steps at most.</param>
    public void Fit(IReadOnlyList<FittedRule> rules, int most)
    {
        var first = new int[rules.Count];
        var count = 1;
        for (var i = 0; i < rules.Count; i++)
        {
            first[i] = count;
            count += rules[i].Weight.Length;
        }

        var places = Places(rules, first);
        var weight = Gather(rules, count);
        var likelihood = Likelihood(weight, places, rules.Count);
        for (var step = 0; step < most; step++)
        {
            var move = Step(weight, places, rules.Count);
            var size = 1.0;
            var tried = Moved(weight, move, size);
            var now = Likelihood(tried, places, rules.Count);
            while (now < likelihood && size > 1e-4)
            {
                size /= 2;
                tried = Moved(weight, move, size);
                now = Likelihood(tried, places, rules.Count);
            }

            var gained = now - likelihood;
            (weight, likelihood) = (tried, now);
            if (gained < 1e-6)
            {
                break;
            }
        }

        Intercept = weight[0];
        for (var i = 0; i < rules.Count; i++)
        {
            Array.Copy(weight, first[i], rules[i].Weight, 0, rules[i].Weight.Length);
        }
    }

    private static double LogOdds(bool[] bad)
    {
        var ones = bad.Count(one => one);
        return Math.Log((double)ones / (bad.Length - ones));
    }

    /// <summary>By row and rule: which weight it has.</summary>
    private ushort[] Places(IReadOnlyList<FittedRule> rules, int[] first)
    {
        var places = new ushort[rows * rules.Count];
        for (var i = 0; i < rules.Count; i++)
        {
            var (step, band) = (rules[i].Column.Step, rules[i].BandOfStep);
            for (var row = 0; row < rows; row++)
            {
                places[(row * rules.Count) + i] = (ushort)(first[i] + band[step[row]]);
            }
        }

        return places;
    }

    private double[] Gather(IReadOnlyList<FittedRule> rules, int count)
    {
        var weight = new double[count];
        weight[0] = Intercept;
        var next = 1;
        foreach (var rule in rules)
        {
            rule.Weight.CopyTo(weight, next);
            next += rule.Weight.Length;
        }

        return weight;
    }

    private static double[] Moved(double[] weight, double[] move, double size)
    {
        var moved = new double[weight.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = weight[i] + (size * move[i]);
        }

        return moved;
    }

    /// <summary>Logarithm of the likelihood less the penalty; leaves the probabilities behind.</summary>
    private double Likelihood(double[] weight, ushort[] places, int rules)
    {
        var sum = 0.0;
        for (var row = 0; row < rows; row++)
        {
            var odds = weight[0];
            foreach (var place in places.AsSpan(row * rules, rules))
            {
                odds += weight[place];
            }

            var probability = 1 / (1 + Math.Exp(-odds));
            Probability[row] = probability;
            sum += Math.Log(Math.Max(bad[row] ? probability : 1 - probability, 1e-300));
        }

        for (var i = 1; i < weight.Length; i++)
        {
            sum -= how.Ridge / 2 * weight[i] * weight[i];
        }

        return sum;
    }

    private double[] Step(double[] weight, ushort[] places, int rules)
    {
        var count = weight.Length;
        var slope = new double[count];
        var bend = new double[count * count];
        for (var row = 0; row < rows; row++)
        {
            var rest = (bad[row] ? 1 : 0) - Probability[row];
            var curve = Probability[row] * (1 - Probability[row]);
            slope[0] += rest;
            bend[0] += curve;
            var mine = places.AsSpan(row * rules, rules);
            for (var i = 0; i < mine.Length; i++)
            {
                slope[mine[i]] += rest;
                var line = mine[i] * count;
                bend[line] += curve;
                for (var j = 0; j <= i; j++)
                {
                    bend[line + mine[j]] += curve;
                }
            }
        }

        for (var i = 1; i < count; i++)
        {
            slope[i] -= how.Ridge * weight[i];
            bend[(i * count) + i] += how.Ridge;
        }

        bend[0] += 1e-9;
        return Solve(bend, slope);
    }

    /// <summary>Cholesky on the lower triangle; the penalty keeps it positive.</summary>
    private static double[] Solve(double[] lower, double[] right)
    {
        var count = right.Length;
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = lower[(i * count) + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= lower[(i * count) + k] * lower[(j * count) + k];
                }

                lower[(i * count) + j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / lower[(j * count) + j];
            }
        }

        for (var i = 0; i < count; i++)
        {
            for (var k = 0; k < i; k++)
            {
                right[i] -= lower[(i * count) + k] * right[k];
            }

            right[i] /= lower[(i * count) + i];
        }

        for (var i = count - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < count; k++)
            {
                right[i] -= lower[(k * count) + i] * right[k];
            }

            right[i] /= lower[(i * count) + i];
        }

        return right;
    }
}
