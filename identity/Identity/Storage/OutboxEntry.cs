namespace Backbone.Identity.Storage;

/// <summary>
/// An audit event that committed with the state it tells of, waiting for the relay to append it to the log. Deleted only after the
/// log acknowledged it; the log refuses the second copy by event id.
/// </summary>
internal sealed class OutboxEntry
{
    public long Sequence { get; init; }

    public required Guid EventId { get; init; }

    /// <summary>The event as ECS JSON, UTF-8 (<c>AuditEventJson</c>).</summary>
    public required byte[] Event { get; init; }
}
