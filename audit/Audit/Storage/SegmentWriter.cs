using Backbone.Audit.Log.Segments;

namespace Backbone.Audit.Storage;

/// <summary>
/// The only thing that writes segments. Owned by the writer thread. After any exception it must not be used again: what is on disk is
/// then in doubt, and only a new recovery may say what it is.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly ISegmentStore store;
    private readonly long segmentBytes;
    private readonly Guid logId;
    private ISegmentFile file;
    private long offset;

    private SegmentWriter(ISegmentStore store, long segmentBytes, Guid logId, ISegmentFile file, Segment current)
    {
        this.store = store;
        this.segmentBytes = segmentBytes;
        this.logId = logId;
        this.file = file;
        Current = current;
        offset = current.Bytes;
    }

    public Segment Current { get; private set; }

    /// <summary>Continues the log that was recovered, or begins one. The log's id is written last: only then must there be a segment.</summary>
    public static SegmentWriter Open(ISegmentStore store, RecoveredLog log, long segmentBytes, Guid newLogId)
    {
        var writer = log.Segments.Count == 0
            ? Begin(store, log, segmentBytes, newLogId)
            : new SegmentWriter(store, segmentBytes, log.LogId!.Value, store.Open(log.Segments[^1].Name, writable: true), log.Segments[^1]);
        if (store.ReadLogId() is null)
        {
            store.WriteLogId(writer.logId);
        }

        return writer;
    }

    private static SegmentWriter Begin(ISegmentStore store, RecoveredLog log, long segmentBytes, Guid newLogId)
    {
        var (file, segment) = Create(store, segmentBytes, new SegmentHeader(newLogId, 0, -1, 0));
        log.Segments.Add(segment);
        return new SegmentWriter(store, segmentBytes, newLogId, file, segment);
    }

    /// <summary>
    /// Whether a batch of that size wants a new segment. Asked before the batch is written: a batch lies in one segment.
    /// </summary>
    public bool IsFull(int batchBytes)
    {
        return offset > SegmentHeader.Bytes && offset + batchBytes > segmentBytes;
    }

    /// <summary>Everything in the old segment is durable by now; the new one is before its first record.</summary>
    public Segment Rotate()
    {
        var (next, segment) = Create(store, segmentBytes, new SegmentHeader(logId, Current.EndIndex, Current.FirstIndex, Current.Bytes));
        file.Dispose();
        file = next;
        Current = segment;
        offset = SegmentHeader.Bytes;
        return segment;
    }

    /// <summary>One write, one fsync. Returns when the batch is durable.</summary>
    public void Commit(ReadOnlySpan<byte> batch, long endIndex)
    {
        file.Write(batch, offset);
        file.Flush();
        offset += batch.Length;
        Current.Publish(endIndex, offset);
    }

    /// <summary>Where the next batch will begin.</summary>
    public long Offset => offset;

    public void Dispose()
    {
        file.Dispose();
    }

    private static (ISegmentFile File, Segment Segment) Create(ISegmentStore store, long preallocate, SegmentHeader header)
    {
        var name = SegmentName.Of(header.FirstIndex);
        var file = store.Create(name, preallocate);
        try
        {
            Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
            header.Write(bytes);
            file.Write(bytes, 0);
            file.Flush();
            store.SyncDirectory();
        }
        catch
        {
            file.Dispose();
            throw;
        }

        var segment = new Segment(name, header.FirstIndex, SegmentHeader.Bytes, header.FirstIndex);
        segment.MarkIndexed();
        return (file, segment);
    }
}
