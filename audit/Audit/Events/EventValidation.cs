using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Receiving;
using Backbone.Platform;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Events;

/// <summary>
/// Every rule an event from outside must obey, in one place for every way in. What the sender may not say (module, provider, organisation,
/// position in the log) is written here; the rest is taken as given or refused with field, rule and value.
/// </summary>
internal sealed class EventValidation(TimeProvider clock, IOptions<ReceivingOptions> options)
{
    /// <summary><c>event.module</c> of every event from outside: no sender can pass for a module of the backbone.</summary>
    public const string Module = "external";

    public const string SealedObject = "subject.sealed.";

    private const int LongestId = 128;
    private const int MostSealed = 16;
    private const int LongestLabel = 32;

    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

    private static readonly ImmutableArray<string> Required = ["@timestamp", "event.action", "event.category", "event.outcome", "event.type"];

    /// <summary>ECS names senders use for addresses; the leaf has none of them, only commitments.</summary>
    private static readonly ImmutableArray<(string Given, string Kept)> Addresses = [("source.ip", "source.address"), ("client.ip", "client.address")];

    /// <summary>The event, or null: then the draft says why.</summary>
    public ValidEvent? Validate(EventDraft draft, EventSender sender)
    {
        var now = clock.GetUtcNow();
        Addressed(draft);
        var fields = new SortedDictionary<string, LeafValue>(StringComparer.Ordinal);
        var secrets = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in draft.Fields)
        {
            if (name.StartsWith(SealedObject, StringComparison.Ordinal))
            {
                Seal(name, value, secrets, draft);
            }
            else if (MayGive(name, value, sender, draft) && EventRules.Typed(EventFields.Find(name)!, value, draft) is { } typed)
            {
                fields[name] = typed;
            }
        }

        Require(draft, secrets.Count > 0);
        Timely(draft, fields, now);
        Allowed(draft, fields);
        if (draft.Violations.Count > 0)
        {
            return null;
        }

        var id = IdOf(fields, sender);
        Write(fields, "ecs.version", new LeafValue("ecs.version") { Text = AuditEventJson.EcsVersion });
        Write(fields, "event.id", new LeafValue("event.id") { Id = id.Value });
        Write(fields, "event.module", new LeafValue("event.module") { Text = Module });
        Write(fields, "event.provider", new LeafValue("event.provider") { Text = sender.Id });
        if (sender.Organization is { } organization)
        {
            Write(fields, "organization.id", new LeafValue("organization.id") { Text = organization });
        }

        if (sender.OrganizationName is { } called)
        {
            Write(fields, "organization.name", new LeafValue("organization.name") { Text = called });
        }

        fields.TryAdd("event.kind", new LeafValue("event.kind") { Text = "event" });
        return new ValidEvent(id, fields, secrets.ToImmutable());

