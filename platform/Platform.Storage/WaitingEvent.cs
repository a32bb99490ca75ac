namespace Backbone.Platform.Storage;

/// <summary>
/// A row of a module's outbox: an audit event that committed with the state it tells of, and waits until the log has it. Each module has a table
/// of its own; who may write it is not who may write the log, so each row is under an <see cref="OutboxSeal"/>.
/// </summary>
public abstract class WaitingEvent
{
    /// <summary>Which row; given by the database.</summary>
    public long Sequence { get; init; }

    /// <summary>Its place in the order in which events go to the log: when it was sealed, in ticks of UTC, or one more than the host's last.</summary>
    public long Place { get; set; }

    /// <summary>The <c>event.id</c> inside <see cref="Event"/>.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The event as the log takes it: ECS JSON, UTF-8 (<c>AuditEventJson</c>).</summary>
    public required byte[] Event { get; init; }

    /// <summary>32 bytes; null in a row from before there were seals, or of a program that makes none.</summary>
    public byte[]? Seal { get; set; }
}
