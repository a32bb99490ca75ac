using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Backbone.Audit.Log.Tree;

/// <summary>
/// One SHA-256 hash of a tree, 32 bytes, a value. A row of them is, byte for byte, a tile: <see cref="MemoryMarshal.AsBytes{T}(Span{T})"/>
/// turns one into the other without copying. <c>default</c> is 32 zeros, which is the hash of nothing known.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
public readonly record struct TreeHash
{
    public const int Bytes = 32;

    // Entries up to this length are hashed from the stack; longer ones by way of a pooled buffer.
    private const int OnStack = 2_048;

    private readonly ulong first;
    private readonly ulong second;
    private readonly ulong third;
    private readonly ulong fourth;

    /// <summary>The root of the empty tree: SHA-256 of nothing (RFC 6962 2.1).</summary>
    public static TreeHash Empty { get; } = Sha256([]);

    /// <exception cref="LogFormatException">Not 32 bytes.</exception>
    public static TreeHash From(ReadOnlySpan<byte> bytes)
    {
        return bytes.Length == Bytes
            ? MemoryMarshal.Read<TreeHash>(bytes)
            : throw new LogFormatException($"a hash has {Bytes} bytes, not {bytes.Length}");
    }

    /// <summary>RFC 6962 2.1: SHA-256(0x00 ‖ entry).</summary>
    public static TreeHash Leaf(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < OnStack)
        {
            Span<byte> input = stackalloc byte[OnStack];
            input[0] = 0;
            entry.CopyTo(input[1..]);
            return Sha256(input[..(entry.Length + 1)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(entry.Length + 1);
        try
        {
            rented[0] = 0;
            entry.CopyTo(rented.AsSpan(1));
            return Sha256(rented.AsSpan(0, entry.Length + 1));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>RFC 6962 2.1: SHA-256(0x01 ‖ left ‖ right).</summary>
    public static TreeHash Node(in TreeHash left, in TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Bytes];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Bytes)..]);
        return Sha256(input);
    }

    public void CopyTo(Span<byte> target)
    {
        MemoryMarshal.Write(target, in this);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    public string ToBase64()
    {
        return Convert.ToBase64String(MemoryMarshal.AsBytes(new ReadOnlySpan<TreeHash>(in this)));
    }

    /// <summary>Hexadecimal, lower case.</summary>
    public override string ToString()
    {
        return Convert.ToHexStringLower(MemoryMarshal.AsBytes(new ReadOnlySpan<TreeHash>(in this)));
    }

    private static TreeHash Sha256(ReadOnlySpan<byte> input)
    {
        Span<TreeHash> result = stackalloc TreeHash[1];
        SHA256.HashData(input, MemoryMarshal.AsBytes(result));
        return result[0];
    }
}
