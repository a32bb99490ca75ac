using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>The partial tiles of a tree by level: together they are its root, so one can be judged by the others.</summary>
internal sealed class RightEdge(long size)
{
    private readonly TreeHash[]?[] rows = new TreeHash[Tile.MaxLevel + 1][];

    public void Set(int level, ReadOnlySpan<TreeHash> row)
    {
        rows[level] = row.ToArray();
    }

    /// <summary>The root, with another row in place of one level's; null while a level's row is not known.</summary>
    public TreeHash? Root(int level = -1, ReadOnlySpan<TreeHash> instead = default)
    {
        TreeHash? root = null;
        foreach (var (at, _, width) in Tile.Levels(size))
        {
            var row = at == level ? instead : rows[at];
            if (row.Length < width)
            {
                return null;
            }

            // Bits of the width from the lowest: the perfect subtrees from right to left.
            for (var end = width; end > 0;)
            {
                var count = end & -end;
                var subtree = Subtree.Perfect(row.Slice(end - count, count));
                root = root is { } right ? TreeHash.Node(subtree, right) : subtree;
                end -= count;
            }
        }

        return root ?? TreeHash.Empty;
    }
}
