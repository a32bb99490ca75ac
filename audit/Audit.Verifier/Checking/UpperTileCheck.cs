using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>Checks one tile above level 0 against the hashes of the full tiles below it, which have been checked before.</summary>
internal sealed class UpperTileCheck(StoredTiles stored, Report report)
{
    /// <summary><see cref="Workspace.Computed"/> and <see cref="Workspace.Known"/> hold what follows from below.</summary>
    public bool Run(TileId tile, Func<TreeHash[], bool> leadsUp, Workspace work, Span<TreeHash> target)
    {
        var width = tile.Width;
        var inFile = work.Stored.AsSpan(0, width);
        var computed = work.Computed.AsSpan(0, width);
        var known = work.Known.AsSpan(0, width);
        var path = stored.TryRead(tile, work.TileBytes, inFile);
        if (path is null && known.Contains(false))
        {
            return false;
        }

        var blame = path is null ? Blame.Tile : Judgement.Of(inFile, computed, known, leadsUp);
        if (path is not null && blame != Blame.Nobody)
        {
            Report(blame, tile, path, inFile, computed, known);
        }

        var believed = blame == Blame.Tile ? computed : inFile;
        believed.CopyTo(target);
        if (blame == Blame.Tile)
        {
            stored.Correct(tile, believed);
        }

        PartialTiles.Check(stored, report, tile, path, work, target[..width]);
        return true;
    }

    private void Report(Blame blame, TileId tile, string path, Span<TreeHash> inFile, Span<TreeHash> computed, Span<bool> known)
    {
        for (var i = 0; i < inFile.Length; i++)
        {
            if (!known[i] || inFile[i] == computed[i])
            {
                continue;
            }

            var below = new TileId(tile.Level - 1, tile.Index * Tile.FullWidth + i);
            if (blame is Blame.Tile or Blame.Either)
            {
                report.Add(
                    stored.Files.NameOf(path), StoredTiles.Leaves(below), new Extent((long)i * TreeHash.Bytes, (i + 1L) * TreeHash.Bytes),
                    blame == Blame.Tile
                        ? "this hash is not that of the tile below, which leads to the signed root"
                        : $"this hash is not that of {below.Path}, and nothing above decides which is right");
            }

            if (blame is Blame.Below or Blame.Either)
            {
                report.Add(
                    stored.Files.NameOf(below.Path), StoredTiles.Leaves(below), new Extent(0, below.Bytes),
                    blame == Blame.Below
                        ? $"this tile and all below it were rewritten: they do not lead to {path}, which leads to the signed root"
                        : $"this tile does not lead to {path}, and nothing above decides which is right");
            }
        }
    }
}
