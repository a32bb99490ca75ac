using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Backbone.Audit.Events;

/// <summary>
/// Reads a JSON object into flat names. Nested and dotted names are the same (<c>{"user":{"id":1}}</c>, <c>{"user.id":1}</c>); a name given
/// twice, in whatever form, is refused, for two readers might believe different ones. Null is the same as not given.
/// </summary>
internal static class EventDocument
{
    /// <summary>Twice the largest event: white space and escapes are not kept.</summary>
    public const int MostBytes = 131_072;

    /// <summary>UTF-16 units of a name with all its dots; no field's comes near.</summary>
    public const int LongestName = 128;

    private const int Deepest = 8;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = Deepest, CommentHandling = JsonCommentHandling.Disallow };

    public static EventDraft Read(ReadOnlySpan<byte> json)
    {
        var draft = new EventDraft();
        if (json.Length > MostBytes)
        {
            draft.Refuse("event", $"at most {MostBytes} bytes as sent", $"{json.Length} bytes");
            return draft;
        }

        try
        {
            var reader = new Utf8JsonReader(json, Strict);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                draft.Refuse("event", "a JSON object", reader.TokenType.ToString());
                return draft;
            }

            ReadObject(ref reader, "", draft);
            if (reader.Read())
            {
                draft.Refuse("event", "one JSON object", "something after it");
            }
        }
        catch (JsonException failure)
        {
            draft.Refuse("event", $"JSON of at most {Deepest} levels, in UTF-8", $"not readable at byte {failure.BytePositionInLine ?? 0}");
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for text whose bytes or escapes are no Unicode.
            draft.Refuse("event", "JSON in UTF-8 without unpaired surrogates", "a text that is not Unicode");
        }

        return draft;
    }

    private static void ReadObject(ref Utf8JsonReader reader, string prefix, EventDraft draft)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = prefix + reader.GetString();
            reader.Read();
            if (name.Length > LongestName)
            {
                draft.Refuse(name, $"a name of at most {LongestName} characters", $"{name.Length} characters");
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadObject(ref reader, name + ".", draft);
            }
            else if (reader.TokenType == JsonTokenType.StartArray)
            {
                ReadList(ref reader, name, draft);
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                draft.Set(name, Scalar(ref reader));
            }
        }
    }

    private static void ReadList(ref Utf8JsonReader reader, string name, EventDraft draft)
    {
        var items = ImmutableArray.CreateBuilder<DraftValue>();
        var plain = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                plain = false;
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.Null && items.Count <= EventRules.MostValues)
            {
                items.Add(Scalar(ref reader));
            }
        }

        if (!plain)
        {
            draft.Refuse(name, "a list of plain values", "objects or lists in it");
        }
        else if (items.Count > 0)
        {
            draft.Set(name, new DraftValue(JsonValueKind.Array, "") { Items = items.ToImmutable() });
        }
    }

    private static DraftValue Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new DraftValue(JsonValueKind.String, reader.GetString()!),
        JsonTokenType.True => new DraftValue(JsonValueKind.True, "true"),
        JsonTokenType.False => new DraftValue(JsonValueKind.False, "false"),
        _ => new DraftValue(JsonValueKind.Number, Encoding.ASCII.GetString(reader.ValueSpan)),
    };
}
