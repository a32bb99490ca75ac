using Backbone.Audit.Privacy;
using Backbone.Platform.Storage;

namespace Backbone.Audit.State;

/// <summary>Under the keys of privacy, which are the log's own. An epoch whose line is taken out takes along what still waits under it.</summary>
internal sealed class AuditOutboxSeal(PrivacyKeys keys, TimeProvider clock) : OutboxSeal("audit-outbox", [.. keys.OutboxKeys], clock)
{
    /// <inheritdoc cref="OutboxSeal.Holds"/>
    public bool Holds(OutboxEntry entry) => Holds(entry, entry.Origin);

    /// <inheritdoc cref="OutboxSeal.Close"/>
    public OutboxEntry Close(OutboxEntry entry)
    {
        Close(entry, entry.Origin);
        return entry;
    }
}
