namespace Backbone.Credit.Fitting;

/// <summary>A rule while a card is fitted: a column, its bands, and the weight of each.</summary>
internal sealed class FittedRule
{
    public FittedRule(FineColumn column, Banding banding, double[]? weight = null)
    {
        Column = column;
        Banding = banding;
        Weight = weight ?? new double[banding.Starts.Length + 1];
        BandOfStep = [.. Enumerable.Range(0, column.Count + 1).Select(step => (byte)banding.BandOf(step))];
    }

    public FineColumn Column { get; }

    public Banding Banding { get; }

    /// <summary>Added to the logarithm of the odds of being bad: first for no value, then by band.</summary>
    public double[] Weight { get; }

    /// <summary>By fine step: index of its weight.</summary>
    public byte[] BandOfStep { get; }

    /// <summary>The rule with the two neighbouring bands joined that differ least; null when risk turns once at most along the column as it is.</summary>
    public FittedRule? WithoutSecondTurn()
    {
        var turns = 0;
        var direction = 0;
        for (var band = 2; band < Weight.Length; band++)
        {
            var now = Math.Sign(Weight[band] - Weight[band - 1]);
            turns += direction != 0 && now != 0 && now != direction ? 1 : 0;
            direction = now == 0 ? direction : now;
        }

        if (turns < 2)
        {
            return null;
        }

        var nearest = 2;
        for (var band = 3; band < Weight.Length; band++)
        {
            nearest = Math.Abs(Weight[band] - Weight[band - 1]) < Math.Abs(Weight[nearest] - Weight[nearest - 1]) ? band : nearest;
        }

        int[] starts = [.. Banding.Starts.Where((_, band) => band != nearest - 1)];
        double[] weight = [.. Weight.Where((_, band) => band != nearest)];
        return new FittedRule(Column, Banding with { Starts = starts }, weight);
    }
}
