using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace Backbone.Audit.Contracts;

/// <summary>
/// The fields of one event as a flat list in order of name, written as nested objects. Names consist of a–z, 0–9, "_" and "."; since "."
/// sorts before all the others, the order of the flat names is the order RFC 8785 3.2.3 wants inside every nested object.
/// </summary>
internal static class EcsFields
{
    public const string Client = "auth.client.id";
    public const string Session = "auth.session.id";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.");

    /// <summary>One list per thread, reused: encoding is on the path of every request.</summary>
    [ThreadStatic]
    private static List<Field>? scratch;

    /// <summary>The own closed set: <c>auth.*</c> and <c>resource.*</c>, without the names that have a property of their own.</summary>
    public static bool IsDetail(string name)
    {
        return (name.StartsWith("auth.", StringComparison.Ordinal) || name.StartsWith("resource.", StringComparison.Ordinal))
            && name is not (Client or Session);
    }

    public static void Write(AuditEvent auditEvent, IBufferWriter<byte> output)
    {
        var fields = scratch ??= new List<Field>(32);
        try
        {
            Collect(auditEvent, fields);
            WriteNested(fields, output);
        }
        finally
        {
            fields.Clear();
        }
    }

    private static void Collect(AuditEvent e, List<Field> fields)
    {
        fields.Add(new Field("@timestamp") { Time = e.Timestamp });
        Add(fields, Client, e.ClientId);
        Add(fields, Session, e.Session?.Value);
        fields.Add(new Field("ecs.version") { Text = AuditEventJson.EcsVersion });
        fields.Add(new Field("event.action") { Text = Cut(e.Action) });
        fields.Add(new Field("event.category") { Values = e.Category });
        Add(fields, "event.id", e.Id.Value);
        fields.Add(new Field("event.kind") { Text = "event" });
        fields.Add(new Field("event.module") { Text = Cut(e.Module) });
        fields.Add(new Field("event.outcome") { Text = NameOf(e.Outcome) });
        Add(fields, "event.reason", e.Reason);
        fields.Add(new Field("event.type") { Values = e.Type });
        Add(fields, "source.address", e.SourceCommitment);
        Add(fields, "trace.id", e.TraceId);
        Add(fields, "user.id", e.Subject?.Value);
        Add(fields, "user.target.id", e.Target?.Value);
        foreach (var (name, value) in e.Details)
        {
            Insert(fields, name, value);
        }
    }

    private static void Add(List<Field> fields, string name, string? text)
    {
        if (text is not null)
        {
            fields.Add(new Field(name) { Text = Cut(text) });
        }
    }

    private static void Add(List<Field> fields, string name, Guid? id)
    {
        if (id is { } value)
        {
            fields.Add(new Field(name) { Id = value });
        }
    }

    private static void Insert(List<Field> fields, string name, string value)
    {
        if (!IsDetail(name) || name.AsSpan().ContainsAnyExcept(NameCharacters) || name.EndsWith('.') || name.Contains("..", StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"Details: the name \"{name}\" is not of the own set: auth.* or resource.*, of a-z 0-9 _ joined by dots, without a property of its own");
        }

        var at = fields.Count;
        while (at > 0 && string.CompareOrdinal(fields[at - 1].Name, name) > 0)
        {
            at--;
        }

        fields.Insert(at, new Field(name) { Text = Cut(value) });
    }

    private static void WriteNested(List<Field> fields, IBufferWriter<byte> output)
    {
        var json = new CanonicalJson(output);
        var previous = "";
        json.Raw("{"u8);
        foreach (var field in fields)
        {
            var shared = SharedObject(previous, field.Name);
            for (var open = previous.AsSpan(shared).Count('.'); open > 0; open--)
            {
                json.Raw("}"u8);
            }

            if (previous.Length > 0)
            {
                json.Raw(","u8);
            }

            var rest = field.Name.AsSpan(shared);
            for (var dot = rest.IndexOf('.'); dot >= 0; dot = rest.IndexOf('.'))
            {
                json.Text(rest[..dot]);
                json.Raw(":{"u8);
                rest = rest[(dot + 1)..];
            }

            json.Text(rest);
            json.Raw(":"u8);
            field.WriteValue(json);
            previous = field.Name;
        }

        for (var open = previous.AsSpan().Count('.'); open >= 0; open--)
        {
            json.Raw("}"u8);
        }
    }

    /// <summary>How many characters of the name say an object that is already open.</summary>
    private static int SharedObject(string previous, string name)
    {
        var common = previous.AsSpan().CommonPrefixLength(name);
        if (common == previous.Length && common > 0 && (name.Length == common || name[common] == '.'))
        {
            throw new ArgumentException($"Details: \"{name}\" and \"{previous}\" cannot both be fields");
        }

        return name.AsSpan(0, common).LastIndexOf('.') + 1;
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

    private static string NameOf(AuditOutcome outcome)
    {
        return outcome switch
        {
            AuditOutcome.Success => "success",
            AuditOutcome.Failure => "failure",
            _ => "unknown",
        };
    }

    /// <summary>A name and exactly one of text, id, time or list.</summary>
    private readonly record struct Field(string Name)
    {
        public string? Text { get; init; }

        public Guid? Id { get; init; }

        public DateTimeOffset? Time { get; init; }

        public ImmutableArray<string> Values { get; init; }

        public void WriteValue(CanonicalJson json)
        {
            if (Text is not null)
            {
                json.Text(Text);
            }
            else if (Id is { } id)
            {
                json.Uuid(id);
            }
            else if (Time is { } time)
            {
                json.Timestamp(time);
            }
            else
            {
                WriteList(json);
            }
        }

        private void WriteList(CanonicalJson json)
        {
            if (Values.IsDefaultOrEmpty)
            {
                throw new ArgumentException($"{Name}: at least one value is needed");
            }

            json.Raw("["u8);
            for (var i = 0; i < Values.Length; i++)
            {
                json.Raw(i == 0 ? ""u8 : ","u8);
                json.Text(Values[i]);
            }

            json.Raw("]"u8);
        }
    }
}
