using System.Globalization;
using System.Runtime.InteropServices;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Tiles;

/// <summary>
/// Gives the bytes of a tile. It may answer with a fuller one, as the files allow (tlog-tiles, "Partial Tiles"): only the first
/// <see cref="TileId.Width"/> hashes are used.
/// </summary>
public delegate ReadOnlyMemory<byte> ReadTile(TileId tile);

/// <summary>A tile of hashes: level 0 to 7 (levels above hold nothing in a tree of fewer than 2^63 leaves), number, width 1 to 256.</summary>
public readonly record struct TileId(int Level, long Index, int Width = Tile.FullWidth)
{
    public bool IsFull => Width == Tile.FullWidth;

    /// <summary>Below the log's prefix, '/' separated: <c>tile/0/x001/x234/067</c>, <c>tile/0/273.p/112</c>.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"tile/{Level}/{TilePath.Of(Index, Width)}");

    public int Bytes => Width * TreeHash.Bytes;

    /// <summary>The first leaf below the tile.</summary>
    public long FirstLeaf => Index << (Tile.Height * (Level + 1));

    /// <summary>One past the last leaf below the tile.</summary>
    public long EndLeaf => FirstLeaf + ((long)Width << (Tile.Height * Level));

    /// <summary>False for anything that is not, character for character, the path of a tile.</summary>
    public static bool TryParse(string path, out TileId tile)
    {
        tile = default;
        var parts = path.Split('/', 3);
        if (parts is not ["tile", [>= '0' and <= '7'], _] || !TilePath.TryParse(parts[2], out var index, out var width))
        {
            return false;
        }

        tile = new TileId(parts[1][0] - '0', index, width);
        return true;
    }
}

/// <summary>The arithmetic of tiles: tlog-tiles, "Merkle Tree".</summary>
public static class Tile
{
    /// <summary>A tile spans this many levels of the tree.</summary>
    public const int Height = 8;

    public const int FullWidth = 1 << Height;

    /// <summary>Above this no tree of fewer than 2^63 leaves has a tile.</summary>
    public const int MaxLevel = 7;

    /// <summary>How many hashes a level has: the full tiles of the level below.</summary>
    public static long HashesAt(int level, long size)
    {
        return size >> (Height * level);
    }

    /// <summary>The tile with that hash of the level, as wide as it is in a tree of that size.</summary>
    public static TileId Holding(int level, long hash, long size)
    {
        var index = hash / FullWidth;
        return new TileId(level, index, (int)Math.Min(FullWidth, HashesAt(level, size) - index * FullWidth));
    }

    /// <summary>The rightmost tiles that are not full, one per level at most, from level 0 up.</summary>
    public static IEnumerable<TileId> Partials(long size)
    {
        for (var level = 0; HashesAt(level, size) > 0; level++)
        {
            var hashes = HashesAt(level, size);
            if (hashes % FullWidth != 0)
            {
                yield return new TileId(level, hashes / FullWidth, (int)(hashes % FullWidth));
            }
        }
    }

    /// <summary>The levels of a tree of that size: how many full tiles, and how wide the partial one is (0: none).</summary>
    public static IEnumerable<(int Level, long Full, int Partial)> Levels(long size)
    {
        for (var level = 0; HashesAt(level, size) > 0; level++)
        {
            yield return (level, HashesAt(level, size) / FullWidth, (int)(HashesAt(level, size) % FullWidth));
        }
    }

    /// <summary>The first <see cref="TileId.Width"/> hashes of the bytes.</summary>
    /// <exception cref="LogFormatException">There are fewer bytes than the tile has.</exception>
    public static ReadOnlySpan<TreeHash> HashesOf(TileId tile, ReadOnlySpan<byte> bytes)
    {
        return bytes.Length >= tile.Bytes
            ? MemoryMarshal.Cast<byte, TreeHash>(bytes[..tile.Bytes])
            : throw new LogFormatException($"{tile.Path} has {bytes.Length} bytes, fewer than its {tile.Bytes}");
    }

    /// <summary>The hash that a full tile is in the level above.</summary>
    public static TreeHash HashOf(ReadOnlySpan<byte> full)
    {
        return Subtree.Perfect(HashesOf(new TileId(0, 0), full));
    }
}
