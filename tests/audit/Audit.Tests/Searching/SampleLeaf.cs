using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backbone.Audit.Tests.Searching;

/// <summary>Leaves as the log holds them: canonical JSON of nested ECS objects, made from flat names.</summary>
internal static class SampleLeaf
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 22, 0, 0, TimeSpan.Zero);

    /// <summary>An event that many seconds after <see cref="Start"/>. Values: string, string[], long, int, double, bool.</summary>
    public static string At(double seconds, params (string Name, object Value)[] fields) => Of([("@timestamp", Time(seconds)), .. fields]);

    public static string Of(params (string Name, object Value)[] fields)
    {
        var root = new JsonObject();
        foreach (var (name, value) in fields.OrderBy(field => field.Name, StringComparer.Ordinal))
        {
            var path = name.Split('.');
            var place = root;
            foreach (var part in path[..^1])
            {
                place[part] ??= new JsonObject();
                place = place[part]!.AsObject();
            }

            place[path[^1]] = Node(value);
        }

        return Write(root);
    }

    public static string Time(double seconds) =>
        Start.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static JsonNode Node(object value) => value switch
    {
        string text => JsonValue.Create(text),
        string[] texts => new JsonArray([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double real => JsonValue.Create(real),
        bool truth => JsonValue.Create(truth),
        _ => throw new ArgumentException(value.GetType().Name, nameof(value)),
    };

    private static string Write(JsonObject root)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            root.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
