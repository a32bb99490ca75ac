using System.Text;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Tests;

/// <summary>A tree in memory: entries "entry 0", "entry 1", …, and all its tiles by path, as a log would store them.</summary>
internal sealed class SampleTree
{
    private readonly Dictionary<string, byte[]> files = [];

    public SampleTree(int size)
    {
        Entries = [.. Enumerable.Range(0, size).Select(i => Encoding.ASCII.GetBytes($"entry {i}"))];
        Builder = new TileBuilder((tile, bytes) => files.Add(tile.Path, bytes.ToArray()));
        foreach (var entry in Entries)
        {
            Builder.Append(TreeHash.Leaf(entry));
        }

        foreach (var tile in Tile.Partials(size))
        {
            files.Add(tile.Path, Builder.Partial(tile).ToArray());
        }
    }

    public byte[][] Entries { get; }

    public TileBuilder Builder { get; }

    public IReadOnlyDictionary<string, byte[]> Files => files;

    public TreeHash Root => Builder.Root();

    public TreeHash Leaf(int index) => TreeHash.Leaf(Entries[index]);

    /// <summary>The tile of a tree of this or an earlier size: the widest that is stored.</summary>
    public ReadOnlyMemory<byte> Read(TileId tile) => files[Tile.Holding(tile.Level, tile.Index * Tile.FullWidth, Entries.Length).Path];
}
