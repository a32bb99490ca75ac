using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>
/// Tiles and bundles as they are stored, found under whichever width they have. What a check found to be wrong is remembered with the
/// row that the rest of the log proves, so that one damaged file is not found again wherever its hashes are used. Thread-safe.
/// </summary>
internal sealed class StoredTiles(LogFiles files, Report report, long size, long minimum = 0)
{
    /// <summary>Beyond this many wrong tiles the log is beyond help and the memory is worth more.</summary>
    private const int MostCorrected = 4_096;

    private readonly ConcurrentDictionary<TileId, TreeHash[]> corrected = [];

    public LogFiles Files => files;

    public long Size => size;

    /// <summary>The tile's hashes into the row. The path of the file they are from; null, and a finding, if there is none to use.</summary>
    public string? TryRead(TileId tile, FileBuffer buffer, Span<TreeHash> row)
    {
        foreach (var candidate in Candidates(tile.Width, width => (tile with { Width = width }).Path))
        {
            if (!files.TryRead(candidate.Path, Tile.FullWidth * TreeHash.Bytes, buffer))
            {
                continue;
            }

            if (buffer.Length == candidate.Width * TreeHash.Bytes)
            {
                Tile.HashesOf(tile, buffer.Span).CopyTo(row);
                return candidate.Path;
            }

            var text = FormattableString.Invariant($"has {buffer.Length} bytes; a tile {candidate.Width} wide has {candidate.Width * TreeHash.Bytes}");
            report.Add(files.NameOf(candidate.Path), Leaves(tile), new Extent(0, buffer.Length), text);
            return null;
        }

        Missing(tile.Path, Leaves(tile));
        return null;
    }

    /// <summary>The bundle's bytes. The path they are from and the entries its name promises; null, and a finding, if there is none.</summary>
    public (string Path, int Width)? TryRead(BundleId bundle, FileBuffer buffer)
    {
        foreach (var candidate in Candidates(bundle.Width, width => (bundle with { Width = width }).Path))
        {
            if (!files.TryRead(candidate.Path, EntryBundle.MaxBytes, buffer))
            {
                continue;
            }

            if (buffer.Length <= EntryBundle.MaxBytes)
            {
                return candidate;
            }

            report.Add(files.NameOf(candidate.Path), Leaves(bundle), null, FormattableString.Invariant($"is longer than {EntryBundle.MaxBytes} bytes"));
            return null;
        }

        Missing(bundle.Path, Leaves(bundle));
        return null;
    }

    /// <summary>What the rest of the log proves instead of what that tile's file holds.</summary>
    public void Correct(TileId tile, ReadOnlySpan<TreeHash> row)
    {
        if (corrected.Count < MostCorrected)
        {
            corrected[tile with { Width = Tile.FullWidth }] = row.ToArray();
        }
    }

    /// <summary>The hashes to believe after the tree was checked; false if there are none.</summary>
    public bool TryBelieved(TileId tile, FileBuffer buffer, Span<TreeHash> row)
    {
        if (corrected.TryGetValue(tile with { Width = Tile.FullWidth }, out var proven) && proven.Length >= tile.Width)
        {
            proven.AsSpan(0, tile.Width).CopyTo(row);
            return true;
        }

        // As wide as the checkpoint needs it: that file was checked; narrower ones of earlier sizes may be found wrong without harm.
        var checkedWidth = Tile.Holding(tile.Level, tile.Index * Tile.FullWidth, size).Width;
        foreach (var candidate in Candidates(Math.Max(checkedWidth, tile.Width), width => (tile with { Width = width }).Path))
        {
            if (files.TryRead(candidate.Path, Tile.FullWidth * TreeHash.Bytes, buffer) && buffer.Length == candidate.Width * TreeHash.Bytes)
            {
                Tile.HashesOf(tile, buffer.Span).CopyTo(row);
                return true;
            }
        }

        return false;
    }

    /// <summary>For proofs: believed tiles as bytes.</summary>
    public ReadTile Reader()
    {
        var buffer = new FileBuffer();
        return tile =>
        {
            var row = new TreeHash[tile.Width];
            return TryBelieved(tile, buffer, row)
                ? MemoryMarshal.AsBytes(row.AsSpan()).ToArray()
                : throw new Log.LogFormatException($"{tile.Path} is missing or damaged");
        };
    }

    /// <summary>Widths of the partial files of a tile or bundle, other than one; empty where folders cannot be listed.</summary>
    public IEnumerable<int> OtherPartials(string fullPath, string but)
    {
        foreach (var name in files.List(fullPath + ".p"))
        {
            if ($"{fullPath}.p/{name}" != but && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width is > 0 and < Tile.FullWidth)
            {
                yield return width;
            }
        }
    }

    public static Extent Leaves(TileId tile)
    {
        return new Extent(tile.FirstLeaf, tile.EndLeaf);
    }

    public static Extent Leaves(BundleId bundle)
    {
        return new Extent(bundle.FirstLeaf, bundle.FirstLeaf + bundle.Width);
    }

    /// <summary>tlog-tiles, "Pruning": what ends at or below the minimum index may be away.</summary>
    private void Missing(string path, Extent leaves)
    {
        if (leaves.End > minimum)
        {
            report.Add(files.NameOf(path), leaves, null, "is missing");
        }
    }

    /// <summary>tlog-tiles, "Partial Tiles": the partial one, else the full one, else (in a folder) a wider partial one.</summary>
    private IEnumerable<(string Path, int Width)> Candidates(int width, Func<int, string> path)
    {
        yield return (path(width), width);
        if (width == Tile.FullWidth)
        {
            yield break;
        }

        yield return (path(Tile.FullWidth), Tile.FullWidth);
        foreach (var wider in OtherPartials(path(Tile.FullWidth), path(width)).Where(other => other > width).OrderDescending())
        {
            yield return (path(wider), wider);
        }
    }
}
