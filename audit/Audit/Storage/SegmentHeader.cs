using System.Buffers.Binary;

namespace Backbone.Audit.Storage;

/// <summary>
/// The first 64 bytes of a segment; little-endian:
/// <c>"BBAUDIT1" (8) | log id (16, network order) | first index (8) | predecessor's first index (8, −1 if none) |
/// predecessor's length in bytes (8) | zero (12) | CRC-32C of the 60 bytes before (4)</c>.
/// Naming the predecessor makes a missing or shortened segment visible without reading the records.
/// </summary>
internal readonly record struct SegmentHeader(Guid LogId, long FirstIndex, long PreviousFirst, long PreviousBytes)
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

/// <summary>A segment is named by the index of its first record, 20 digits, so that the order of names is the order of records.</summary>
internal static class SegmentName
{
    public const string Extension = ".seg";

    public static string Of(long firstIndex)
    {
        return firstIndex.ToString("D20", System.Globalization.CultureInfo.InvariantCulture) + Extension;
    }

    public static bool TryParse(string name, out long firstIndex)
    {
        firstIndex = -1;
        return name.Length == 20 + Extension.Length
            && long.TryParse(
                name.AsSpan(0, 20), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out firstIndex);
    }
}
