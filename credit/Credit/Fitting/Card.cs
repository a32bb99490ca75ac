using System.Collections.Immutable;

namespace Backbone.Credit.Fitting;

/// <summary>A fitted card with real weights: what rounding makes points of.</summary>
/// <param name="Intercept">Logarithm of the odds of being bad where every weight is 0.</param>
internal sealed record Card(double Intercept, ImmutableArray<CardRule> Rules)
{
    public static Card Of(EntityTable table, double intercept, IEnumerable<FittedRule> rules) => new(
        intercept,
        [.. rules.Select(rule => new CardRule(
            rule.Column.Column,
            table.Columns[rule.Column.Column],
            rule.Weight[0],
            [.. rule.Banding.Starts.Select((start, band) => new CardBand(rule.Column.From(start), rule.Weight[band + 1]))]))]);

    /// <summary>Logarithm of the odds of being bad.</summary>
    public double LogOddsOf(EntityTable table, int row) => Intercept + Rules.Sum(rule => rule.WeightOf(table.Column(rule.Column)[row]));
}

/// <param name="Column">Its index in the table.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Absent">Weight where there is no value.</param>
/// <param name="Bands">Ascending; the first has no lower bound. Empty only where no row of the training had a value.</param>
internal sealed record CardRule(int Column, string Name, double Absent, ImmutableArray<CardBand> Bands)
{
    public double WeightOf(long quantity) => quantity == EntityTable.Missing ? Absent : Bands[BandOf(quantity)].Weight;

    /// <summary>The band of a quantity, from 0.</summary>
    public int BandOf(long quantity)
    {
        var band = Bands.Length - 1;
        while (Bands[band].From > quantity)
        {
            band--;
        }

        return band;
    }
}

/// <param name="From">Smallest quantity of the band; null for the first.</param>
/// <param name="Weight">Added to the logarithm of the odds of being bad.</param>
internal sealed record CardBand(long? From, double Weight);
