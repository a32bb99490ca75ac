using System.Collections.Immutable;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Fitting;

/// <summary>What a fit is told with: the table, the validation, and each rule with what its bands hold.</summary>
internal sealed record FitReport(
    PolicyPack Pack, string Source, string Outcome, int Rows, int Bad, int Columns, FitOptions Options, Validation Validation, ImmutableArray<RuleReport> Rules)
{
    public static FitReport Of(PolicyPack pack, Card card, EntityTable table, string outcome, FitOptions how, Validation validation) => new(
        pack, pack.Basis, outcome, table.Rows, table.CountBad(), table.Columns.Count, how, validation,
        [.. pack.Rules.Select((rule, index) => RuleOf(rule, card.Rules[index], table))]);

    private static RuleReport RuleOf(Rule rule, CardRule card, EntityTable table)
    {
        var (rows, bad) = (new int[card.Bands.Length + 1], new int[card.Bands.Length + 1]);
        var quantities = table.Column(card.Column);
        for (var row = 0; row < quantities.Length; row++)
        {
            var band = quantities[row] == EntityTable.Missing ? 0 : 1 + card.BandOf(quantities[row]);
            rows[band]++;
            bad[band] += table.Bad[row] ? 1 : 0;
        }

        var bads = bad.Sum();
        BandReport Band(int place, long? from, long? to, Number points) => new(
            from, to, rows[place], bad[place], Evidence(bad[place], rows[place] - bad[place], bads, table.Rows - bads), (int)points.Literal);
        ImmutableArray<BandReport> bands =
        [
            .. rule.Bands.Select((band, index) => Band(
                index + 1, band.From?.Literal, index + 1 < rule.Bands.Length ? rule.Bands[index + 1].From?.Literal : null, band.Points)),
        ];
        return new(rule.Id, card.Name, bands, Band(0, null, null, rule.Absent));
    }

    /// <summary>Weight of evidence, half a row added on either side; 0 where there is no row.</summary>
    private static double Evidence(int bad, int good, int bads, int goods) =>
        bad + good == 0 ? 0 : Math.Log((good + 0.5) / (goods + 0.5) / ((bad + 0.5) / (bads + 0.5)));
}

/// <param name="Column">The column's name in the file.</param>
/// <param name="Absent">Rows without a value.</param>
internal sealed record RuleReport(string Id, string Column, ImmutableArray<BandReport> Bands, BandReport Absent);

/// <summary>From a quantity to below another, in millionths of the column's unit.</summary>
/// <param name="Evidence">Weight of evidence of the band by itself: above 0 better than the whole. Points differ from it, since the rules share what they say alike.</param>
internal sealed record BandReport(long? From, long? To, int Rows, int Bad, double Evidence, int Points);
