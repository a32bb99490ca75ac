using Backbone.Audit.Contracts;

namespace Backbone.Identity.Storage;

internal static class Outbox
{
    /// <summary>
    /// Adds the event to the same unit of work as the state it tells of: the next <c>SaveChanges</c> commits both or neither. The relay
    /// carries it to the audit log afterwards.
    /// </summary>
    public static void Record(this IdentityDb db, AuditEvent auditEvent) =>
        db.Outbox.Add(new OutboxEntry { EventId = auditEvent.Id.Value, Event = AuditEventJson.Encode(auditEvent) });
}
