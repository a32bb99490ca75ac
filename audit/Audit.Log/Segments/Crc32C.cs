using System.Numerics;
using System.Runtime.InteropServices;

namespace Backbone.Audit.Log.Segments;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4), by the processor's instruction where there is one.</summary>
public static class Crc32C
{
    public const uint Start = uint.MaxValue;

    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            state = BitOperations.Crc32C(state, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var last in bytes[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, last);
        }

        return state;
    }

    public static uint Finish(uint state)
    {
        return ~state;
    }

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        return Finish(Add(Start, bytes));
    }
}
