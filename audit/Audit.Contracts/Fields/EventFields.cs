using System.Collections.Frozen;
using System.Collections.Immutable;
using static Backbone.Audit.Contracts.Fields.FieldType;

namespace Backbone.Audit.Contracts.Fields;

/// <summary>
/// Every field an event may have, and no other: the part of ECS 9.4 this log takes, and the closed set of own objects. Validation, the
/// mappings of Elasticsearch, the columns of the embedded index and the names a search knows are all made from this one list.
/// </summary>
public static class EventFields
{
    /// <summary>The first name of every own object; ECS has none of them.</summary>
    public static FrozenSet<string> OwnObjects { get; } =
        FrozenSet.ToFrozenSet(["auth", "certificate", "credit", "purpose", "resource", "subject"], StringComparer.Ordinal);

    /// <summary>In order of name.</summary>
    public static ImmutableArray<EventField> All { get; } = [.. Ecs().Concat(OwnFields()).OrderBy(field => field.Name, StringComparer.Ordinal)];

    /// <summary>Fields that a projection adds to the leaf; no sender may give them.</summary>
    public static FrozenSet<string> Derived { get; } = FrozenSet.ToFrozenSet(["event.hash", "event.ingested", "event.sequence"], StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, EventField> ByName = All.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>The field of that flat name, or null: then no event has it.</summary>
    public static EventField? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<EventField> Ecs() =>
    [
        new("@timestamp", Date),
        .. Keywords(
            "agent.id", "agent.name", "ecs.version", "event.action", "event.code", "event.dataset", "event.hash", "event.id", "event.kind", "event.module",
            "event.outcome", "event.provider", "event.reason", "event.reference", "group.id", "group.name", "host.hostname", "host.id", "host.name",
            "http.request.id", "http.request.method", "http.version", "log.level", "log.logger", "log.syslog.appname",
            "log.syslog.facility.name", "log.syslog.hostname", "log.syslog.msgid", "log.syslog.procid", "log.syslog.severity.name",
            "log.syslog.version", "network.protocol", "network.transport", "observer.name", "observer.type", "observer.vendor",
            "organization.id", "organization.name", "process.executable", "process.name", "rule.category", "rule.description", "rule.id",
            "rule.name", "rule.ruleset", "rule.uuid", "rule.version", "server.address", "service.environment", "service.id", "service.name",
            "service.node.name", "service.type", "service.version", "source.geo.country_iso_code", "source.geo.region_iso_code", "span.id",
            "tls.client.hash.sha256", "tls.version", "trace.id", "transaction.id", "url.domain", "url.path", "user.changes.id", "user.domain",
            "user.effective.id", "user.hash", "user.id", "user.target.id", "user_agent.device.name", "user_agent.name", "user_agent.os.name",
            "user_agent.version", "destination.address", "error.code", "error.id", "error.type", "file.hash.sha256", "file.name"),
        .. Lists("event.category", "event.type", "related.hash", "tags", "threat.tactic.id", "threat.technique.id", "user.changes.roles",
            "user.effective.roles", "user.roles", "user.target.roles"),
        .. Personal(
            "client.address", "source.address", "source.geo.city_name", "url.query", "user.changes.name", "user.email", "user.effective.name",
            "user.full_name", "user.name", "user.target.name", "user_agent.original"),
        new("related.user", Keyword, IsList: true, Privacy.Committed),
        new("event.created", Date), new("event.end", Date), new("event.ingested", Date), new("event.start", Date),
        new("event.duration", Number), new("event.sequence", Number), new("event.severity", Number), new("file.size", Number),
        new("http.response.status_code", Number), new("log.syslog.facility.code", Number), new("log.syslog.priority", Number),
        new("log.syslog.severity.code", Number), new("process.pid", Number), new("source.as.number", Number), new("source.port", Number),
        new("destination.port", Number), new("event.risk_score", Real),
        new("destination.ip", Ip), new("server.ip", Ip),
        new("error.message", Text, Privacy: Privacy.Scrubbed), new("message", Text, Privacy: Privacy.Scrubbed),
    ];

    private static IEnumerable<EventField> OwnFields() =>
    [
        .. Keywords(
            "auth.account.kind", "auth.acr", "auth.authenticator.replaced", "auth.client.id", "auth.client.kind", "auth.grant_type",
            "auth.key.algorithm", "auth.key.id", "auth.method", "auth.methods", "auth.purpose", "auth.roles",
            "auth.scope", "auth.session.end_reason", "auth.session.id", "auth.subject",
            "certificate.approver", "certificate.csr_digest", "certificate.issuer", "certificate.profile", "certificate.serial",
            "certificate.subject_hash",
            "credit.consent_id", "credit.decision", "credit.entity", "credit.input_digest", "credit.model", "credit.model_version",
            "credit.score_band",
            "purpose.code", "purpose.legal_basis", "purpose.reference",
            "resource.digest", "resource.id", "resource.name", "resource.owner", "resource.query", "resource.type", "resource.version",
            "subject.id", "subject.kind", "subject.receiver.id", "subject.receiver.system"),
        .. Lists("credit.reason_codes", "resource.ids", "resource.removed", "subject.data"),
        new("purpose.text", Text, Privacy: Privacy.Scrubbed), new("certificate.not_after", Date),
        new("resource.count", Number), new("resource.from", Number), new("resource.to", Number), new("subject.records", Number),
        new("subject.sealed", Keyword, IsList: true, Privacy.Sealed), new("subject.key", Keyword),
    ];

    private static IEnumerable<EventField> Keywords(params string[] names) => names.Select(name => new EventField(name, Keyword));

    private static IEnumerable<EventField> Lists(params string[] names) => names.Select(name => new EventField(name, Keyword, IsList: true));

    private static IEnumerable<EventField> Personal(params string[] names) =>
        names.Select(name => new EventField(name, Keyword, Privacy: Privacy.Committed));
}
