using System.Numerics;
using Backbone.Audit.Log.Tiles;

namespace Backbone.Audit.Log.Tree;

/// <summary>
/// The right edge of a tree (a "compact range"): the roots of its perfect subtrees, at most 63, enough to append and to know the root.
/// Each leaf costs one node hash on average and allocates nothing. One owner, one thread.
/// </summary>
public sealed class Frontier
{
    /// <summary>The most tile hashes that one leaf can complete.</summary>
    public const int MostCompleted = 63 / Tile.Height;

    // byHeight[h] is the root of a perfect subtree of 2^h leaves and means something only while bit h of the size is set.
    private readonly TreeHash[] byHeight = new TreeHash[64];

    public long Size { get; private set; }

    /// <summary>
    /// Adds a leaf. Each full tile it completes yields that tile's hash: <paramref name="completed"/>[l] is the next hash of level l + 1.
    /// Returns how many there are, at most <see cref="MostCompleted"/>; nearly always 0.
    /// </summary>
    public int Append(in TreeHash leaf, Span<TreeHash> completed)
    {
        var node = leaf;
        var count = 0;
        var height = 0;
        for (; (Size >> height & 1) == 1; height++)
        {
            node = TreeHash.Node(byHeight[height], node);
            if ((height + 1) % Tile.Height == 0)
            {
                completed[count++] = node;
            }
        }

        byHeight[height] = node;
        Size++;
        return count;
    }

    public void Append(in TreeHash leaf)
    {
        Span<TreeHash> completed = stackalloc TreeHash[MostCompleted];
        Append(leaf, completed);
    }

    public TreeHash Root()
    {
        if (Size == 0)
        {
            return TreeHash.Empty;
        }

        var height = BitOperations.TrailingZeroCount(Size);
        var root = byHeight[height];
        for (height++; Size >> height != 0; height++)
        {
            if ((Size >> height & 1) == 1)
            {
                root = TreeHash.Node(byHeight[height], root);
            }
        }

        return root;
    }

    /// <summary>The right edge of the tree of that size, from the tiles on its right edge.</summary>
    /// <exception cref="LogFormatException">The reader answered with fewer bytes than the tile has.</exception>
    public static Frontier FromTiles(long size, ReadTile read)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var frontier = new Frontier { Size = size };
        for (var height = 0; size >> height != 0; height++)
        {
            if ((size >> height & 1) == 1)
            {
                // The subtrees of greater height lie to its left: all bits of the size above this one.
                frontier.byHeight[height] = Subtree.Root(height, (size >> height) - 1, size, read);
            }
        }

        return frontier;
    }
}
