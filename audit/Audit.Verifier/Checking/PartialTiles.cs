using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>Partial tiles that earlier checkpoints needed and nobody deleted.</summary>
internal static class PartialTiles
{
    /// <summary>Each must begin as the proven row does; what goes beyond that row is not covered by the checkpoint.</summary>
    public static void Check(StoredTiles stored, Report report, TileId tile, string? read, Workspace work, ReadOnlySpan<TreeHash> believed)
    {
        foreach (var width in stored.OtherPartials((tile with { Width = Tile.FullWidth }).Path, read ?? ""))
        {
            var partial = tile with { Width = width };
            if (!stored.Files.TryRead(partial.Path, Tile.FullWidth * TreeHash.Bytes, work.TileBytes))
            {
                continue;
            }

            if (work.TileBytes.Length != partial.Bytes)
            {
                var text = FormattableString.Invariant($"has {work.TileBytes.Length} bytes; a tile {width} wide has {partial.Bytes}");
                report.Add(stored.Files.NameOf(partial.Path), StoredTiles.Leaves(partial), new Extent(0, work.TileBytes.Length), text);
                continue;
            }

            var row = Tile.HashesOf(partial, work.TileBytes.Span);
            var same = Math.Min(width, believed.Length);
            var equal = row[..same].CommonPrefixLength(believed[..same]);
            if (equal == same)
            {
                continue;
            }

            var last = same;
            while (row[last - 1] == believed[last - 1])
            {
                last--;
            }

            report.Add(
                stored.Files.NameOf(partial.Path),
                new Extent((tile with { Width = equal }).EndLeaf, (tile with { Width = last }).EndLeaf),
                new Extent((long)equal * TreeHash.Bytes, (long)last * TreeHash.Bytes), "these hashes are not those that are proven");
        }
    }
}
