namespace Backbone.Audit.Contracts;

/// <summary>The way into the audit log. Implementations: the segment log in this process; later, a client for a log elsewhere.</summary>
public interface IAuditTrail
{
    /// <summary>
    /// Completes when the event is on disk (written and fsynced): only then may the caller answer.
    /// Idempotent by <see cref="AuditEvent.Id"/> within the log's de-duplication window.
    /// </summary>
    /// <returns>The event's index in the log: contiguous from 0.</returns>
    /// <exception cref="AuditUnavailableException">The event is not durable; a fail-closed caller refuses its operation.</exception>
    ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default);
}

/// <summary>The log cannot take events (storage error, shutting down). What was in flight is not acknowledged.</summary>
public sealed class AuditUnavailableException : Exception
{
    public AuditUnavailableException() { }

    public AuditUnavailableException(string message) : base(message) { }

    public AuditUnavailableException(string message, Exception inner) : base(message, inner) { }
}
