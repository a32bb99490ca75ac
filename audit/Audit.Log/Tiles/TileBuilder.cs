using System.Runtime.InteropServices;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Tiles;

/// <summary>Takes the bytes of a tile that has become full; they are valid during the call only.</summary>
public delegate void FullTile(TileId tile, ReadOnlySpan<byte> bytes);

/// <summary>
/// Turns leaf hashes into tiles: full ones are handed over the moment they are full, the partial ones of the right edge can be asked for
/// at any size. Holds at most 8 KiB per level. One owner, one thread.
/// </summary>
public sealed class TileBuilder
{
    private readonly FullTile full;
    private readonly Frontier frontier;
    private readonly List<TreeHash[]> levels = [];

    public TileBuilder(FullTile full)
        : this(full, new Frontier())
    {
    }

    private TileBuilder(FullTile full, Frontier frontier)
    {
        this.full = full;
        this.frontier = frontier;
    }

    public long Size => frontier.Size;

    /// <summary>Goes on from a tree whose right edge is already in tiles; reads at most one tile per level.</summary>
    public static TileBuilder Resume(long size, ReadTile read, FullTile full)
    {
        var builder = new TileBuilder(full, Frontier.FromTiles(size, read));
        foreach (var (level, tiles, width) in Tile.Levels(size))
        {
            builder.levels.Add(new TreeHash[Tile.FullWidth]);
            if (width > 0)
            {
                var tile = new TileId(level, tiles, width);
                Tile.HashesOf(tile, read(tile).Span).CopyTo(builder.levels[level]);
            }
        }

        return builder;
    }

    /// <summary>Adds a leaf. A tile it fills is handed over before this returns, lower levels first.</summary>
    public void Append(in TreeHash leaf)
    {
        Span<TreeHash> completed = stackalloc TreeHash[Frontier.MostCompleted];
        var at = frontier.Size;
        var count = frontier.Append(leaf, completed);
        Put(0, at, leaf);
        for (var level = 1; level <= count; level++)
        {
            Put(level, at >> (Tile.Height * level), completed[level - 1]);
        }
    }

    public TreeHash Root()
    {
        return frontier.Root();
    }

    /// <summary>The bytes of a partial tile of the present size (<see cref="Tile.Partials"/>); valid until the next leaf.</summary>
    public ReadOnlySpan<byte> Partial(TileId tile)
    {
        return MemoryMarshal.AsBytes(levels[tile.Level].AsSpan(0, tile.Width));
    }

    private void Put(int level, long hash, in TreeHash value)
    {
        if (levels.Count == level)
        {
            levels.Add(new TreeHash[Tile.FullWidth]);
        }

        var row = levels[level];
        row[hash % Tile.FullWidth] = value;
        if (hash % Tile.FullWidth == Tile.FullWidth - 1)
        {
            full(new TileId(level, hash / Tile.FullWidth), MemoryMarshal.AsBytes(row.AsSpan()));
        }
    }
}
