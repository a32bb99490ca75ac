using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>Checks one tile of leaf hashes against the entries of its bundle, and the partial files of both against what is proven.</summary>
internal sealed class LeafTileCheck(StoredTiles stored, Report report)
{
    /// <summary>The row to believe goes to the target; false if nothing is left to believe.</summary>
    public bool Run(TileId tile, Func<TreeHash[], bool> leadsUp, Workspace work, Span<TreeHash> target)
    {
        var width = tile.Width;
        var bundle = new BundleId(tile.Index, width);
        var inFile = work.Stored.AsSpan(0, width);
        var computed = work.Computed.AsSpan(0, width);
        var known = work.Known.AsSpan(0, width);
        var path = stored.TryRead(tile, work.TileBytes, inFile);
        var source = stored.TryRead(bundle, work.BundleBytes);
        known.Clear();
        if (source is { } read)
        {
            HashEntries(read.Path, read.Width, bundle, work, computed, known);
        }

        if (path is null && known.Contains(false))
        {
            return false;
        }

        var blame = path is null ? Blame.Tile : source is null ? Blame.Nobody : Judgement.Of(inFile, computed, known, leadsUp);
        if (path is not null && source is { } bundleFile)
        {
            Report(blame, tile, path, bundleFile.Path, work, inFile, computed, known);
        }

        var believed = blame == Blame.Tile ? computed : inFile;
        believed.CopyTo(target);
        if (blame == Blame.Tile)
        {
            stored.Correct(tile, believed);
        }

        CheckPartials(tile, bundle, path, source?.Path, work, target[..width]);
        return true;
    }

    private void HashEntries(string path, int promised, BundleId bundle, Workspace work, Span<TreeHash> computed, Span<bool> known)
    {
        var walk = EntryBundle.Read(work.BundleBytes.Span);
        var count = 0;
        while (count < promised && walk.MoveNext())
        {
            work.Offsets[count] = walk.Offset;
            if (count < computed.Length)
            {
                computed[count] = TreeHash.Leaf(walk.Current);
                known[count] = true;
            }

            count++;
        }

        work.Offsets.AsSpan(count).Fill(work.BundleBytes.Length);
        work.Offsets[count] = walk.Next;
        report.Progressed(Math.Min(count, computed.Length), work.BundleBytes.Length);
        if (count < promised || !walk.IsWhole)
        {
            // The place where it breaks may lie behind the place where it was damaged: see the range that follows from the hashes.
            var text = count < promised
                ? FormattableString.Invariant($"breaks off in entry {count} of {promised}")
                : FormattableString.Invariant($"has {work.BundleBytes.Length - walk.Next} bytes behind its last entry");
            var leaves = new Extent(bundle.FirstLeaf + Math.Min(count, promised - 1), bundle.FirstLeaf + promised);
            report.Add(stored.Files.NameOf(path), leaves, new Extent(walk.Next, work.BundleBytes.Length), text);
        }
    }

    private void Report(
        Blame blame, TileId tile, string tilePath, string bundlePath, Workspace work, Span<TreeHash> inFile, Span<TreeHash> computed, Span<bool> known)
    {
        if (blame == Blame.Nobody)
        {
            return;
        }

        foreach (var (from, end) in Judgement.Runs(inFile, computed, known))
        {
            var leaves = new Extent(tile.FirstLeaf + from, tile.FirstLeaf + end);
            if (blame is Blame.Tile or Blame.Either)
            {
                report.Add(
                    stored.Files.NameOf(tilePath), leaves, new Extent((long)from * TreeHash.Bytes, (long)end * TreeHash.Bytes),
                    blame == Blame.Tile
                        ? "these leaf hashes are not those of the entries, which lead to the signed root"
                        : $"these leaf hashes are not those of the entries in {bundlePath}, and nothing above decides which is right");
            }

            if (blame is Blame.Below or Blame.Either)
            {
                report.Add(
                    stored.Files.NameOf(bundlePath), leaves, new Extent(work.Offsets[from], work.Offsets[end]),
                    blame == Blame.Below
                        ? "these entries do not hash to their leaf hashes, which lead to the signed root"
                        : $"these entries do not hash to the leaf hashes in {tilePath}, and nothing above decides which is right");
            }
        }
    }

    /// <summary>Partial files of earlier sizes must be the beginning of what is proven.</summary>
    private void CheckPartials(TileId tile, BundleId bundle, string? tilePath, string? bundlePath, Workspace work, Span<TreeHash> believed)
    {
        PartialTiles.Check(stored, report, tile, tilePath, work, believed);
        var full = (bundle with { Width = Tile.FullWidth }).Path;
        foreach (var width in stored.OtherPartials(full, bundlePath ?? ""))
        {
            var partial = bundle with { Width = width };
            if (!stored.Files.TryRead(partial.Path, EntryBundle.MaxBytes, work.BundleBytes))
            {
                continue;
            }

            var walk = EntryBundle.Read(work.BundleBytes.Span);
            var count = 0;
            var good = true;
            while (good && walk.MoveNext())
            {
                good = count < width && (count >= believed.Length || TreeHash.Leaf(walk.Current) == believed[count]);
                count += good ? 1 : 0;
            }

            if (!good || count != width || !walk.IsWhole)
            {
                report.Add(
                    stored.Files.NameOf(partial.Path), new Extent(bundle.FirstLeaf + Math.Min(count, width - 1), bundle.FirstLeaf + width),
                    new Extent(good ? walk.Next : walk.Offset, work.BundleBytes.Length), "from here on it is not the beginning of the entries that are proven");
            }
        }
    }
}
