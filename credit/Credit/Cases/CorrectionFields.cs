using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Cases;

/// <summary>
/// The content of a fact as texts of a form, and back as a program would send it, so that a correction by staff passes the same reader. Amounts are in the
/// unit of the catalogue.
/// </summary>
internal static class CorrectionFields
{
    /// <summary>In the order of the form.</summary>
    public static IEnumerable<string> Names(CatalogueType type) =>
    [
        .. type.Classes.IsEmpty ? (string[])[] : ["class"],
        .. type.Measure is null ? (string[])[] : [type.Measure.Values.IsEmpty ? "amount" : "value"],
        "document", "authority", "basis", "decided", "behaviourEnd", "validFrom", "validTo",
    ];

    public static Dictionary<string, string> Of(FactContent content, CatalogueType type)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["class"] = content.Class == SeverityClass.None ? "" : content.Class.ToString().ToLowerInvariant(),
            ["amount"] = type.Measure is { Values.IsEmpty: true } measure ? (content.Quantity / (decimal)measure.Scale).ToString(CultureInfo.InvariantCulture) : "",
            ["value"] = type.Measure is { Values: { IsEmpty: false } values } && content.Quantity < values.Length ? values[(int)content.Quantity] : "",
            ["document"] = content.Document,
            ["authority"] = content.Authority,
            ["basis"] = content.Basis,
            ["decided"] = Iso(content.Dates.Decided),
            ["behaviourEnd"] = Iso(content.Dates.BehaviourEnd),
            ["validFrom"] = Iso(content.Dates.ValidFrom),
            ["validTo"] = Iso(content.Dates.ValidTo),
        };
        return Names(type).ToDictionary(name => name, name => all[name], StringComparer.Ordinal);
    }

    /// <summary>The whole record that <see cref="Facts.ReadDraft"/> reads; what is empty is left out. The exclusion stays as it is.</summary>
    public static string Write(CaseRow row, CatalogueType type, FactContent now, IReadOnlyDictionary<string, string> fields)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("key", row.Id.ToString("N"));
            json.WriteString("about", row.Fact.ToString("D"));
            json.WriteString("kind", "correction");
            json.WriteString("reason", "-");
            json.WriteString("entity", row.Entity);
            json.WriteString("type", type.Type.Code);
            if (now.Exclusion != ExclusionReason.None)
            {
                json.WriteString("excluded", now.Exclusion == ExclusionReason.SummaryProcedure ? "summary-procedure" : "minor-harm-removed");
            }

            foreach (var name in Names(type))
            {
                var text = fields.GetValueOrDefault(name, "").Trim();
                if (text.Length == 0)
                {
                    continue;
                }

                if (name == "amount" && decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount))
                {
                    json.WriteNumber(name, amount);
                }
                else
                {
                    json.WriteString(name, text);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Iso(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
