using Backbone.Platform.Storage;

namespace Backbone.Audit.Outbox;

/// <summary>
/// Waits for the relay to append it to the log. Deleted only after the log acknowledged it; the log refuses the second copy by event id.
/// Sealed at its save (<see cref="SealOutbox"/>), whoever added it.
/// </summary>
public sealed class OutboxEntry : WaitingEvent
{
    /// <summary>
    /// When a relay found that it was not written by a host with this master key, or is longer than the log takes; null for what waits. It stays as
    /// evidence, and each start looks at it again.
    /// </summary>
    public DateTimeOffset? RefusedAt { get; init; }
}
