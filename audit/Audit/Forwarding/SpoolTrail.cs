using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Storage;
using Backbone.Platform;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// The audit trail of a host whose log is elsewhere: an event is on this host's disk before the answer, in a segment log like the log's
/// own, and goes to the log from there. What is returned as its index is its sequence in the spool. Its disk is bounded: when it is full,
/// an event is refused, or dropped and counted, as the operator chose for its kind.
/// </summary>
internal sealed class SpoolTrail : IAuditTrail, IAsyncDisposable, IDisposable
{
    private readonly SegmentLog segments;
    private readonly SpoolRoom room;
    private readonly SpoolDrops drops;
    private readonly Func<string, string, WhenUnavailable> whenFull;
    private readonly int mostEventBytes;

    /// <param name="folder">Of the spool alone.</param>
    /// <param name="settings">How it is written.</param>
    /// <param name="mostBytes">The most its segments take on the disk.</param>
    /// <param name="drops">Counts what is dropped.</param>
    /// <param name="whenFull">By module and action.</param>
    /// <param name="mostEventBytes">Of one event: what the log will add to it must fit into a leaf too.</param>
    /// <param name="newId">The spool's id, if it is begun now.</param>
    /// <exception cref="AuditLogCorruptException">The spool is damaged; nothing was changed.</exception>
    public SpoolTrail(
        string folder, SegmentLogSettings settings, long mostBytes, SpoolDrops drops, Func<string, string, WhenUnavailable> whenFull,
        int mostEventBytes, Guid newId)
    {
        var store = new FileSegmentStore(folder);
        segments = new SegmentLog(store, settings, newId);
        Id = store.ReadLogId()!.Value;
        room = new SpoolRoom(segments.Records, settings, mostBytes);
        this.drops = drops;
        this.whenFull = whenFull;
        this.mostEventBytes = mostEventBytes;
    }

    /// <summary>The spool's id, given when it was begun; with a sequence it names an event for ever.</summary>
    public Guid Id { get; }

    public LogReader Records => segments.Records;

    public TornTail? Torn => segments.Torn;

    public Exception? Failure => segments.Failure;

    public bool IsAccepting => segments.IsAccepting;

    /// <summary>Whether the next event of ordinary size finds room.</summary>
    public bool IsFull => room.IsFull;

    /// <summary>Bytes its segments take on the disk.</summary>
    public long Bytes => room.Bytes;

    public long MostBytes => room.MostBytes;

    public SpoolDrops Drops => drops;

    public ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        return AppendAsync(auditEvent.Id, AuditEventJson.Encode(auditEvent), auditEvent, cancellation);
    }

    public ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default) =>
        AppendAsync(id, encoded, null, cancellation);

    /// <summary>
    /// The segments that hold nothing but what the log has answered for may go. One complete segment stays, so that an event repeated after a crash
    /// is still known by its id.
    /// </summary>
    /// <param name="settled">The durable cursor.</param>
    public void Release(long settled)
    {
        if (Records.Complete() is [var oldest, .., var newest] && oldest.End <= settled)
        {
            segments.DeleteBelow(Math.Min(settled, newest.First));
        }
    }

    /// <summary>Says in an event what was dropped, once there is room for it.</summary>
    public async Task SayDropsAsync(CancellationToken cancellation)
    {
        if (!IsFull && drops.Event() is { } drop && await AppendAsync(drop, cancellation) >= 0)
        {
            drops.Said(drop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await segments.DisposeAsync();
        drops.Flush();
    }

    public void Dispose()
    {
        segments.Dispose();
        drops.Flush();
    }

    private async ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, AuditEvent? known, CancellationToken cancellation)
    {
        if (encoded.Length > mostEventBytes)
        {
            throw new ArgumentException($"event: 1 to {mostEventBytes} bytes encoded, has {encoded.Length}");
        }

        if (!room.TryReserve(encoded.Length))
        {
            var refused = known ?? AuditEventJson.Decode(encoded);
            if (whenFull(refused.Module, refused.Action) == WhenUnavailable.FailClosed)
            {
                throw new AuditUnavailableException($"the audit spool is full: {room.MostBytes} bytes wait for the log (Backbone:Audit:Forward:MaximumBytes)");
            }

            drops.Count(refused.Module, refused.Action);
            return Dropped;
        }

        try
        {
            return await segments.AppendAsync(id, encoded, cancellation);
        }
        finally
        {
            room.Return(encoded.Length);
        }
    }

    /// <summary>In place of an index, for an event that was dropped and counted.</summary>
    public const long Dropped = -1;
}
