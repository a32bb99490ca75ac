using System.Collections.Immutable;
using System.Text.Json;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;

namespace Backbone.Audit.Receiving.Syslog;

/// <summary>
/// From a syslog message to an event: the header has its place in ECS (<c>log.syslog.*</c>), the parameters of the element
/// <c>ecs@&lt;enterprise number&gt;</c> are fields by their names, a name given several times is a list. Other elements are passed over.
/// </summary>
internal static class SyslogEvents
{
    private const string Element = "ecs@";

    private static readonly ImmutableArray<string> Severities = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    private static readonly ImmutableArray<string> Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "security", "console",
        "solaris-cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    /// <param name="bytes">One message.</param>
    /// <param name="defaults">What the sender's messages have where they do not say it.</param>
    public static EventDraft Draft(ReadOnlySpan<byte> bytes, IEnumerable<KeyValuePair<string, string>> defaults)
    {
        var draft = new EventDraft();
        var (message, wrong) = SyslogMessage.Parse(bytes);
        if (message is null)
        {
            draft.Refuse("event", "a message of RFC 5424", wrong!);
            return draft;
        }

        foreach (var field in message.Parameters.Where(IsField).GroupBy(parameter => parameter.Name, StringComparer.Ordinal))
        {
            var values = field.Select(parameter => Typed(parameter.Name, parameter.Value)).ToImmutableArray();
            draft.Set(field.Key, values.Length == 1 ? values[0] : new DraftValue(JsonValueKind.Array, "") { Items = values });
        }

        AddHeader(draft, message);
        foreach (var (name, value) in defaults)
        {
            Fill(draft, name, value);
        }

        return draft;
    }

    private static bool IsField(SyslogParameter parameter) => parameter.Element.StartsWith(Element, StringComparison.Ordinal);

    private static void AddHeader(EventDraft draft, SyslogMessage message)
    {
        var (facility, severity) = (message.Priority / 8, message.Priority % 8);
        draft.Set("log.syslog.priority", DraftValue.Of(message.Priority));
        draft.Set("log.syslog.facility.code", DraftValue.Of(facility));
        draft.Set("log.syslog.facility.name", Facilities[facility]);
        draft.Set("log.syslog.severity.code", DraftValue.Of(severity));
        draft.Set("log.syslog.severity.name", Severities[severity]);
        draft.Set("log.syslog.version", "1");
        draft.Set("log.syslog.hostname", message.HostName);
        draft.Set("log.syslog.appname", message.AppName);
        draft.Set("log.syslog.procid", message.ProcId);
        draft.Set("log.syslog.msgid", message.MsgId);
        Fill(draft, "@timestamp", message.Timestamp);
        Fill(draft, "host.hostname", message.HostName);
        Fill(draft, "log.level", Severities[severity]);
        Fill(draft, "message", message.Text);
    }

    private static void Fill(EventDraft draft, string name, string? text)
    {
        if (text is not null && !draft.Fields.ContainsKey(name))
        {
            draft.Set(name, Typed(name, text));
        }
    }

    /// <summary>All of syslog is text; where a field wants another type, the text is taken for that.</summary>
    private static DraftValue Typed(string name, string text) => EventFields.Find(name)?.Type switch
    {
        FieldType.Number or FieldType.Real => new DraftValue(JsonValueKind.Number, text),
        FieldType.Boolean when text is "true" or "false" => new DraftValue(text == "true" ? JsonValueKind.True : JsonValueKind.False, text),
        _ => DraftValue.Of(text),
    };
}
