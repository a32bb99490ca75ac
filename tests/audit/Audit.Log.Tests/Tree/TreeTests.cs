using System.Text;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Tests.Tree;

public sealed class TreeTests
{
    // Around the edges of tiles and of powers of two, where mistakes live.
    public static TheoryData<int> Sizes => [0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 255, 256, 257, 511, 512, 513, 1000, 4097];

    [Fact(DisplayName = "RFC 6962 2.1: the hash of no leaf, of an empty leaf and of a node have their prefixes")]
    public void Hashes_have_their_prefixes()
    {
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", TreeHash.Empty.ToString());
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", TreeHash.Leaf([]).ToString());
        Assert.Equal(NaiveTree.Root([[1], [2]]), TreeHash.Node(TreeHash.Leaf([1]), TreeHash.Leaf([2])));
    }

    [Theory]
    [InlineData(2_046)]
    [InlineData(2_047)]
    [InlineData(2_048)]
    [InlineData(65_535)]
    public void A_leaf_of_any_length_is_hashed_whole(int length)
    {
        var entry = new byte[length];
        entry.AsSpan().Fill(7);
        Assert.Equal(NaiveTree.Root([entry]), TreeHash.Leaf(entry));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_frontier_has_the_root_of_the_definition(int size)
    {
        var tree = new SampleTree(size);
        Assert.Equal(NaiveTree.Root(tree.Entries), tree.Root);
        Assert.Equal(NaiveTree.Root(tree.Entries), Subtree.Range(0, size, size, tree.Read));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void What_was_resumed_from_tiles_goes_on_as_if_it_never_stopped(int size)
    {
        var whole = new SampleTree(size + 300);
        var begun = new SampleTree(size);
        var added = new Dictionary<string, byte[]>();
        var resumed = TileBuilder.Resume(size, begun.Read, (tile, bytes) => added.Add(tile.Path, bytes.ToArray()));
        for (var i = size; i < size + 300; i++)
        {
            resumed.Append(whole.Leaf(i));
        }

        Assert.Equal(whole.Root, resumed.Root());
        Assert.All(added, file => Assert.Equal(whole.Files[file.Key], file.Value));
        Assert.All(Tile.Partials(size + 300), tile => Assert.Equal(whole.Read(tile).ToArray(), resumed.Partial(tile).ToArray()));
        Assert.Equal(whole.Files.Keys.Where(path => !path.Contains(".p/", StringComparison.Ordinal)).Except(begun.Files.Keys).Order(), added.Keys.Order());
    }

    [Fact]
    public void A_fuller_tile_serves_an_earlier_size()
    {
        var late = new SampleTree(600);
        for (var size = 1; size < 600; size += 37)
        {
            Assert.Equal(NaiveTree.Root(late.Entries.AsSpan(0, size)), Subtree.Range(0, size, size, late.Read));
        }
    }

    [Fact]
    public void A_tile_cut_short_is_refused_and_named()
    {
        var tree = new SampleTree(300);
        var problem = Assert.Throws<LogFormatException>(() => Subtree.Range(0, 300, 300, tile => tree.Read(tile)[..^1]));
        Assert.Contains("tile/", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Appending_allocates_nothing()
    {
        var builder = new TileBuilder((_, _) => { });
        var leaf = TreeHash.Leaf(Encoding.ASCII.GetBytes("x"));
        for (var i = 0; i < 70_000; i++)
        {
            builder.Append(leaf);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            builder.Append(leaf);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
