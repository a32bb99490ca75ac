using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Events;

/// <summary>The rules of one field: its type, its form, its bounds. Every refusal names field, rule and value.</summary>
internal static class EventRules
{
    /// <summary>Values of one list.</summary>
    public const int MostValues = 64;

    /// <summary>UTF-16 units of a keyword (ECS <c>ignore_above</c>).</summary>
    public const int LongestKeyword = AuditEventJson.MaxValueLength;

    /// <summary>UTF-16 units of a free text.</summary>
    public const int LongestText = 16_384;

    /// <summary>The value in its type, or null after the refusal was noted.</summary>
    public static LeafValue? Typed(EventField field, DraftValue value, EventDraft draft)
    {
        if (field.IsList)
        {
            var items = value.Kind == JsonValueKind.Array ? value.Items : [value];
            if (items.Length > MostValues)
            {
                draft.Refuse(field.Name, $"at most {MostValues} values", $"{items.Length} or more");
                return null;
            }

            var texts = ImmutableArray.CreateBuilder<string>(items.Length);
            foreach (var item in items)
            {
                if (Text(field, item, LongestKeyword, draft) is not { } text)
                {
                    return null;
                }

                texts.Add(text);
            }

            return new LeafValue(field.Name) { Values = texts.MoveToImmutable() };
        }

        if (value.Kind == JsonValueKind.Array)
        {
            draft.Refuse(field.Name, "one value", "a list");
            return null;
        }

        return field.Type switch
        {
            FieldType.Keyword => Text(field, value, LongestKeyword, draft) is { } text ? new LeafValue(field.Name) { Text = text } : null,
            FieldType.Text => Text(field, value, LongestText, draft) is { } text ? new LeafValue(field.Name) { Text = text } : null,
            FieldType.Date => Date(field, value, draft),
            FieldType.Number => Number(field, value, draft),
            FieldType.Real => Real(field, value, draft),
            FieldType.Ip => Ip(field, value, draft),
            _ => Flag(field, value, draft),
        };
    }

    private static string? Text(EventField field, DraftValue value, int longest, EventDraft draft)
    {
        if (value.Kind != JsonValueKind.String)
        {
            draft.Refuse(field.Name, "a text", value.Text);
        }
        else if (value.Text.Length is 0 || value.Text.Length > longest)
        {
            draft.Refuse(field.Name, $"1 to {longest} characters", $"{value.Text.Length} characters");
        }
        else if (field.Type == FieldType.Keyword && value.Text.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            draft.Refuse(field.Name, "no control characters", value.Text);
        }
        else
        {
            return value.Text;
        }

        return null;
    }

    private static LeafValue? Date(EventField field, DraftValue value, EventDraft draft)
    {
        if (value.Kind == JsonValueKind.String && Rfc3339.TryParse(value.Text, out var time))
        {
            return new LeafValue(field.Name) { Time = time };
        }

        draft.Refuse(field.Name, "a time of RFC 3339 with its offset", value.Text);
        return null;
    }

    private static LeafValue? Number(EventField field, DraftValue value, EventDraft draft)
    {
        if (value.Kind == JsonValueKind.Number
            && long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number is >= -AuditEventJson.MaxNumber and <= AuditEventJson.MaxNumber)
        {
            return new LeafValue(field.Name) { Number = number };
        }

        draft.Refuse(field.Name, $"a whole number of at most {AuditEventJson.MaxNumber} either way", value.Text);
        return null;
    }

    private static LeafValue? Real(EventField field, DraftValue value, EventDraft draft)
    {
        if (value.Kind == JsonValueKind.Number
            && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
        {
            return new LeafValue(field.Name) { Real = real };
        }

        draft.Refuse(field.Name, "a finite number", value.Text);
        return null;
    }

    private static LeafValue? Ip(EventField field, DraftValue value, EventDraft draft)
    {
        if (value.Kind == JsonValueKind.String && Address(value.Text) is { } address)
        {
            return new LeafValue(field.Name) { Text = address };
        }

        draft.Refuse(field.Name, "an IPv4 or IPv6 address", value.Text);
        return null;
    }

    private static LeafValue? Flag(EventField field, DraftValue value, EventDraft draft)
    {
        if (value.Kind is JsonValueKind.True or JsonValueKind.False)
        {
            return new LeafValue(field.Name) { Flag = value.Kind == JsonValueKind.True };
        }

        draft.Refuse(field.Name, "true or false", value.Text);
        return null;
    }

    /// <summary>The address in one form for each (RFC 5952; IPv4 in IPv6 as IPv4), or null. "1.2" and "017.1.1.1" are no addresses.</summary>
    public static string? Address(string text)
    {
        if (text.Length > 64 || text.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var canonical = address.ToString();
        return text.Contains(':', StringComparison.Ordinal) || canonical == text ? canonical : null;
    }
}
