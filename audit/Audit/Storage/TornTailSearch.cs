using Backbone.Audit.Log.Segments;

namespace Backbone.Audit.Storage;

/// <summary>An intact record found by its CRC, without a predecessor leading to it.</summary>
internal readonly record struct StrayRecord(long Offset, long Sequence);

/// <summary>
/// Decides whether a bad record is the tail a crash tore, or damage to what was acknowledged. Torn means: no intact record follows; or
/// those that follow were in the very batch the bad record belongs to (written together, never acknowledged apart) and a whole page of
/// zeros stands where the bad record should be: the page the disk had not written yet while a later one of the same write was there.
/// </summary>
internal static class TornTailSearch
{
    private const int PageBytes = 4096;
    private const int ChunkBytes = 1 << 20;

    public static bool IsTorn(ISegmentFile file, long at, long length, long sequence, out StrayRecord survivor)
    {
        survivor = default;
        var from = at;
        while (FirstValid(file, from, length, sequence) is { } stray)
        {
            survivor = stray;
            if (from == at && !HoldsLostPage(file, at, stray.Offset))
            {
                return false;
            }

            var cursor = new SegmentCursor(file, stray.Offset, length, stray.Sequence);
            for (var state = cursor.MoveNext(); state == CursorState.Record; state = cursor.MoveNext())
            {
                if (cursor.Current.BatchFirst > sequence)
                {
                    return false;
                }
            }

            from = cursor.Offset;
        }

        return true;
    }

    /// <summary>The first place at or after <paramref name="from"/> where an intact record of that sequence or a later one starts.</summary>
    public static StrayRecord? FirstValid(ISegmentFile file, long from, long length, long sequence)
    {
        var buffer = new byte[ChunkBytes + RecordWalk.MaxRecord];
        for (var start = from; start < length; start += ChunkBytes)
        {
            var read = file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - start)), start);
            var chunk = buffer.AsSpan(0, read);
            for (var i = 0; i < Math.Min(read, ChunkBytes); i++)
            {
                if (RecordFrame.TryRead(chunk[i..], out var frame) && frame.Sequence >= sequence && frame.BatchFirst >= 0
                    && frame.BatchFirst <= frame.Sequence && i + frame.TotalBytes <= read && frame.IsIntact(chunk[i..]))
                {
                    return new StrayRecord(start + i, frame.Sequence);
                }
            }
        }

        return null;
    }

    /// <summary>Some page between the bad record's start and the next intact record reads as zeros from there to its end.</summary>
    private static bool HoldsLostPage(ISegmentFile file, long at, long until)
    {
        var page = new byte[PageBytes];
        for (var start = at - at % PageBytes; start < until; start += PageBytes)
        {
            var from = Math.Max(start, at);
            var bytes = page.AsSpan(0, (int)(start + PageBytes - from));
            if (file.Read(bytes, from) == bytes.Length && !bytes.ContainsAnyExcept((byte)0))
            {
                return true;
            }
        }

        return false;
    }
}
