using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Proofs;

/// <summary>RFC 6962 2.1.1: the siblings from the leaf up to the root's child.</summary>
public static class InclusionProof
{
    /// <summary>Reads a tile per level and side branch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf in a tree of that size.</exception>
    public static TreeHash[] Generate(long index, long size, ReadTile read)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<TreeHash>();
        var (from, to) = (0L, size);
        while (to - from > 1)
        {
            var split = from + Subtree.LargestPowerBelow(to - from);
            if (index < split)
            {
                path.Add(Subtree.Range(split, to, size, read));
                to = split;
            }
            else
            {
                path.Add(Subtree.Range(from, split, size, read));
                from = split;
            }
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>
    /// RFC 9162 2.1.3.2. Strict: an index outside the tree, the empty tree, and a proof with a hash too few or too many are refused.
    /// </summary>
    public static bool Verify(long index, long size, in TreeHash leaf, ReadOnlySpan<TreeHash> proof, in TreeHash root)
    {
        return TryRoot(index, size, leaf, proof, out var computed) && computed == root;
    }

    /// <summary>The root to which the proof leads from the leaf; false when no tree of that size has a proof of that length there.</summary>
    public static bool TryRoot(long index, long size, in TreeHash leaf, ReadOnlySpan<TreeHash> proof, out TreeHash root)
    {
        root = leaf;
        if (index < 0 || index >= size)
        {
            return false;
        }

        var (at, last) = (index, size - 1);
        foreach (ref readonly var sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                root = TreeHash.Node(sibling, root);
                while ((at & 1) == 0 && at != 0)
                {
                    at >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                root = TreeHash.Node(root, sibling);
            }

            at >>= 1;
            last >>= 1;
        }

        return last == 0;
    }
}
