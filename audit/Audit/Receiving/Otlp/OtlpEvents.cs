using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;

namespace Backbone.Audit.Receiving.Otlp;

/// <summary>
/// From a log record to an event: attributes are fields by their ECS names, the rest of the record has its place in ECS. An attribute of
/// the record that is no field is refused like any other field; of the resource, which the library fills, only fields are taken.
/// </summary>
internal static class OtlpEvents
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    /// <summary>OpenTelemetry's names for what ECS calls otherwise.</summary>
    private static readonly FrozenDictionary<string, string> OtherNames = new Dictionary<string, string>
    {
        ["deployment.environment.name"] = "service.environment",
        ["deployment.environment"] = "service.environment",
        ["enduser.id"] = "user.id",
        ["exception.message"] = "error.message",
        ["exception.type"] = "error.type",
        ["log.record.uid"] = "event.id",
        ["service.instance.id"] = "service.node.name",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What libraries add of themselves and no event of this log has.</summary>
    private static readonly FrozenSet<string> PassedOver = FrozenSet.ToFrozenSet(["{OriginalFormat}", "exception.stacktrace"], StringComparer.Ordinal);

    public static EventDraft Draft(OtlpLog log)
    {
        var draft = new EventDraft();
        foreach (var (name, value) in log.Attributes.Where(attribute => !PassedOver.Contains(attribute.Name)))
        {
            Set(draft, Named(name), value);
        }

        if (log.Body is OtlpValue.Map map)
        {
            foreach (var (name, value) in map.Members)
            {
                Set(draft, Named(name), value);
            }
        }
        else if (log.Body is not null)
        {
            Set(draft, "message", log.Body);
        }

        foreach (var (name, value) in log.Resource)
        {
            if (EventFields.Find(Named(name)) is { } field && !draft.Fields.ContainsKey(field.Name))
            {
                Set(draft, field.Name, value);
            }
        }

        // What the record says of itself, where no attribute says it.
        Fill(draft, "@timestamp", Time(log.Time == 0 ? log.Observed : log.Time));
        Fill(draft, "event.action", log.EventName);
        Fill(draft, "log.level", log.SeverityText);
        Fill(draft, "log.logger", log.Scope);
        Fill(draft, "trace.id", log.Trace);
        Fill(draft, "span.id", log.Span);
        if (log.Severity != 0 && !draft.Fields.ContainsKey("event.severity"))
        {
            draft.Set("event.severity", DraftValue.Of(log.Severity));
        }

        return draft;
    }

    private static string Named(string attribute) => OtherNames.GetValueOrDefault(attribute, attribute);

    private static void Fill(EventDraft draft, string name, string? text)
    {
        if (!draft.Fields.ContainsKey(name))
        {
            draft.Set(name, text);
        }
    }

    private static void Set(EventDraft draft, string name, OtlpValue value)
    {
        // Before it is put in front of others: one long name would otherwise become many.
        if (name.Length > EventDocument.LongestName)
        {
            draft.Refuse(name, $"a name of at most {EventDocument.LongestName} characters", $"{name.Length} characters");
            return;
        }

        switch (value)
        {
            case OtlpValue.Map map:
                foreach (var (part, inner) in map.Members)
                {
                    Set(draft, $"{name}.{part}", inner);
                }

                break;
            case OtlpValue.Items { Values: var items } when items.All(item => Scalar(item) is not null):
                if (items.Length > 0)
                {
                    draft.Set(name, new DraftValue(JsonValueKind.Array, "") { Items = [.. items.Select(item => Scalar(item)!.Value)] });
                }

                break;
            default:
                if (Scalar(value) is { } scalar)
                {
                    draft.Set(name, scalar);
                }
                else
                {
                    draft.Refuse(name, "a text, a number, true or false, or a list of those", "something else");
                }

                break;
        }
    }

    private static DraftValue? Scalar(OtlpValue value) => value switch
    {
        OtlpValue.Text text => DraftValue.Of(text.Value),
        OtlpValue.Flag flag => new DraftValue(flag.Value ? JsonValueKind.True : JsonValueKind.False, flag.Value ? "true" : "false"),
        OtlpValue.Integer whole => DraftValue.Of(whole.Value),
        OtlpValue.Real real => new DraftValue(JsonValueKind.Number, real.Value.ToString("R", CultureInfo.InvariantCulture)),
        _ => null,
    };

    /// <summary>Whole ticks of 100 ns; what lies beyond any calendar is left to the rule about times.</summary>
    private static string? Time(ulong nanoseconds) => nanoseconds == 0 ? null
        : nanoseconds / 100 <= (ulong)(DateTimeOffset.MaxValue.UtcTicks - Epoch.UtcTicks)
            ? Epoch.AddTicks((long)(nanoseconds / 100)).ToString("O", CultureInfo.InvariantCulture)
            : nanoseconds.ToString(CultureInfo.InvariantCulture);
}
