namespace Backbone.Audit.Contracts;

/// <summary>
/// Proofs that an event is in the log, for modules that hand them on with what the event tells of. The log of this process registers it; on a host
/// whose log is elsewhere there is none.
/// </summary>
/// <param name="issue">By the event's index and its bytes as they were appended.</param>
/// <param name="verifierKey">The log's key, by which strangers know it.</param>
public sealed class EventReceipts(Func<long, ReadOnlyMemory<byte>, CancellationToken, Task<byte[]>> issue, Func<string> verifierKey)
{
    /// <summary>The vkey of C2SP signed-note.</summary>
    public string VerifierKey => verifierKey();

    /// <summary>Completes when a signed checkpoint covers the event: a receipt (C2SP tlog-proof) that carries the event's bytes along.</summary>
    /// <exception cref="AuditUnavailableException">Checkpoints are not signed any more.</exception>
    public Task<byte[]> IssueAsync(long index, ReadOnlyMemory<byte> entry, CancellationToken cancellation) => issue(index, entry, cancellation);
}
