using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Identity.Storage;
using Backbone.Platform;

namespace Backbone.Identity.Catalogue;

/// <summary>Audit events of the catalogue. Nobody is signed in when a file changes: the version tells who could have written it.</summary>
internal static class CatalogueEvents
{
    public static OutboxEntry Changed(TimeProvider clock, string version, IEnumerable<string> written, IEnumerable<string> disabled) =>
        Event(clock, AuditOutcome.Success, null, new Dictionary<string, string>
        {
            ["resource.catalogue.version"] = version,
            ["resource.catalogue.apps"] = string.Join(',', written),
            ["resource.catalogue.disabled"] = string.Join(',', disabled),
        });

    /// <summary>A broken change that was not applied; <paramref name="files"/> are names of files, never their content.</summary>
    public static OutboxEntry Refused(TimeProvider clock, string version, IEnumerable<string> files) =>
        Event(clock, AuditOutcome.Failure, "invalid_catalogue", new Dictionary<string, string>
        {
            ["resource.catalogue.version"] = version,
            ["resource.catalogue.files"] = string.Join(',', files),
        });

    private static OutboxEntry Event(TimeProvider clock, AuditOutcome outcome, string? reason, Dictionary<string, string> details)
    {
        var auditEvent = new AuditEvent
        {
            Id = EventId.New(clock),
            Timestamp = clock.GetUtcNow(),
            Action = "catalogue-change",
            Category = [EcsCategory.Configuration],
            Type = [outcome == AuditOutcome.Success ? EcsType.Change : EcsType.Denied],
            Outcome = outcome,
            Reason = reason,
            Module = "identity",
            Details = details.Where(detail => detail.Value.Length > 0).ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
        return new OutboxEntry { EventId = auditEvent.Id.Value, Event = AuditEventJson.Encode(auditEvent) };
    }
}
