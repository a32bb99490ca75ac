using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Log.Tests.Proofs;

public sealed class ProofTests
{
    private static readonly SampleTree Largest = new(1_300);

    [Fact]
    public void Every_proof_of_small_trees_is_that_of_the_definition_and_verifies()
    {
        for (var size = 1; size <= 40; size++)
        {
            var entries = Largest.Entries[..size];
            var root = NaiveTree.Root(entries);
            for (var index = 0; index < size; index++)
            {
                var path = InclusionProof.Generate(index, size, Largest.Read);
                Assert.Equal(NaiveTree.Path(index, entries), path);
                Assert.True(InclusionProof.Verify(index, size, Largest.Leaf(index), path, root));
                var proof = ConsistencyProof.Generate(index + 1, size, Largest.Read);
                Assert.Equal(NaiveTree.Consistency(index + 1, entries), proof);
                Assert.True(ConsistencyProof.Verify(index + 1, size, NaiveTree.Root(entries.AsSpan(0, index + 1)), root, proof));
            }
        }
    }

    [Property(MaxTest = 60)]
    public void Inclusion_of_any_leaf_in_any_tree_verifies_and_no_changed_bit_does(PositiveInt some, NonNegativeInt which)
    {
        var size = (some.Get * 7919 % 1_300) + 1;
        var index = which.Get % size;
        var (leaf, root) = (Largest.Leaf(index), NaiveTree.Root(Largest.Entries.AsSpan(0, size)));
        var path = InclusionProof.Generate(index, size, Largest.Read);
        Assert.Equal(NaiveTree.Path(index, Largest.Entries[..size]), path);
        Assert.True(InclusionProof.Verify(index, size, leaf, path, root));

        Assert.All(Flips(path), changed => Assert.False(InclusionProof.Verify(index, size, leaf, changed, root)));
        Assert.All(Flips([root]), changed => Assert.False(InclusionProof.Verify(index, size, leaf, path, changed[0])));
        Assert.All(Flips([leaf]), changed => Assert.False(InclusionProof.Verify(index, size, changed[0], path, root)));
        for (var bit = 0; bit < 64; bit++)
        {
            Assert.False(InclusionProof.Verify(index ^ (1L << bit), size, leaf, path, root), $"index bit {bit}");
            // A path does not tell trees apart that are alike along it: their size is vouched for by the checkpoint's signature alone.
            var other = size ^ (1L << bit);
            Assert.True(Steps(index, other) == Steps(index, size) || !InclusionProof.Verify(index, other, leaf, path, root), $"size bit {bit}");
        }

        Assert.False(InclusionProof.Verify(index, size, leaf, [.. path, root], root));
        Assert.False(InclusionProof.Verify(index, size, leaf, [root, .. path], root));
        Assert.False(path.Length > 0 && InclusionProof.Verify(index, size, leaf, path.AsSpan(0, path.Length - 1), root));
    }

    [Property(MaxTest = 60)]
    public void Consistency_of_any_two_sizes_verifies_and_no_changed_bit_does(PositiveInt some, NonNegativeInt earlier)
    {
        var second = (some.Get * 7919 % 1_299) + 2;
        var first = (earlier.Get % (second - 1)) + 1;
        var (root1, root2) = (NaiveTree.Root(Largest.Entries.AsSpan(0, first)), NaiveTree.Root(Largest.Entries.AsSpan(0, second)));
        var proof = ConsistencyProof.Generate(first, second, Largest.Read);
        Assert.Equal(NaiveTree.Consistency(first, Largest.Entries[..second]), proof);
        Assert.True(ConsistencyProof.Verify(first, second, root1, root2, proof));

        Assert.All(Flips(proof), changed => Assert.False(ConsistencyProof.Verify(first, second, root1, root2, changed)));
        Assert.All(Flips([root1]), changed => Assert.False(ConsistencyProof.Verify(first, second, changed[0], root2, proof)));
        Assert.All(Flips([root2]), changed => Assert.False(ConsistencyProof.Verify(first, second, root1, changed[0], proof)));
        for (var bit = 0; bit < 64; bit++)
        {
            Assert.False(ConsistencyProof.Verify(first ^ (1L << bit), second, root1, root2, proof), $"first bit {bit}");
            var other = second ^ (1L << bit);
            Assert.True(
                Steps(first - 1, other) == Steps(first - 1, second) || !ConsistencyProof.Verify(first, other, root1, root2, proof), $"second bit {bit}");
        }

        Assert.False(ConsistencyProof.Verify(second, first, root2, root1, proof));
        Assert.False(ConsistencyProof.Verify(first, second, root1, root2, [.. proof, root1]));
        Assert.False(proof.Length > 0 && ConsistencyProof.Verify(first, second, root1, root2, proof.AsSpan(0, proof.Length - 1)));
    }

    [Fact]
    public void Proofs_of_what_is_not_there_are_not_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => InclusionProof.Generate(5, 5, Largest.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => InclusionProof.Generate(-1, 5, Largest.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyProof.Generate(0, 5, Largest.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyProof.Generate(6, 5, Largest.Read));
    }

    /// <summary>Which way the walk from the root to a leaf turns.</summary>
    private static string Steps(long index, long size)
    {
        if (index < 0 || index >= size)
        {
            return "outside";
        }

        var steps = "";
        for (var (from, to) = (0L, size); to - from > 1;)
        {
            var split = from + Subtree.LargestPowerBelow(to - from);
            steps += index < split ? "L" : "R";
            (from, to) = index < split ? (from, split) : (split, to);
        }

        return steps;
    }

    private static IEnumerable<TreeHash[]> Flips(TreeHash[] hashes)
    {
        for (var bit = 0; bit < hashes.Length * 256; bit++)
        {
            var bytes = hashes[bit / 256].ToArray();
            bytes[bit % 256 / 8] ^= (byte)(1 << (bit % 8));
            var changed = hashes.ToArray();
            changed[bit / 256] = TreeHash.From(bytes);
            yield return changed;
        }
    }
}
