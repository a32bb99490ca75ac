using System.Buffers.Binary;

namespace Backbone.Audit.Log.Segments;

/// <summary>
/// The first 64 bytes of a segment; little-endian:
/// <c>"BBAUDIT1" (8) | log id (16, network order) | first index (8) | predecessor's first index (8, −1 if none) |
/// predecessor's length in bytes (8) | zero (12) | CRC-32C of the 60 bytes before (4)</c>.
/// Naming the predecessor makes a missing or shortened segment visible without reading the records.
/// </summary>
public readonly record struct SegmentHeader(Guid LogId, long FirstIndex, long PreviousFirst, long PreviousBytes)
{
    public const int Bytes = 64;
    private const int CrcAt = 60;

    private static ReadOnlySpan<byte> Magic => "BBAUDIT1"u8;

    public void Write(Span<byte> target)
    {
        target[..Bytes].Clear();
        Magic.CopyTo(target);
        LogId.TryWriteBytes(target[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], FirstIndex);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], PreviousFirst);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], PreviousBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcAt..], Crc32C.Of(target[..CrcAt]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        header = default;
        if (source.Length < Bytes || !source.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(source[CrcAt..]) != Crc32C.Of(source[..CrcAt]))
        {
            return false;
        }

        header = new SegmentHeader(
            new Guid(source.Slice(8, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[40..]));
        return true;
    }
}
