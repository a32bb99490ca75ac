using System.Globalization;
using System.Text.Json;
using Backbone.Credit.Codes;
using Backbone.Platform;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Facts;

/// <summary>
/// The fields of one fact as JSON has them: every one known, each with its bound. A fault is noted and reading goes on, so that a sender learns
/// all of them at once. No value that may be a person's number is repeated.
/// </summary>
internal sealed class FactDocument
{
    private const int LongestShown = 60;

    private static readonly string[] Known =
    [
        "key", "kind", "about", "entity", "type", "class", "excluded", "amount", "value", "document", "authority", "basis", "decided", "behaviourEnd",
        "validFrom", "validTo", "from", "reason",
    ];

    private readonly Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);

    private FactDocument()
    {
    }

    public List<FactViolation> Violations { get; } = [];

    /// <summary>Reads a JSON object; one that is none has one violation and no field.</summary>
    public static FactDocument Read(ReadOnlyMemory<byte> json) => Read(json, Known);

    /// <param name="json">One object.</param>
    /// <param name="known">The fields it may have.</param>
    public static FactDocument Read(ReadOnlyMemory<byte> json, string[] known)
    {
        var document = new FactDocument();
        try
        {
            using var parsed = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 3 });
            if (parsed.RootElement.ValueKind != JsonValueKind.Object)
            {
                document.Violations.Add(new("", new("JSON 对象", "a JSON object"), parsed.RootElement.ValueKind.ToString()));
                return document;
            }

            foreach (var property in parsed.RootElement.EnumerateObject())
            {
                if (!document.fields.TryAdd(property.Name, property.Value.Clone()))
                {
                    document.Fail(property.Name, new("每个字段只出现一次", "each field once"), "twice");
                }
                else if (Array.IndexOf(known, property.Name) < 0)
                {
                    var names = string.Join(", ", known);
                    document.Fail(property.Name, new("只用已知字段：" + names, "known fields only: " + names), "");
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The latter for a name with half a surrogate pair.
            document.Violations.Add(new("", new("UTF-8 编码的 JSON 对象", "a JSON object in UTF-8"), ""));
        }

        return document;
    }

    public bool Has(string field) => fields.TryGetValue(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public void Fail(string field, Bilingual rule, string value) =>
        Violations.Add(new(field.Length <= LongestShown ? field : field[..LongestShown], rule, PersonsNumber.IsIn(value) ? "" : value.Length <= LongestShown ? value : value[..LongestShown] + "…"));

    /// <summary>A text on one line that holds no person's number; "" when it is none.</summary>
    public string Text(string field, int longest)
    {
        if (!Has(field))
        {
            Fail(field, new($"必填，1～{longest} 个字符", $"required, 1–{longest} characters"), "");
            return "";
        }

        var text = StringOf(field)?.Trim();
        if (text is null || text.Length == 0 || text.Length > longest || text.Any(char.IsControl))
        {
            Fail(field, new($"1～{longest} 个字符，不换行", $"1–{longest} characters on one line"), text ?? fields[field].ValueKind.ToString());
            return "";
        }

        if (PersonsNumber.IsIn(text))
        {
            Fail(field, new("不得含公民身份号码：这里不记录自然人的任何信息", "no resident identity number: nothing of natural persons is recorded here"), "");
            return "";
        }

        return text;
    }

    public string OptionalText(string field, int longest) => Has(field) ? Text(field, longest) : "";

    /// <summary>A date that a score can be made of.</summary>
    public DateOnly? Date(string field) => Date(field, Scoring.Time.Day.First, Scoring.Time.Day.Last);

    public DateOnly? Date(string field, DateOnly first, DateOnly last)
    {
        if (Has(field)
            && DateOnly.TryParseExact(StringOf(field), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date >= first && date <= last)
        {
            return date;
        }

        if (Has(field))
        {
            Fail(field, new($"{first:O} 至 {last:O} 之间的日期，写作 yyyy-mm-dd", $"a date from {first:O} to {last:O}, yyyy-mm-dd"), Shown(field));
        }

        return null;
    }

    /// <summary>A number with at most as many decimals as the scale has zeros, times the scale.</summary>
    public long Quantity(string field, long scale)
    {
        if (fields[field].ValueKind == JsonValueKind.Number && fields[field].TryGetDecimal(out var number)
            && Math.Abs(number) <= Scoring.Facts.ScoredFact.LargestQuantity / (decimal)scale && number * scale == decimal.Truncate(number * scale))
        {
            return (long)(number * scale);
        }

        var most = Scoring.Facts.ScoredFact.LargestQuantity / scale;
        Fail(field, new($"±{most} 以内的数，最小单位 1/{scale}", $"a number within ±{most} in steps of 1/{scale}"), Shown(field));
        return 0;
    }

    public EntityCode Entity()
    {
        var text = Has("entity") ? StringOf("entity") ?? "" : "";
        var reading = EntityCode.Read(text);
        if (reading.Fault != EntityCodeFault.None)
        {
            // The code is given back only where it is surely no person's: neither an identity number nor a sole trader's code.
            var shown = reading.Fault is EntityCodeFault.ResidentIdentityNumber or EntityCodeFault.NaturalPerson ? "" : text;
            var (reason, words) = (JsonNamingPolicy.KebabCaseLower.ConvertName(reading.Fault.ToString()), CodeWords.Of(reading));
            Violations.Add(new("entity", new(words.Zh, $"{reason}: {words.En}"), PersonsNumber.IsIn(shown) ? "" : shown.Length <= LongestShown ? shown : ""));
        }

        return reading.Code;
    }

    private string Shown(string field) => StringOf(field) ?? (fields[field].ValueKind == JsonValueKind.Number ? fields[field].GetRawText() : fields[field].ValueKind.ToString());

    /// <summary>Null for what is no text, or holds half a surrogate pair, which no store could give back.</summary>
    private string? StringOf(string field)
    {
        try
        {
            return fields[field].ValueKind == JsonValueKind.String ? fields[field].GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
