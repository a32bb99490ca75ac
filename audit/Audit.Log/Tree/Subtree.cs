using System.Numerics;
using System.Runtime.InteropServices;
using Backbone.Audit.Log.Tiles;

namespace Backbone.Audit.Log.Tree;

/// <summary>Hashes of parts of a tree, computed from its tiles.</summary>
public static class Subtree
{
    /// <summary>
    /// The root of the perfect subtree of 2^<paramref name="height"/> leaves number <paramref name="index"/> (from the left) in a tree of
    /// that size. Reads one tile.
    /// </summary>
    public static TreeHash Root(int height, long index, long size, ReadTile read)
    {
        var level = height / Tile.Height;
        var count = 1 << height % Tile.Height;
        var first = index * count;
        var tile = Tile.Holding(level, first, size);
        var hashes = Tile.HashesOf(tile, read(tile).Span);
        return Perfect(hashes.Slice((int)(first % Tile.FullWidth), count));
    }

    /// <summary>The hash of the leaves [from, to) of a tree of that size: RFC 6962 MTH(D[from:to]), split as the RFC splits.</summary>
    public static TreeHash Range(long from, long to, long size, ReadTile read)
    {
        var count = to - from;
        if (count == 0)
        {
            return TreeHash.Empty;
        }

        if (BitOperations.IsPow2(count))
        {
            var height = BitOperations.Log2((ulong)count);
            return Root(height, from >> height, size, read);
        }

        var split = from + LargestPowerBelow(count);
        return TreeHash.Node(Range(from, split, size, read), Range(split, to, size, read));
    }

    /// <summary>The root over a power of two of hashes, at most 256; allocates nothing.</summary>
    public static TreeHash Perfect(ReadOnlySpan<TreeHash> hashes)
    {
        if (hashes.Length > Tile.FullWidth || !BitOperations.IsPow2(hashes.Length))
        {
            throw new ArgumentException($"{hashes.Length} hashes are no perfect subtree of at most {Tile.FullWidth}", nameof(hashes));
        }

        if (hashes.Length == 1)
        {
            return hashes[0];
        }

        Span<TreeHash> row = stackalloc TreeHash[Tile.FullWidth / 2];
        for (var i = 0; i < hashes.Length / 2; i++)
        {
            row[i] = TreeHash.Node(hashes[2 * i], hashes[2 * i + 1]);
        }

        for (var width = hashes.Length / 4; width > 0; width /= 2)
        {
            for (var i = 0; i < width; i++)
            {
                row[i] = TreeHash.Node(row[2 * i], row[2 * i + 1]);
            }
        }

        return row[0];
    }

    /// <summary>The largest power of two smaller than a number above 1 (RFC 6962 2.1: k &lt; n ≤ 2k).</summary>
    public static long LargestPowerBelow(long count)
    {
        return 1L << BitOperations.Log2((ulong)(count - 1));
    }
}
