using Backbone.Audit.Log.Segments;

namespace Backbone.Audit.Storage;

/// <summary>
/// What is known in memory of one segment. Only the writer changes it, after the bytes are durable; readers see whole records only.
/// A sparse index (every <see cref="Stride"/>th record) finds any record without reading the segment from its start.
/// </summary>
internal sealed class Segment(string name, long firstIndex, long bytes, long endIndex)
{
    public const int Stride = 256;

    private readonly Lock gate = new();
    private readonly List<long> offsets = [];
    private long durableBytes = bytes;
    private long durableEnd = endIndex;
    private bool indexed;

    public string Name => name;

    public long FirstIndex => firstIndex;

    /// <summary>One past the last durable record.</summary>
    public long EndIndex => Volatile.Read(ref durableEnd);

    /// <summary>Durable length in bytes, header included.</summary>
    public long Bytes => Volatile.Read(ref durableBytes);

    /// <summary>Records the place of a record while it is scanned or written; only every Stride-th is kept.</summary>
    public void Note(long index, long offset)
    {
        if ((index - firstIndex) % Stride == 0)
        {
            lock (gate)
            {
                if (offsets.Count == (index - firstIndex) / Stride)
                {
                    offsets.Add(offset);
                }
            }
        }
    }

    /// <summary>The records up to <paramref name="end"/> are durable. Bytes first: a reader that sees the index may read its bytes.</summary>
    public void Publish(long end, long bytesNow)
    {
        Volatile.Write(ref durableBytes, bytesNow);
        Volatile.Write(ref durableEnd, end);
    }

    /// <summary>All its records have been noted.</summary>
    public void MarkIndexed()
    {
        lock (gate)
        {
            indexed = true;
        }
    }

    /// <summary>The nearest noted record at or before the index. A segment never scanned is scanned now, once.</summary>
    public (long Index, long Offset) Nearest(long index, ISegmentFile file, string path)
    {
        lock (gate)
        {
            if (!indexed)
            {
                Scan(file, path);
                indexed = true;
            }

            if (offsets.Count == 0)
            {
                return (firstIndex, SegmentHeader.Bytes);
            }

            var slot = (int)Math.Min((index - firstIndex) / Stride, offsets.Count - 1);
            return (firstIndex + (long)slot * Stride, offsets[slot]);
        }
    }

    private void Scan(ISegmentFile file, string path)
    {
        var cursor = new SegmentCursor(file, SegmentHeader.Bytes, Bytes, firstIndex);
        while (true)
        {
            var at = cursor.Offset;
            switch (cursor.MoveNext())
            {
                case CursorState.Record:
                    Note(cursor.Current.Sequence, at);
                    break;
                case CursorState.End:
                    return;
                default:
                    throw new AuditLogCorruptException(path, at, $"no intact record with sequence {cursor.Sequence}");
            }
        }
    }
}
