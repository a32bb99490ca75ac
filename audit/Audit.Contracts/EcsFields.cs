using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Contracts;

/// <summary>The fields of one <see cref="AuditEvent"/> as a flat list in order of name.</summary>
internal static class EcsFields
{
    public const string Client = "auth.client.id";
    public const string Session = "auth.session.id";

    /// <summary>Between the values of a detail that is a list.</summary>
    public const char Separator = '\n';

    /// <summary>One list per thread, reused: encoding is on the path of every request.</summary>
    [ThreadStatic]
    private static List<LeafValue>? scratch;

    /// <summary>The own objects of <see cref="EventFields"/>, without the names that have a property of their own.</summary>
    public static bool IsDetail(string name) => EventFields.Find(name) is { IsOwn: true } && name is not (Client or Session);

    public static void Write(AuditEvent auditEvent, IBufferWriter<byte> output)
    {
        if (EcsRules.Check(auditEvent.Category, auditEvent.Type) is { } violation)
        {
            throw new ArgumentException($"{auditEvent.Action}: {violation}");
        }

        var fields = scratch ??= new List<LeafValue>(32);
        try
        {
            Collect(auditEvent, fields);
            LeafWriter.Write(fields, output);
        }
        finally
        {
            fields.Clear();
        }
    }

    private static void Collect(AuditEvent e, List<LeafValue> fields)
    {
        fields.Add(new LeafValue("@timestamp") { Time = e.Timestamp });
        Add(fields, Client, e.ClientId);
        Add(fields, Session, e.Session?.Value);
        fields.Add(new LeafValue("ecs.version") { Text = AuditEventJson.EcsVersion });
        fields.Add(new LeafValue("event.action") { Text = Cut(e.Action) });
        fields.Add(new LeafValue("event.category") { Values = e.Category });
        Add(fields, "event.id", e.Id.Value);
        fields.Add(new LeafValue("event.kind") { Text = "event" });
        fields.Add(new LeafValue("event.module") { Text = Cut(e.Module) });
        fields.Add(new LeafValue("event.outcome") { Text = NameOf(e.Outcome) });
        Add(fields, "event.reason", e.Reason);
        fields.Add(new LeafValue("event.type") { Values = e.Type });
        Add(fields, "source.address", e.SourceCommitment);
        Add(fields, "trace.id", e.TraceId);
        Add(fields, "user.id", e.Subject?.Value);
        Add(fields, "user.target.id", e.Target?.Value);
        foreach (var (name, value) in e.Details)
        {
            Insert(fields, Detail(name, value));
        }
    }

    private static void Add(List<LeafValue> fields, string name, string? text)
    {
        if (text is not null)
        {
            fields.Add(new LeafValue(name) { Text = Cut(text) });
        }
    }

    private static void Add(List<LeafValue> fields, string name, Guid? id)
    {
        if (id is { } value)
        {
            fields.Add(new LeafValue(name) { Id = value });
        }
    }

    private static LeafValue Detail(string name, string value)
    {
        if (EventFields.Find(name) is not { IsOwn: true } field || name is Client or Session)
        {
            throw new ArgumentException($"Details: the name \"{name}\" is not of the closed own set (EventFields), or has a property of its own");
        }

        return field switch
        {
            { IsList: true } => new LeafValue(name) { Values = Listed(value.Split(Separator)) },
            { Type: FieldType.Number } => new LeafValue(name) { Number = NumberOf(name, value) },
            { Type: FieldType.Date } => new LeafValue(name) { Time = TimeOf(name, value) },
            _ => new LeafValue(name) { Text = Cut(value) },
        };
    }

    private static ImmutableArray<string> Listed(string[] values)
    {
        var kept = ImmutableArray.CreateBuilder<string>(values.Length);
        var bytes = 0;
        foreach (var value in values)
        {
            var cut = Cut(value);
            bytes += Encoding.UTF8.GetByteCount(cut);
            if (bytes > AuditEventJson.MaxListBytes)
            {
                kept.Add(string.Create(CultureInfo.InvariantCulture, $"… and {values.Length - kept.Count} more"));
                break;
            }

            kept.Add(cut);
        }

        return kept.DrainToImmutable();
    }

    private static long NumberOf(string name, string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && Math.Abs((decimal)number) <= AuditEventJson.MaxNumber
                ? number
                : throw new ArgumentException($"{name}: a whole number of at most {AuditEventJson.MaxNumber}, is \"{value}\"");

    private static DateTimeOffset TimeOf(string name, string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new ArgumentException($"{name}: a time of RFC 3339, is \"{value}\"");

    private static void Insert(List<LeafValue> fields, LeafValue field)
    {
        var at = fields.Count;
        while (at > 0 && string.CompareOrdinal(fields[at - 1].Name, field.Name) > 0)
        {
            at--;
        }

        fields.Insert(at, field);
    }

    private static string Cut(string value)
    {
        if (value.Length <= AuditEventJson.MaxValueLength)
        {
            return value;
        }

        var kept = AuditEventJson.MaxValueLength - 32;
        kept -= char.IsHighSurrogate(value[kept - 1]) ? 1 : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{value.AsSpan(0, kept)}… ({value.Length} characters)");
    }

    private static string NameOf(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Success => "success",
        AuditOutcome.Failure => "failure",
        _ => "unknown",
    };
}
