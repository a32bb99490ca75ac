using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>What one thread needs to check one tile; lent from tile to tile.</summary>
internal sealed class Workspace
{
    public FileBuffer TileBytes { get; } = new();

    public FileBuffer BundleBytes { get; } = new();

    /// <summary>The tile's hashes as its file has them.</summary>
    public TreeHash[] Stored { get; } = new TreeHash[Tile.FullWidth];

    /// <summary>The tile's hashes as they follow from below.</summary>
    public TreeHash[] Computed { get; } = new TreeHash[Tile.FullWidth];

    /// <summary>What is known of the tile in the end.</summary>
    public TreeHash[] Row { get; } = new TreeHash[Tile.FullWidth];

    /// <summary>Where <see cref="Computed"/> means something.</summary>
    public bool[] Known { get; } = new bool[Tile.FullWidth];

    /// <summary>Where each entry of the bundle starts; one more for the end.</summary>
    public int[] Offsets { get; } = new int[Tile.FullWidth + 1];
}
