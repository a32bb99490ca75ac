namespace Backbone.Audit.Log.Segments;

public enum RecordState
{
    /// <summary>A record, intact and with the sequence expected.</summary>
    Record,

    /// <summary>What lies here may be the beginning of the record expected: more bytes are needed to know.</summary>
    Incomplete,

    /// <summary>What lies here is not the record expected.</summary>
    Bad,
}

/// <summary>The one rule of what the next record of a segment is. Reader, recovery and verifier all go by it.</summary>
public static class RecordWalk
{
    /// <summary>The longest record; with as many bytes in hand <see cref="Next"/> never answers <see cref="RecordState.Incomplete"/>.</summary>
    public const int MaxRecord = RecordFrame.HeaderBytes + RecordFrame.MaxPayload;

    /// <summary>Looks at what the bytes begin with.</summary>
    public static RecordState Next(ReadOnlySpan<byte> bytes, long sequence, out RecordFrame frame)
    {
        frame = default;
        if (bytes.Length < RecordFrame.HeaderBytes)
        {
            return RecordState.Incomplete;
        }

        if (!RecordFrame.TryRead(bytes, out frame) || frame.Sequence != sequence || frame.BatchFirst > sequence)
        {
            return RecordState.Bad;
        }

        return bytes.Length < frame.TotalBytes ? RecordState.Incomplete : frame.IsIntact(bytes) ? RecordState.Record : RecordState.Bad;
    }

    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> bytes, RecordFrame frame)
    {
        return bytes.Slice(RecordFrame.HeaderBytes, frame.Length);
    }
}
