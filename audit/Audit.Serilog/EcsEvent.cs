using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Serilog.Events;

namespace Backbone.Audit.Serilog;

/// <summary>
/// A Serilog event as the audit log takes it. Properties whose name has a dot are fields of the event, word for word
/// (<c>ForContext("event.action", "file-read")</c>): one that the log does not know makes it refuse the event. All other properties are
/// part of the rendered message and nothing else.
/// </summary>
internal static class EcsEvent
{
    private const string Id = "event.id";

    /// <summary>One line of NDJSON. The id is the event's own or a new one: however often the line is sent, the event is there once.</summary>
    public static byte[] Write(LogEvent logEvent)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            var fields = logEvent.Properties.Where(property => property.Key.Contains('.', StringComparison.Ordinal)).ToList();
            var given = fields.Select(property => property.Key).ToHashSet(StringComparer.Ordinal);
            json.WriteStartObject();
            Text("@timestamp", logEvent.Timestamp.ToString("O", CultureInfo.InvariantCulture));
            Text(Id, Guid.CreateVersion7().ToString("D"));
            Text("message", logEvent.RenderMessage(CultureInfo.InvariantCulture));
            Text("log.level", logEvent.Level.ToString().ToLowerInvariant());
            Text("log.logger", Scalar(logEvent, "SourceContext"));
            Text("host.name", Scalar(logEvent, "MachineName"));
            Text("trace.id", logEvent.TraceId?.ToHexString());
            Text("span.id", logEvent.SpanId?.ToHexString());
            Text("error.type", logEvent.Exception?.GetType().FullName);
            Text("error.message", logEvent.Exception?.Message);
            foreach (var (name, value) in fields)
            {
                Write(json, name, value);
            }

            json.WriteEndObject();

            void Text(string name, string? value)
            {
                if (!string.IsNullOrEmpty(value) && !given.Contains(name))
                {
                    json.WriteString(name, value);
                }
            }
        }

        return output.WrittenSpan.ToArray();
    }

    private static string? Scalar(LogEvent logEvent, string name) =>
        logEvent.Properties.TryGetValue(name, out var value) && value is ScalarValue { Value: string text } ? text : null;

    private static void Write(Utf8JsonWriter json, string name, LogEventPropertyValue value)
    {
        json.WritePropertyName(name);
        if (value is SequenceValue list)
        {
            json.WriteStartArray();
            foreach (var item in list.Elements)
            {
                WriteValue(json, item);
            }

            json.WriteEndArray();
        }
        else
        {
            WriteValue(json, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, LogEventPropertyValue value)
    {
        switch ((value as ScalarValue)?.Value)
        {
            case null when value is ScalarValue: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case byte or sbyte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(((ScalarValue)value).Value, CultureInfo.InvariantCulture));
                break;
            case ulong large: json.WriteNumberValue(large); break;
            case decimal real: json.WriteNumberValue(real); break;
            case float real when float.IsFinite(real): json.WriteNumberValue(real); break;
            case double real when double.IsFinite(real): json.WriteNumberValue(real); break;
            case DateTimeOffset time: json.WriteStringValue(time.ToString("O", CultureInfo.InvariantCulture)); break;
            case string text: json.WriteStringValue(text); break;
            case IFormattable other: json.WriteStringValue(other.ToString(null, CultureInfo.InvariantCulture)); break;
            default: json.WriteStringValue(value.ToString("l", CultureInfo.InvariantCulture)); break;
        }
    }
}
