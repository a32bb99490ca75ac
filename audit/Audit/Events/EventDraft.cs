using System.Collections.Immutable;
using System.Text.Json;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Events;

/// <summary>A value as a sender wrote it.</summary>
/// <param name="Kind">String, Number, True, False or Array.</param>
/// <param name="Text">The text, or the number word for word.</param>
internal readonly record struct DraftValue(JsonValueKind Kind, string Text)
{
    public ImmutableArray<DraftValue> Items { get; init; } = [];

    public static DraftValue Of(string text) => new(JsonValueKind.String, text);

    public static DraftValue Of(long number) => new(JsonValueKind.Number, number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static DraftValue Of(IEnumerable<string> texts) => new(JsonValueKind.Array, "") { Items = [.. texts.Select(Of)] };
}

/// <summary>What a sender wants to be an event, before any rule: flat names and values. Every way in ends in one of these.</summary>
internal sealed class EventDraft
{
    /// <summary>More is refused as a whole: no event of this log comes near.</summary>
    public const int MostFields = 256;

    /// <summary>More are counted and not listed.</summary>
    private const int MostViolations = 16;

    private const int LongestQuote = 64;

    public SortedDictionary<string, DraftValue> Fields { get; } = new(StringComparer.Ordinal);

    public List<FieldViolation> Violations { get; } = [];

    public void Set(string name, DraftValue value)
    {
        if (Fields.Count >= MostFields)
        {
            Refuse("event", $"at most {MostFields} fields", "more");
        }
        else if (!Fields.TryAdd(name, value))
        {
            Refuse(name, "given once", "given twice");
        }
    }

    public void Set(string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            Set(name, DraftValue.Of(text));
        }
    }

    /// <summary>Notes what is wrong; what the sender wrote is quoted in part, so that an answer stays small.</summary>
    public void Refuse(string field, string rule, string value)
    {
        if (Violations.Count < MostViolations)
        {
            Violations.Add(new FieldViolation(Quote(field), rule, Quote(value)));
        }
    }

    private static string Quote(string text)
    {
        var kept = text.Length <= LongestQuote ? text : text[..(LongestQuote - 1)] + "…";
        return string.Create(kept.Length, kept, static (span, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                span[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? '\ufffd' : from[i];
            }
        });
    }
}
