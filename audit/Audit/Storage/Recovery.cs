using Backbone.Audit.Log.Segments;

namespace Backbone.Audit.Storage;

/// <summary>What was cut from the tail at start.</summary>
internal sealed record TornTail(string Path, long Offset, long Bytes);

/// <summary>A log that may be appended to.</summary>
internal sealed record RecoveredLog(Guid? LogId, List<Segment> Segments, long NextIndex, RecentIds Recent, TornTail? Torn);

/// <summary>
/// Opens what is on disk. It trusts no counter: names, headers and records must agree. Two things are repaired, both of which only a
/// crash between a write and its fsync leaves: a torn tail of the last segment, and a last segment whose header never became durable.
/// Anything else is refused, and then nothing has been changed.
/// </summary>
internal sealed class Recovery(ISegmentStore store, int deduplicationWindow, bool verifyAll)
{
    private readonly RecentIds recent = new(deduplicationWindow);
    private TornTail? torn;

    public RecoveredLog Run()
    {
        var logId = store.ReadLogId();
        var headers = ReadHeaders();
        DropUnbornSegment(headers);
        if (headers.Count == 0)
        {
            return logId is null
                ? new RecoveredLog(null, [], 0, recent, torn)
                : throw new AuditLogCorruptException(store.PathOf(SegmentName.Of(0)), 0, "the log has an id but no segment");
        }

        var segments = Chain(headers, logId);
        var next = ScanTail(segments);
        return new RecoveredLog(headers[0].Header!.Value.LogId, segments, next, recent, torn);
    }

    private List<Found> ReadHeaders()
    {
        var found = new List<Found>();
        var buffer = new byte[SegmentHeader.Bytes];
        foreach (var name in store.List())
        {
            if (!SegmentName.TryParse(name, out var first))
            {
                throw new AuditLogCorruptException(store.PathOf(name), 0, "its name is not that of a segment");
            }

            using var file = store.Open(name, writable: false);
            var read = file.Read(buffer, 0);
            found.Add(new Found(name, first, file.Length, SegmentHeader.TryRead(buffer.AsSpan(0, read), out var header) ? header : null));
        }

        return found;
    }

    /// <summary>A crash while the last segment was being created leaves a file without a header; nothing in it was ever acknowledged.</summary>
    private void DropUnbornSegment(List<Found> headers)
    {
        if (headers.Count == 0 || headers[^1].Header is not null)
        {
            return;
        }

        var last = headers[^1];
        using (var file = store.Open(last.Name, writable: false))
        {
            if (TornTailSearch.FirstValid(file, 0, last.Bytes, last.First) is { } survivor)
            {
                throw new AuditLogCorruptException(store.PathOf(last.Name), 0, $"its header is damaged, but a record lies at {survivor.Offset}");
            }
        }

        store.Delete(last.Name);
        store.SyncDirectory();
        torn = new TornTail(store.PathOf(last.Name), 0, last.Bytes);
        headers.RemoveAt(headers.Count - 1);
    }

    /// <summary>Every segment starts where its predecessor ends, and says so in its header; the first at 0, or where deletion stopped.</summary>
    private List<Segment> Chain(List<Found> headers, Guid? logId)
    {
        var segments = new List<Segment>();
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, first, bytes, found) = headers[i];
            var header = found ?? throw new AuditLogCorruptException(store.PathOf(name), 0, "its header is damaged");
            if (i == 0 && first > 0 && first <= store.ReadMinimum())
            {
                // Its predecessors were deleted, which was written down before.
                if (header.FirstIndex != first || header.LogId != (logId ?? header.LogId))
                {
                    throw new AuditLogCorruptException(store.PathOf(name), 0, Mismatch(header, header with { LogId = logId ?? header.LogId }, first));
                }

                segments.Add(new Segment(name, first, bytes, headers.Count > 1 ? headers[1].First : -1));
                continue;
            }

            var expected = i == 0
                ? new SegmentHeader(logId ?? header.LogId, 0, -1, 0)
                : new SegmentHeader(logId ?? headers[0].Header!.Value.LogId, first, headers[i - 1].First, headers[i - 1].Bytes);
            if (header != expected || header.FirstIndex != first)
            {
                throw new AuditLogCorruptException(store.PathOf(name), 0, Mismatch(header, expected, first));
            }

            segments.Add(new Segment(name, first, bytes, i + 1 < headers.Count ? headers[i + 1].First : -1));
        }

        return segments;
    }

    private static string Mismatch(SegmentHeader header, SegmentHeader expected, long first)
    {
        return header.LogId != expected.LogId
            ? $"it belongs to log {header.LogId}, not {expected.LogId}"
            : header.FirstIndex != first || header.FirstIndex != expected.FirstIndex
                ? $"it starts with record {header.FirstIndex}; its name says {first}, and {expected.FirstIndex} is expected"
                : $"its predecessor starts with record {header.PreviousFirst} and has {header.PreviousBytes} bytes; "
                  + $"found: {expected.PreviousFirst} with {expected.PreviousBytes} bytes (a segment is missing or was changed)";
    }

    /// <summary>Verifies the last segments: all, or as many as the window of ids needs, and always the last.</summary>
    private long ScanTail(List<Segment> segments)
    {
        var start = segments.Count - 1;
        while (start > 0 && (verifyAll || segments[^1].FirstIndex - segments[start].FirstIndex < deduplicationWindow))
        {
            start--;
        }

        for (var i = start; i < segments.Count - 1; i++)
        {
            Scan(segments[i], sealedAt: segments[i + 1].FirstIndex);
        }

        return Scan(segments[^1], sealedAt: null);
    }

    private long Scan(Segment segment, long? sealedAt)
    {
        var path = store.PathOf(segment.Name);
        using var file = store.Open(segment.Name, writable: sealedAt is null);
        var cursor = new SegmentCursor(file, SegmentHeader.Bytes, segment.Bytes, segment.FirstIndex, 1 << 20);
        var state = CursorState.Record;
        var at = cursor.Offset;
        while (state == CursorState.Record)
        {
            at = cursor.Offset;
            state = cursor.MoveNext();
            if (state == CursorState.Record)
            {
                segment.Note(cursor.Current.Sequence, at);
                if (!recent.Add(cursor.Current.EventId, cursor.Current.Sequence))
                {
                    throw new AuditLogCorruptException(path, at, $"event {cursor.Current.EventId} is in the log twice");
                }
            }
        }

        if (sealedAt is { } end && (state == CursorState.Bad || cursor.Sequence != end))
        {
            throw new AuditLogCorruptException(path, at, $"no intact record with sequence {cursor.Sequence}; the segment holds those before {end}");
        }

        if (state == CursorState.Bad)
        {
            Cut(file, path, at, segment.Bytes, cursor.Sequence);
        }

        segment.Publish(cursor.Sequence, at);
        segment.MarkIndexed();
        return cursor.Sequence;
    }

    private void Cut(ISegmentFile file, string path, long at, long length, long sequence)
    {
        if (!TornTailSearch.IsTorn(file, at, length, sequence, out var survivor))
        {
            throw new AuditLogCorruptException(
                path, at, $"no intact record with sequence {sequence}, but record {survivor.Sequence} lies at {survivor.Offset}");
        }

        file.SetLength(at);
        file.Flush();
        torn = new TornTail(path, at, length - at);
    }

    private sealed record Found(string Name, long First, long Bytes, SegmentHeader? Header);
}
