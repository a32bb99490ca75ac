using Backbone.Audit.Log.Segments;

namespace Backbone.Audit.Storage;

internal enum CursorState
{
    /// <summary>A record, intact and with the sequence expected.</summary>
    Record,

    /// <summary>Exactly at the limit.</summary>
    End,

    /// <summary>What lies at <see cref="SegmentCursor.Offset"/> is not the record expected.</summary>
    Bad,
}

/// <summary>Walks the records of one segment forwards, verifying each. One owner, one thread; the payload is valid until the next step.</summary>
internal sealed class SegmentCursor(ISegmentFile file, long offset, long limit, long sequence, int bufferBytes = 256 * 1024)
{
    private readonly byte[] buffer = new byte[Math.Max(bufferBytes, RecordWalk.MaxRecord)];
    private long bufferStart = offset;
    private int buffered;
    private int payloadAt;

    /// <summary>Where the next record starts, or the bad one.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>The sequence the next record must have.</summary>
    public long Sequence { get; private set; } = sequence;

    public RecordFrame Current { get; private set; }

    public ReadOnlySpan<byte> Payload => buffer.AsSpan(payloadAt, Current.Length);

    public CursorState MoveNext()
    {
        if (Offset >= limit)
        {
            return CursorState.End;
        }

        // The header says how much the record needs; at the limit there may be less.
        var state = RecordWalk.Next(Peek(RecordFrame.HeaderBytes), Sequence, out var frame);
        if (state == RecordState.Incomplete && frame.Length > 0)
        {
            state = RecordWalk.Next(Peek(frame.TotalBytes), Sequence, out frame);
        }

        if (state != RecordState.Record)
        {
            return CursorState.Bad;
        }

        payloadAt = (int)(Offset - bufferStart) + RecordFrame.HeaderBytes;
        Current = frame;
        Offset += frame.TotalBytes;
        Sequence++;
        return CursorState.Record;
    }

    /// <summary>The next bytes at <see cref="Offset"/>, fewer only at the limit.</summary>
    private ReadOnlySpan<byte> Peek(int count)
    {
        var at = (int)(Offset - bufferStart);
        if (at + count > buffered && bufferStart + buffered < limit)
        {
            buffer.AsSpan(at, buffered - at).CopyTo(buffer);
            buffered -= at;
            bufferStart = Offset;
            at = 0;
            var wanted = (int)Math.Min(buffer.Length - buffered, limit - bufferStart - buffered);
            buffered += file.Read(buffer.AsSpan(buffered, wanted), bufferStart + buffered);
        }

        return buffer.AsSpan(at, Math.Min(count, buffered - at));
    }
}
