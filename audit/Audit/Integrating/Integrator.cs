using System.Buffers;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Integrating;

/// <summary>
/// Takes records from the log into the tree: leaf hashes, full tiles, full entry bundles. Owned by one loop (<see cref="IntegrateLog"/>).
/// Files are written without fsync: whatever of them a crash loses is made again from the segments (<see cref="OpenTree"/>).
/// </summary>
internal sealed class Integrator
{
    private readonly TlogFolder folder;
    private readonly TileBuilder tiles;
    private readonly ArrayBufferWriter<byte> bundle = new(256 * 1024);

    /// <summary>An empty tree.</summary>
    public Integrator(TlogFolder folder)
    {
        this.folder = folder;
        tiles = new TileBuilder(WriteFull);
    }

    private Integrator(TlogFolder folder, long size, ReadTile read)
    {
        this.folder = folder;
        tiles = TileBuilder.Resume(size, read, WriteFull);
    }

    /// <summary>Leaves in the tree.</summary>
    public long Size => tiles.Size;

    /// <summary>Goes on from a tree that is in files.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="size">Leaves.</param>
    /// <param name="read">Reads the tiles on its right edge.</param>
    /// <param name="openBundle">The entries of its last, partial bundle, in the bundle's form.</param>
    public static Integrator Resume(TlogFolder folder, long size, ReadTile read, ReadOnlySpan<byte> openBundle)
    {
        var resumed = new Integrator(folder, size, read);
        resumed.bundle.Write(openBundle);
        return resumed;
    }

    public TreeHash Root() => tiles.Root();

    public void Add(ReadOnlySpan<byte> leaf)
    {
        var index = tiles.Size;
        EntryBundle.Append(bundle, leaf);
        if ((index + 1) % Tile.FullWidth == 0)
        {
            // Before the hashes that speak of it.
            var full = new BundleId(index / Tile.FullWidth).Path;
            folder.Write(full, bundle.WrittenSpan);
            folder.DeletePartials(full);
            bundle.ResetWrittenCount();
        }

        tiles.Append(TreeHash.Leaf(leaf));
    }

    /// <summary>The partial tiles and the partial bundle that a checkpoint of this size needs.</summary>
    public void WritePartials()
    {
        if (bundle.WrittenCount > 0)
        {
            folder.Write(new BundleId(Size / Tile.FullWidth, (int)(Size % Tile.FullWidth)).Path, bundle.WrittenSpan);
        }

        foreach (var tile in Tile.Partials(Size))
        {
            folder.Write(tile.Path, tiles.Partial(tile));
        }
    }

    private void WriteFull(TileId tile, ReadOnlySpan<byte> bytes)
    {
        folder.Write(tile.Path, bytes);
        folder.DeletePartials(tile.Path);
    }
}
