using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Backbone.Audit.Receiving.Otlp;

/// <summary>
/// ExportLogsServiceRequest in JSON: the protobuf mapping with the exceptions of OTLP (ids in hex, enums as numbers, names in lower camel
/// case only). 64-bit numbers come as numbers or as texts. Names this version does not know are passed over.
/// </summary>
internal static class OtlpJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <exception cref="OtlpFormatException">Also while the answer is enumerated: it is no such document.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> request)
    {
        try
        {
            return JsonDocument.Parse(request, Strict);
        }
        catch (JsonException wrong)
        {
            throw new OtlpFormatException($"the body is not JSON of at most {Strict.MaxDepth} levels with each name once, at byte {wrong.BytePositionInLine ?? 0}");
        }
    }

    /// <inheritdoc cref="OtlpProtobuf.Read"/>
    public static IEnumerable<OtlpLog> Read(JsonDocument request)
    {
        foreach (var resourceLogs in List(Object(request.RootElement), "resourceLogs"))
        {
            var resource = Find(resourceLogs, "resource") is { } one ? Attributes(List(Object(one), "attributes"), 0) : [];
            foreach (var scopeLogs in List(resourceLogs, "scopeLogs"))
            {
                var scope = Find(scopeLogs, "scope") is { } named ? Text(Object(named), "name") : null;
                foreach (var record in List(scopeLogs, "logRecords"))
                {
                    yield return new OtlpLog
                    {
                        Resource = resource,
                        Scope = scope,
                        Time = Nanoseconds(record, "timeUnixNano"),
                        Observed = Nanoseconds(record, "observedTimeUnixNano"),
                        Severity = Find(record, "severityNumber") is { } severity ? Whole(severity) : 0,
                        SeverityText = Text(record, "severityText"),
                        EventName = Text(record, "eventName"),
                        Body = Find(record, "body") is { } body ? Value(Object(body), 0) : null,
                        Attributes = Attributes(List(record, "attributes"), 0),
                        Trace = Id(record, "traceId"),
                        Span = Id(record, "spanId"),
                    };
                }
            }
        }
    }

    private static ImmutableArray<OtlpAttribute> Attributes(IEnumerable<JsonElement> list, int depth) =>
        [.. list.Take(OtlpValue.MostKept).Select(one =>
            new OtlpAttribute(Text(one, "key") ?? "", Find(one, "value") is { } value ? Value(Object(value), depth) : new OtlpValue.Other()))];

    private static OtlpValue Value(JsonElement value, int depth)
    {
        if (depth == OtlpValue.Deepest)
        {
            throw new OtlpFormatException($"values are more than {OtlpValue.Deepest} levels deep");
        }

        if (Text(value, "stringValue") is { } text)
        {
            return new OtlpValue.Text(text);
        }

        if (Find(value, "boolValue") is { } flag)
        {
            return flag.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? new OtlpValue.Flag(flag.ValueKind == JsonValueKind.True)
                : throw new OtlpFormatException("boolValue is not true or false");
        }

        if (Find(value, "intValue") is { } whole)
        {
            return new OtlpValue.Integer(Whole(whole));
        }

        if (Find(value, "doubleValue") is { } real)
        {
            return new OtlpValue.Real(Real(real));
        }

        if (Find(value, "arrayValue") is { } array)
        {
            return new OtlpValue.Items([.. List(Object(array), "values").Take(OtlpValue.MostKept).Select(item => Value(item, depth + 1))]);
        }

        return Find(value, "kvlistValue") is { } map
            ? new OtlpValue.Map(Attributes(List(Object(map), "values"), depth + 1))
            : new OtlpValue.Other();
    }

    private static JsonElement Object(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element : throw new OtlpFormatException($"an object is needed, not {element.ValueKind}");

    /// <summary>Null is the same as not given.</summary>
    private static JsonElement? Find(JsonElement from, string name) =>
        from.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>Objects of a list; none when it is not given.</summary>
    private static IEnumerable<JsonElement> List(JsonElement from, string name)
    {
        if (Find(from, name) is not { } list)
        {
            yield break;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new OtlpFormatException($"{name} is not a list");
        }

        foreach (var item in list.EnumerateArray())
        {
            yield return Object(item);
        }
    }

    private static string? Text(JsonElement from, string name)
    {
        if (Find(from, name) is not { } text)
        {
            return null;
        }

        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Another kind of value, or text that is not Unicode.
            throw new OtlpFormatException($"{name} is not a text");
        }
    }

    private static ulong Nanoseconds(JsonElement from, string name) => Find(from, name) is not { } time ? 0
        : ulong.TryParse(time.ValueKind == JsonValueKind.String ? Text(from, name) : time.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new OtlpFormatException($"{name} is not a whole number");

    private static long Whole(JsonElement number) =>
        long.TryParse(Raw(number), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new OtlpFormatException("a whole number is needed");

    private static double Real(JsonElement number) =>
        double.TryParse(Raw(number), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new OtlpFormatException("a number is needed");

    private static string Raw(JsonElement number) => number.GetRawText().Trim('"');

    /// <summary>Hex of either case; none and empty are the same.</summary>
    private static string? Id(JsonElement from, string name) => Text(from, name) switch
    {
        null or "" => null,
        { Length: 16 or 32 } id when id.All(char.IsAsciiHexDigit) => id.ToLowerInvariant(),
        _ => throw new OtlpFormatException($"{name} is not 16 or 32 hex digits"),
    };
}
