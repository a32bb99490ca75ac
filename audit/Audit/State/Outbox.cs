using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;

namespace Backbone.Audit.State;

/// <summary>
/// What people change in this module's database, and the event that tells of it, commit in one transaction: after a crash both are there or
/// neither. From here the event comes into the log before the answer leaves, or, when that fails, by <see cref="OutboxCarrier"/>.
/// </summary>
internal sealed class Outbox(AuditDb db, SegmentLog log, OutboxCarrier carrier, AuditOutboxSeal seal, LogSigner signer)
{
    /// <summary>
    /// Commits what was changed in the context together with the event, and hands that to the log. Once it returns the change stands; what kept its
    /// event from the log then is the carrier's to get over, not the caller's.
    /// </summary>
    /// <exception cref="AuditUnavailableException">The log takes nothing, and nothing was changed.</exception>
    /// <exception cref="Microsoft.EntityFrameworkCore.DbUpdateException">The database refused it, and nothing was changed.</exception>
    public async Task SaveAsync(AuditEvent told, CancellationToken cancellation)
    {
        if (!log.IsAccepting)
        {
            throw new AuditUnavailableException("the audit log takes no events, so nothing is changed");
        }

        db.Outbox.Add(seal.Close(new OutboxEntry { Origin = signer.Origin, EventId = told.Id.Value, Event = AuditEventJson.Encode(told) }));
        await db.SaveChangesAsync(cancellation);

        // It stands, whether or not the person still waits for the answer.
        if (!await carrier.TryCarryAsync(CancellationToken.None))
        {
            carrier.Ring();
        }
    }
}
