using System.Buffers;
using Backbone.Audit.Log.Tiles;
using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Log.Tests.Tiles;

public sealed class TileTests
{
    [Theory(DisplayName = "tlog-tiles: the number of a tile is spelt in groups of three digits")]
    [InlineData(0, 0L, 256, "tile/0/000")]
    [InlineData(0, 999L, 256, "tile/0/999")]
    [InlineData(1, 1_000L, 256, "tile/1/x001/000")]
    [InlineData(0, 1_234_067L, 256, "tile/0/x001/x234/067")]
    [InlineData(0, 273L, 112, "tile/0/273.p/112")]
    [InlineData(7, 9_223_372_036_854_775_807L, 1, "tile/7/x009/x223/x372/x036/x854/x775/807.p/1")]
    public void Paths_are_spelt_as_the_format_says(int level, long index, int width, string path)
    {
        var tile = new TileId(level, index, width);
        Assert.Equal(path, tile.Path);
        Assert.True(TileId.TryParse(path, out var parsed));
        Assert.Equal(tile, parsed);
    }

    [Theory]
    [InlineData("tile/0/67")]
    [InlineData("tile/0/0067")]
    [InlineData("tile/0/x000/067")]
    [InlineData("tile/0/001/067")]
    [InlineData("tile/0/x001/x067")]
    [InlineData("tile/0/xx01/067")]
    [InlineData("tile/0/xx001/067")]
    [InlineData("tile/0/067.p/0")]
    [InlineData("tile/0/067.p/256")]
    [InlineData("tile/0/067.p/01")]
    [InlineData("tile/0/067.p/")]
    [InlineData("tile/0/067.p/1.p/1")]
    [InlineData("tile/8/067")]
    [InlineData("tile/00/067")]
    [InlineData("tile/-1/067")]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/808")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/../067")]
    [InlineData("tile/0/")]
    [InlineData("tile/0")]
    [InlineData("")]
    public void Any_other_spelling_is_no_tile(string path) => Assert.False(TileId.TryParse(path, out _));

    [Property]
    public void Every_tile_and_bundle_reads_back(PositiveInt index, byte width, byte level)
    {
        var tile = new TileId(level % 8, index.Get * 7_654_321L, width + 1);
        Assert.True(TileId.TryParse(tile.Path, out var parsed));
        Assert.Equal(tile, parsed);
        var bundle = new BundleId(tile.Index, tile.Width);
        Assert.True(BundleId.TryParse(bundle.Path, out var same));
        Assert.Equal(bundle, same);
    }

    [Fact(DisplayName = "tlog-tiles: 70,000 leaves are 273 tiles and 112 hashes, one tile and 17, and one hash; 256 are one tile and one hash")]
    public void The_sizes_of_the_format_text_come_out()
    {
        Assert.Equal([(0, 273L, 112), (1, 1L, 17), (2, 0L, 1)], Tile.Levels(70_000));
        Assert.Equal([(0, 1L, 0), (1, 0L, 1)], Tile.Levels(256));
        Assert.Empty(Tile.Levels(0));
        Assert.Equal(["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"], Tile.Partials(70_000).Select(tile => tile.Path));
        Assert.Equal((65_536L, 69_888L), (new TileId(1, 1, 17).FirstLeaf, new TileId(1, 1, 17).EndLeaf));
    }

    [Fact]
    public void Bundles_read_back_without_copies_and_say_where_each_entry_is()
    {
        byte[][] entries = [[], [1], [.. Enumerable.Repeat((byte)2, 65_535)], [3, 3]];
        var writer = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
        {
            EntryBundle.Append(writer, entry);
        }

        var read = new List<byte[]>();
        var offsets = new List<int>();
        var walk = EntryBundle.Read(writer.WrittenSpan);
        while (walk.MoveNext())
        {
            read.Add(walk.Current.ToArray());
            offsets.Add(walk.Offset);
        }

        Assert.True(walk.IsWhole);
        Assert.Equal(entries, read);
        Assert.Equal([0, 2, 5, 65_542], offsets);
        Assert.Equal(new byte[] { 0, 0, 0, 1, 1, 0xFF, 0xFF, 2 }, writer.WrittenSpan[..8].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => EntryBundle.Append(writer, new byte[65_536]));
    }

    [Property]
    public void A_bundle_of_any_bytes_is_walked_to_its_end_or_to_where_it_breaks(byte[] bytes)
    {
        var walk = EntryBundle.Read(bytes);
        var sum = 0;
        while (walk.MoveNext())
        {
            sum += EntryBundle.LengthBytes + walk.Current.Length;
        }

        Assert.Equal(sum, walk.Next);
        Assert.Equal(sum == bytes.Length, walk.IsWhole);
    }
}
