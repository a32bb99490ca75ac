using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Backbone.Credit.Fitting;

/// <summary>The report for programs. Estimates have four decimals: what a machine's last bit changes stays out.</summary>
internal static class WriteReportJson
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(FitReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteNumber("format", 1);
            json.WriteString("pack", report.Pack.Id);
            json.WriteString("source", report.Source);
            json.WriteString("outcome", report.Outcome);
            json.WriteNumber("rows", report.Rows);
            json.WriteNumber("bad", report.Bad);
            json.WriteNumber("columns", report.Columns);
            Options(json, report.Options);
            Validation(json, report.Validation);
            json.WriteStartArray("rules");
            foreach (var rule in report.Rules)
            {
                Rule(json, rule);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void Options(Utf8JsonWriter json, FitOptions options)
    {
        json.WriteStartObject("options");
        json.WriteNumber("rules", options.Rules);
        json.WriteNumber("bands", options.MostBands);
        json.WriteNumber("leastShare", options.LeastShare);
        json.WriteNumber("caution", options.Caution);
        json.WriteNumber("bandCost", options.BandCost);
        json.WriteNumber("ruleCost", options.RuleCost);
        json.WriteNumber("ridge", options.Ridge);
        json.WriteEndObject();
    }

    private static void Validation(Utf8JsonWriter json, Validation validation)
    {
        json.WriteStartObject("validation");
        Interval(json, "auc", validation.Area);
        Interval(json, "gini", validation.Gini);
        Interval(json, "ks", validation.Distance);
        Interval(json, "captureAtTopTenth", validation.Capture);
        json.WriteStartArray("folds");
        foreach (var fold in validation.Folds)
        {
            json.WriteStartObject();
            json.WriteNumber("rows", fold.Rows);
            json.WriteNumber("bad", fold.Bad);
            json.WriteNumber("rules", fold.Rules);
            Interval(json, "auc", fold.Area);
            Number(json, "aucUnrounded", fold.AreaUnrounded);
            Number(json, "aucOfTraining", fold.AreaOfTraining);
            Number(json, "ks", fold.Distance);
            Number(json, "captureAtTopTenth", fold.Capture);
            Number(json, "psi", fold.Shift);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Rule(Utf8JsonWriter json, RuleReport rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("column", rule.Column);
        json.WriteStartArray("bands");
        foreach (var band in rule.Bands)
        {
            json.WriteStartObject();
            Bound(json, "from", band.From);
            Bound(json, "to", band.To);
            Counts(json, band);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("absent");
        Counts(json, rule.Absent);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Bound(Utf8JsonWriter json, string name, long? quantity)
    {
        if (quantity is { } some)
        {
            json.WriteNumber(name, some / (decimal)EntityTable.Unit);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Counts(Utf8JsonWriter json, BandReport band)
    {
        json.WriteNumber("rows", band.Rows);
        json.WriteNumber("bad", band.Bad);
        Number(json, "weightOfEvidence", band.Evidence);
        json.WriteNumber("points", band.Points);
    }

    private static void Interval(Utf8JsonWriter json, string name, Interval interval)
    {
        json.WriteStartObject(name);
        Number(json, "value", interval.Value);
        Number(json, "low", interval.Low);
        Number(json, "high", interval.High);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value) => json.WriteNumber(name, decimal.Round((decimal)value, 4));
}
