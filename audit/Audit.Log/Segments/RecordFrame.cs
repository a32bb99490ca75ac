using System.Buffers.Binary;

namespace Backbone.Audit.Log.Segments;

/// <summary>
/// What precedes a record's payload; little-endian, 40 bytes:
/// <c>length (4) | sequence (8) | first sequence of its batch (8) | event id (16, network order) | CRC-32C (4)</c>.
/// The CRC covers the 36 bytes before it and the payload.
/// </summary>
public readonly record struct RecordFrame(int Length, long Sequence, long BatchFirst, Guid EventId)
{
    public const int HeaderBytes = 40;
    public const int MaxPayload = 65_535;
    private const int CrcAt = 36;

    /// <summary>Frame and payload together.</summary>
    public int TotalBytes => HeaderBytes + Length;

    public void Write(Span<byte> target, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(target[4..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[12..], BatchFirst);
        EventId.TryWriteBytes(target[20..], bigEndian: true, out _);
        payload.CopyTo(target[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcAt..], CrcOf(target, payload));
    }

    /// <summary>Reads the 40 bytes; whether they are true, only <see cref="IsIntact"/> knows. False when no record can start so.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out RecordFrame frame)
    {
        frame = default;
        if (source.Length < HeaderBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (length is 0 or > MaxPayload)
        {
            return false;
        }

        frame = new RecordFrame(
            (int)length,
            BinaryPrimitives.ReadInt64LittleEndian(source[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[12..]),
            new Guid(source.Slice(20, 16), bigEndian: true));
        return true;
    }

    /// <summary>The CRC of the whole record agrees.</summary>
    public bool IsIntact(ReadOnlySpan<byte> record)
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(record[CrcAt..]) == CrcOf(record, record.Slice(HeaderBytes, Length));
    }

    private static uint CrcOf(ReadOnlySpan<byte> record, ReadOnlySpan<byte> payload)
    {
        return Crc32C.Finish(Crc32C.Add(Crc32C.Add(Crc32C.Start, record[..CrcAt]), payload));
    }
}
