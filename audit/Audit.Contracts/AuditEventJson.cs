using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Backbone.Platform;

namespace Backbone.Audit.Contracts;

/// <summary>
/// The stored form of an <see cref="AuditEvent"/>: nested ECS JSON in the canonical form of RFC 8785, UTF-8. The same event gives the
/// same bytes; these bytes are the record and later the leaf of the Merkle tree.
/// </summary>
public static class AuditEventJson
{
    /// <summary><c>ecs.version</c>.</summary>
    public const string EcsVersion = "9.4.0";

    /// <summary>The largest encoded event: the uint16 length of an entry in a tlog-tiles bundle.</summary>
    public const int MaxBytes = 65_535;

    /// <summary>
    /// Text values longer than this (UTF-16 units; ECS keywords have <c>ignore_above: 1024</c>) are cut and say so, since some
    /// (<see cref="AuditEvent.ClientId"/>) come from callers who are not yet known and must not be able to make an append fail.
    /// </summary>
    public const int MaxValueLength = 1024;

    /// <summary>
    /// UTF-8 bytes of the values of one list: of a longer one the first are kept, and the last says how many more there were. Who writes of things that
    /// may be thousands names some, and adds their number and a digest of all.
    /// </summary>
    public const int MaxListBytes = 12_288;

    /// <summary>The largest whole number, either way: beyond it RFC 8785's numbers (IEEE 754) are no longer exact.</summary>
    public const long MaxNumber = (1L << 53) - 1;

    /// <summary>Whether <see cref="AuditEvent.Details"/> may hold the field: of the closed own set, and without a property of its own.</summary>
    public static bool IsDetail(string name) => EcsFields.IsDetail(name);

    /// <summary>The canonical bytes of the event: what an outbox keeps, so that nothing waits there which the log would never take.</summary>
    /// <exception cref="ArgumentException">
    /// A name in <see cref="AuditEvent.Details"/> is outside the own closed set, category and type are not those of ECS, or more than <see cref="MaxBytes"/>.
    /// </exception>
    public static byte[] Encode(AuditEvent auditEvent)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        Write(auditEvent, output);
        return output.WrittenCount <= MaxBytes
            ? output.WrittenSpan.ToArray()
            : throw new ArgumentException($"{auditEvent.Action}: at most {MaxBytes} bytes encoded, has {output.WrittenCount}", nameof(auditEvent));
    }

    /// <summary>Writes the canonical bytes of the event, however many they are.</summary>
    /// <exception cref="ArgumentException">A name in <see cref="AuditEvent.Details"/> is outside the own closed set, or category and type are not those of ECS.</exception>
    public static void Write(AuditEvent auditEvent, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        ArgumentNullException.ThrowIfNull(output);
        EcsFields.Write(auditEvent, output);
    }

    /// <summary>Reads an event back. Fields this version does not know are left out.</summary>
    /// <exception cref="FormatException">Not an event: not JSON, a required field missing or of the wrong form.</exception>
    public static AuditEvent Decode(ReadOnlyMemory<byte> json)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var lists = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            Flatten("", document.RootElement, texts, lists);
        }
        catch (JsonException e)
        {
            throw new FormatException($"an audit event is not JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"an audit event holds text that is not UTF-8: {e.Message}", e);
        }

        return new AuditEvent
        {
            Id = new EventId(Uuid(Required("event.id"))),
            Timestamp = Time(Required("@timestamp")),
            Action = Required("event.action"),
            Category = List("event.category"),
            Type = List("event.type"),
            Outcome = Outcome(Required("event.outcome")),
            Reason = texts.GetValueOrDefault("event.reason"),
            Module = Required("event.module"),
            Subject = Own("user.id") is { } user ? new SubjectId(user) : null,
            Target = Own("user.target.id") is { } target ? new SubjectId(target) : null,
            Session = Own(EcsFields.Session) is { } session ? new SessionId(session) : null,
            ClientId = texts.GetValueOrDefault(EcsFields.Client),
            SourceCommitment = texts.GetValueOrDefault("source.address"),
            TraceId = texts.GetValueOrDefault("trace.id"),
            Details = texts.Concat(lists.Select(list => KeyValuePair.Create(list.Key, string.Join(EcsFields.Separator, list.Value))))
                .Where(field => EcsFields.IsDetail(field.Key)).ToImmutableSortedDictionary(StringComparer.Ordinal),
        };

        // A partner's ids are its own; only the backbone's are UUIDs.
        Guid? Own(string name)
        {
            return Guid.TryParseExact(texts.GetValueOrDefault(name), "D", out var id) ? id : null;
        }

        string Required(string name)
        {
            return texts.GetValueOrDefault(name) ?? throw new FormatException($"an audit event has no {name}");
        }

        ImmutableArray<string> List(string name)
        {
            return lists.TryGetValue(name, out var values) ? values : throw new FormatException($"an audit event has no {name}");
        }
    }

    private static void Flatten(
        string prefix, JsonElement element, Dictionary<string, string> texts, Dictionary<string, ImmutableArray<string>> lists)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("an audit event is not a JSON object");
        }

        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Flatten(name + ".", property.Value, texts, lists);
                    break;
                case JsonValueKind.Number:
                    texts[name] = property.Value.GetRawText();
                    break;
                case JsonValueKind.String:
                    texts[name] = property.Value.GetString()!;
                    break;
                case JsonValueKind.Array when property.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String):
                    lists[name] = [.. property.Value.EnumerateArray().Select(item => item.GetString()!)];
                    break;
            }
        }
    }

    private static Guid Uuid(string text)
    {
        return Guid.TryParseExact(text, "D", out var value) ? value : throw new FormatException($"\"{text}\" is not a UUID");
    }

    private static DateTimeOffset Time(string text)
    {
        return DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
            ? value
            : throw new FormatException($"\"{text}\" is not a time");
    }

    private static AuditOutcome Outcome(string text)
    {
        return text switch
        {
            "success" => AuditOutcome.Success,
            "failure" => AuditOutcome.Failure,
            "unknown" => AuditOutcome.Unknown,
            _ => throw new FormatException($"\"{text}\" is not an outcome"),
        };
    }
}
