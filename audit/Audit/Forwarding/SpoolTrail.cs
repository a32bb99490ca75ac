using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Storage;
using Backbone.Platform;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// The audit trail of a host whose log is elsewhere: an event is on this host's disk before the answer, in a segment log like the log's
/// own, and goes to the log from there. What is returned as its index is its sequence in the spool.
/// </summary>
internal sealed class SpoolTrail : IAuditTrail, IAsyncDisposable, IDisposable
{
    private readonly SegmentLog segments;

    /// <exception cref="AuditLogCorruptException">The spool is damaged; nothing was changed.</exception>
    public SpoolTrail(string folder, SegmentLogSettings settings, Guid newId)
    {
        var store = new FileSegmentStore(folder);
        segments = new SegmentLog(store, settings, newId);
        Id = store.ReadLogId()!.Value;
    }

    /// <summary>The spool's id, given when it was begun; with a sequence it names an event for ever.</summary>
    public Guid Id { get; }

    public LogReader Records => segments.Records;

    public TornTail? Torn => segments.Torn;

    public Exception? Failure => segments.Failure;

    public bool IsAccepting => segments.IsAccepting;

    public ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default) => segments.AppendAsync(auditEvent, cancellation);

    public ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default) =>
        segments.AppendAsync(id, encoded, cancellation);

    public ValueTask DisposeAsync() => segments.DisposeAsync();

    public void Dispose() => segments.Dispose();
}
