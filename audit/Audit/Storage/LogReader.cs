using System.Runtime.CompilerServices;

namespace Backbone.Audit.Storage;

/// <summary>One durable record; its payload is the reader's own copy.</summary>
internal readonly record struct LogRecord(long Index, Guid EventId, byte[] Payload);

/// <summary>
/// Reads durable records by index, from any thread, beside the writer. What it yields was fsynced before. Everything that is derived from
/// the log (pages; later tree, indexes, exporter) reads here and nowhere else.
/// </summary>
internal sealed class LogReader(ISegmentStore store, List<Segment> recovered, long end)
{
    private readonly Lock gate = new();
    private Segment[] segments = [.. recovered];
    private TaskCompletionSource? waiting;
    private long durableEnd = end;
    private bool closed;

    /// <summary>One past the newest durable record; also the number of records.</summary>
    public long EndIndex => Volatile.Read(ref durableEnd);

    /// <summary>The oldest record there is; 0 as long as nothing has been deleted.</summary>
    public long StartIndex
    {
        get
        {
            lock (gate)
            {
                return segments.Length == 0 ? 0 : segments[0].FirstIndex;
            }
        }
    }

    /// <summary>
    /// Records from an index on, in order, as many as there are now, at most those of the next <paramref name="count"/> places: of what lies
    /// before <see cref="StartIndex"/> there are none.
    /// </summary>
    public IEnumerable<LogRecord> Read(long from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        var until = Math.Min(EndIndex, from + (long)count);
        while ((from = Math.Max(from, StartIndex)) < until)
        {
            var segment = Holding(from);
            ISegmentFile opened;
            try
            {
                opened = store.Open(segment.Name, writable: false);
            }
            catch (FileNotFoundException) when (segment.EndIndex <= StartIndex)
            {
                // Deleted between the two lines.
                continue;
            }

            using var file = opened;
            foreach (var record in ReadSegment(segment, file, from, Math.Min(until, segment.EndIndex)))
            {
                yield return record;
            }

            from = Math.Min(until, segment.EndIndex);
        }
    }

    /// <summary>Records from an index on; waits at the end for more, until cancelled or the log is closed.</summary>
    public async IAsyncEnumerable<LogRecord> FollowAsync(long from, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            foreach (var record in Read(from, int.MaxValue))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return record;
                from = record.Index + 1;
            }

            if (!await WaitForAsync(from, cancellation).ConfigureAwait(false))
            {
                yield break;
            }
        }
    }

    /// <summary>The writer has begun a segment; it holds nothing yet.</summary>
    public void Add(Segment segment)
    {
        lock (gate)
        {
            segments = [.. segments, segment];
        }
    }

    /// <summary>Segments that are complete, oldest first: where one ends, and nowhere else, deletion may stop.</summary>
    public IReadOnlyList<(long First, long End)> Complete()
    {
        lock (gate)
        {
            return [.. segments.SkipLast(1).Select(segment => (segment.FirstIndex, segment.EndIndex))];
        }
    }

    /// <summary>Takes the segments that end at or before the index out of everybody's sight, never the last. Answers their names, oldest first.</summary>
    public IReadOnlyList<string> Hide(long index)
    {
        lock (gate)
        {
            var gone = segments.SkipLast(1).TakeWhile(segment => segment.EndIndex <= index).ToList();
            segments = [.. segments.Skip(gone.Count)];
            return [.. gone.Select(segment => segment.Name)];
        }
    }

    /// <summary>How many segments there are, and how many bytes the one being written holds.</summary>
    public (int Segments, long NewestBytes) Extent
    {
        get
        {
            lock (gate)
            {
                return (segments.Length, segments[^1].Bytes);
            }
        }
    }

    /// <summary>The writer has made everything below the index durable.</summary>
    public void Advance(long index)
    {
        Volatile.Write(ref durableEnd, index);
        Wake();
    }

    /// <summary>No more will come. What is durable stays readable.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
        }

        Wake();
    }

    private void Wake()
    {
        TaskCompletionSource? waiters;
        lock (gate)
        {
            waiters = waiting;
            waiting = null;
        }

        waiters?.SetResult();
    }

    /// <summary>Completes once the record of that index is durable; false when the log was closed before it came.</summary>
    public async ValueTask<bool> WaitForAsync(long index, CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (EndIndex > index)
                {
                    return true;
                }

                if (closed)
                {
                    return false;
                }

                waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = waiting.Task;
            }

            await wait.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private Segment Holding(long index)
    {
        Segment[] all;
        lock (gate)
        {
            all = segments;
        }

        var low = 0;
        var high = all.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = all[middle].FirstIndex <= index ? (middle, high) : (low, middle - 1);
        }

        return all[low];
    }

    private IEnumerable<LogRecord> ReadSegment(Segment segment, ISegmentFile file, long from, long until)
    {
        var path = store.PathOf(segment.Name);
        var (index, offset) = segment.Nearest(from, file, path);
        var cursor = new SegmentCursor(file, offset, segment.Bytes, index);
        while (cursor.Sequence < until)
        {
            var at = cursor.Offset;
            if (cursor.MoveNext() != CursorState.Record)
            {
                throw new AuditLogCorruptException(path, at, $"no intact record with sequence {cursor.Sequence}");
            }

            if (cursor.Current.Sequence >= from)
            {
                yield return new LogRecord(cursor.Current.Sequence, cursor.Current.EventId, cursor.Payload.ToArray());
            }
        }
    }
}
