using System.Text.Json;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Console;

// Public only because generated page classes are, and their parameters must be as visible as they.

/// <summary>One record as a page shows it; <see cref="Event"/> is null when this version cannot interpret it.</summary>
public sealed record EventRow(long Index, AuditEvent? Event, byte[] Json)
{
    internal static EventRow Of(LogRecord record)
    {
        try
        {
            return new EventRow(record.Index, AuditEventJson.Decode(record.Payload), record.Payload);
        }
        catch (FormatException)
        {
            return new EventRow(record.Index, null, record.Payload);
        }
    }

    /// <summary>Reads the events from the log itself, in the order given: an index only says where they are.</summary>
    internal static IEnumerable<EventRow> Read(LogReader log, IEnumerable<long> indexes) =>
        indexes.SelectMany(index => log.Read(index, 1)).Select(Of);

    /// <summary>The values under a flat name, in the form they have in JSON; none when the event has no such field.</summary>
    public IReadOnlyList<string> Values(string field)
    {
        if (Document() is not { } place)
        {
            return [];
        }

        foreach (var part in field.Split('.'))
        {
            if (place.ValueKind != JsonValueKind.Object || !place.TryGetProperty(part, out place))
            {
                return [];
            }
        }

        return place.ValueKind switch
        {
            JsonValueKind.Array => [.. place.EnumerateArray().Select(Shown)],
            JsonValueKind.Object or JsonValueKind.Null => [],
            _ => [Shown(place)],
        };
    }

    /// <summary>Every field that stands in the event, in order of name, with its values.</summary>
    public IEnumerable<(string Field, IReadOnlyList<string> Values)> Fields() =>
        EventFields.All.Select(field => (field.Name, Values(field.Name))).Where(field => field.Item2.Count > 0);

    private JsonElement? Document()
    {
        try
        {
            return _document ??= JsonDocument.Parse(Json).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private JsonElement? _document;
}