        static void Write(SortedDictionary<string, LeafValue> fields, string name, LeafValue value) => fields[name] = value;
    }

    private static void Addressed(EventDraft draft)
    {
        foreach (var (given, kept) in Addresses)
        {
            if (!draft.Fields.Remove(given, out var ip))
            {
                continue;
            }

            if (ip.Kind != JsonValueKind.String || EventRules.Address(ip.Text) is not { } address)
            {
                draft.Refuse(given, "an IPv4 or IPv6 address", ip.Text);
            }
            else if (draft.Fields.TryGetValue(kept, out var other) && (EventRules.Address(other.Text) ?? other.Text) != address)
            {
                draft.Refuse(kept, $"the same as {given}, or not given", other.Text);
            }
            else
            {
                draft.Fields[kept] = DraftValue.Of(address);
            }
        }
    }

    private static bool MayGive(string name, DraftValue value, EventSender sender, EventDraft draft)
    {
        if (EventFields.Find(name) is null)
        {
            draft.Refuse(name, "a field of the closed list (EventFields)", value.Text);
            return false;
        }

        if (EventFields.Derived.Contains(name) || name is "subject.key" or "agent.id" or "agent.name")
        {
            draft.Refuse(name, "written by the log, not by the sender", value.Text);
            return false;
        }

        if (name == "subject.sealed")
        {
            draft.Refuse(name, "an object: label to the text that is to be sealed", value.Text);
            return false;
        }

        var (isOwn, own) = name switch
        {
            "event.module" => (true, Module),
            "event.provider" => (true, sender.Id),
            "organization.id" => (true, sender.Organization),
            "organization.name" => (true, sender.OrganizationName),
            _ => (false, null),
        };
        if (isOwn && value.Text != own)
        {
            draft.Refuse(name, own is null ? "written by the log; the operator has said none for this sender" : $"written by the log: {own}", value.Text);
            return false;
        }

        return true;
    }

    private static void Seal(string name, DraftValue value, ImmutableSortedDictionary<string, string>.Builder secrets, EventDraft draft)
    {
        var label = name[SealedObject.Length..];
        if (label.Length is 0 or > LongestLabel || !label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            draft.Refuse(name, $"a label of 1 to {LongestLabel} characters a-z 0-9 _", label);
        }
        else if (value.Kind != JsonValueKind.String || value.Text.Length is 0 or > EventRules.LongestKeyword)
        {
            // The value is personal: not even the answer to its sender repeats it.
            draft.Refuse(name, $"a text of 1 to {EventRules.LongestKeyword} characters", "something else");
        }
        else if (secrets.Count == MostSealed)
        {
            draft.Refuse("subject.sealed", $"at most {MostSealed} labels", "more");
        }
        else
        {
            secrets[label] = value.Text;
        }
    }

    private static void Require(EventDraft draft, bool seals)
    {
        foreach (var name in Required.Where(name => !draft.Fields.ContainsKey(name)))
        {
            draft.Refuse(name, "required", "");
        }

        if (seals && !draft.Fields.ContainsKey("subject.id"))
        {
            draft.Refuse("subject.id", "required where something is sealed for a subject", "");
        }
    }

    private void Timely(EventDraft draft, SortedDictionary<string, LeafValue> fields, DateTimeOffset now)
    {
        if (!fields.TryGetValue("@timestamp", out var field) || field.Time is not { } time)
        {
            return;
        }

        var oldest = TimeSpan.FromDays(options.Value.MostAgeDays);
        if (time > now + MostAhead)
        {
            draft.Refuse("@timestamp", $"at most {MostAhead.TotalMinutes:0} minutes ahead of the log's clock, {now:O}", time.ToString("O"));
        }
        else if (time < now - oldest)
        {
            draft.Refuse("@timestamp", $"at most {options.Value.MostAgeDays} days old", time.ToString("O"));
        }
    }

    private static void Allowed(EventDraft draft, SortedDictionary<string, LeafValue> fields)
    {
        if (fields.TryGetValue("event.kind", out var kind) && !EcsRules.Kinds.Contains(kind.Text!))
        {
            draft.Refuse("event.kind", $"one of: {string.Join(", ", EcsRules.Kinds.Order())}", kind.Text!);
        }

        if (fields.TryGetValue("event.outcome", out var outcome) && !EcsRules.Outcomes.Contains(outcome.Text!))
        {
            draft.Refuse("event.outcome", $"one of: {string.Join(", ", EcsRules.Outcomes.Order())}", outcome.Text!);
        }

        if (fields.TryGetValue("event.category", out var category) && fields.TryGetValue("event.type", out var type)
            && EcsRules.Check(category.Values, type.Values) is { } violation)
        {
            draft.Refuse(violation.Field, violation.Rule, violation.Value);
        }

        if (fields.TryGetValue("event.id", out var id) && id.Text!.Length > LongestId)
        {
            draft.Refuse("event.id", $"1 to {LongestId} characters", $"{id.Text.Length} characters");
        }
    }

    private EventId IdOf(SortedDictionary<string, LeafValue> fields, EventSender sender) =>
        fields.TryGetValue("event.id", out var given) ? IdOf(sender, given.Text!) : EventId.New(clock);

    /// <summary>
    /// The id a sender's own becomes: a UUIDv8 (RFC 9562 5.8) of SHA-256 over sender, a zero byte and id. The same again gives the same;
    /// no sender can name, and by that suppress, an event of another.
    /// </summary>
    public static EventId IdOf(EventSender sender, string given)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{sender.Id}\0{given}"), hash);
        var bytes = hash[..16];
        bytes[6] = (byte)(0x80 | bytes[6] & 0x0f);
        bytes[8] = (byte)(0x80 | bytes[8] & 0x3f);
        return new EventId(new Guid(bytes, bigEndian: true));
    }
}
