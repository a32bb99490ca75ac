using System.Numerics;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Proofs;

/// <summary>
/// RFC 6962 2.1.2: the later tree begins with the earlier one.
/// <para>
/// Size 0: every tree begins with the empty one, so a proof from it says nothing about the log. This verifier refuses size 0 on either
/// side, as the vectors of transparency-dev/merkle do. The witness protocol starts from "old 0" with an empty proof; that is another
/// question with a path of its own, <see cref="Witness.WitnessConsistency"/>.
/// </para>
/// </summary>
public static class ConsistencyProof
{
    /// <exception cref="ArgumentOutOfRangeException">Not 1 ≤ first ≤ second.</exception>
    public static TreeHash[] Generate(long first, long second, ReadTile read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, second);
        var path = new List<TreeHash>();
        var (from, to) = (0L, second);
        while (first != to)
        {
            var split = from + Subtree.LargestPowerBelow(to - from);
            if (first <= split)
            {
                path.Add(Subtree.Range(split, to, second, read));
                to = split;
            }
            else
            {
                path.Add(Subtree.Range(from, split, second, read));
                from = split;
            }
        }

        // The verifier knows the first root already when the walk ended at the whole first tree.
        if (from != 0)
        {
            path.Add(Subtree.Range(from, to, second, read));
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>RFC 9162 2.1.4.2. Strict: sizes below 1 or in the wrong order, and a hash too few or too many, are refused.</summary>
    public static bool Verify(long first, long second, in TreeHash firstRoot, in TreeHash secondRoot, ReadOnlySpan<TreeHash> proof)
    {
        if (first < 1 || first > second)
        {
            return false;
        }

        if (first == second)
        {
            return proof.IsEmpty && firstRoot == secondRoot;
        }

        // A first tree that is a power of two is itself the start of the path and is not repeated in the proof.
        var startsAtFirst = BitOperations.IsPow2(first);
        if (!startsAtFirst && proof.IsEmpty)
        {
            return false;
        }

        var (at, last) = (first - 1, second - 1);
        while ((at & 1) == 1)
        {
            at >>= 1;
            last >>= 1;
        }

        var (early, late) = startsAtFirst ? (firstRoot, firstRoot) : (proof[0], proof[0]);
        foreach (ref readonly var sibling in startsAtFirst ? proof : proof[1..])
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                early = TreeHash.Node(sibling, early);
                late = TreeHash.Node(sibling, late);
                while ((at & 1) == 0 && at != 0)
                {
                    at >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                late = TreeHash.Node(late, sibling);
            }

            at >>= 1;
            last >>= 1;
        }

        return last == 0 && early == firstRoot && late == secondRoot;
    }
}
