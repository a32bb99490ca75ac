using Backbone.Audit.Contracts;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;

namespace Backbone.Identity.Catalogue;

/// <summary>Audit events of the catalogue. Nobody is signed in when a file changes: the version tells who could have written it.</summary>
internal static class CatalogueEvents
{
    /// <summary>What was written and what is no longer there, by the ids of the apps.</summary>
    public static OutboxEntry Changed(TimeProvider clock, string version, IEnumerable<string> written, IEnumerable<string> disabled) =>
        Entry(IdentityKinds.CatalogueChange.Occurred(clock)
            .With("resource.type", "app").With("resource.version", version).With("resource.ids", written).With("resource.removed", disabled));

    /// <summary>A broken change that was not applied; <paramref name="files"/> are names of files, never their content.</summary>
    public static OutboxEntry Refused(TimeProvider clock, string version, IEnumerable<string> files) =>
        Entry(IdentityKinds.CatalogueChange.Occurred(clock, "invalid_catalogue")
            .With("resource.type", "catalogue-file").With("resource.version", version).With("resource.ids", files));

    private static OutboxEntry Entry(AuditEvent auditEvent) =>
        new() { EventId = auditEvent.Id.Value, Event = AuditEventJson.Encode(auditEvent) };
}
