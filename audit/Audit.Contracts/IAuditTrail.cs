using Backbone.Platform;

namespace Backbone.Audit.Contracts;

/// <summary>The way into the audit log. Implementations: the segment log in this process; the spool of a host whose log is elsewhere.</summary>
public interface IAuditTrail
{
    /// <summary>
    /// Completes when the event is on disk (written and fsynced): only then may the caller answer.
    /// Idempotent by <see cref="AuditEvent.Id"/> within the log's de-duplication window: a second append returns the first one's index.
    /// </summary>
    /// <param name="auditEvent">At most <see cref="AuditEventJson.MaxBytes"/> bytes when encoded.</param>
    /// <param name="cancellation">Gives up waiting for room in a full queue. Once queued, an event is written whatever happens.</param>
    /// <returns>
    /// The event's index in the log: contiguous from 0; on a host whose log is elsewhere, its sequence in the spool, or −1 where the spool was full
    /// and the operator chose that events of this kind are then dropped and counted.
    /// </returns>
    /// <exception cref="AuditUnavailableException">The event is not known to be durable; a fail-closed caller refuses its operation.</exception>
    /// <exception cref="ArgumentException">The event cannot be encoded, or is too large.</exception>
    ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default);

    /// <summary>
    /// The same for an event encoded before (<see cref="AuditEventJson.Encode"/>), as an outbox stores it.
    /// </summary>
    /// <param name="id">The <c>event.id</c> inside <paramref name="encoded"/>.</param>
    /// <param name="encoded">Must not change until the returned task completes; the log copies it once.</param>
    /// <param name="cancellation">As above.</param>
    ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default);
}

/// <summary>The log cannot take events (storage error, shutting down). What was in flight is not acknowledged.</summary>
public sealed class AuditUnavailableException : Exception
{
    public AuditUnavailableException() { }

    public AuditUnavailableException(string message) : base(message) { }

    public AuditUnavailableException(string message, Exception inner) : base(message, inner) { }
}
