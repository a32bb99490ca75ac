using System.Collections.Concurrent;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>
/// Verifies every entry and every tile up to the root of a checkpoint, from left to right, the 256 leaf tiles below one tile at a time and
/// those in parallel. Memory: a hash per 65,536 leaves, and a buffer per thread.
/// </summary>
internal sealed class TreeCheck
{
    private readonly StoredTiles stored;
    private readonly Report report;
    private readonly Checkpoint checkpoint;
    private readonly string checkpointFile;
    private readonly RightEdge edge;
    private readonly LeafTileCheck leaves;
    private readonly UpperTileCheck upper;
    private readonly ConcurrentStack<Workspace> idle = [];
    private readonly Workspace own = new();
    private readonly ParallelOptions parallel;

    public TreeCheck(StoredTiles stored, Report report, Checkpoint checkpoint, string checkpointFile)
    {
        this.stored = stored;
        this.report = report;
        this.checkpoint = checkpoint;
        this.checkpointFile = checkpointFile;
        edge = new RightEdge(checkpoint.Size);
        leaves = new LeafTileCheck(stored, report);
        upper = new UpperTileCheck(stored, report);
        parallel = new ParallelOptions { MaxDegreeOfParallelism = stored.Files.Concurrency };
    }

    public void Run()
    {
        var size = checkpoint.Size;
        StoreEdge();
        var below = CheckLeaves();
        for (var level = 2; Tile.HashesAt(level, size) > 0; level++)
        {
            below = CheckLevel(level, below);
        }

        var root = edge.Root();
        if (root != checkpoint.Root)
        {
            var found = root is { } computed ? $"it is {computed.ToBase64()}" : "tiles are missing";
            report.Add(checkpointFile, new Extent(0, size), null, $"the files do not lead to the root {checkpoint.Root.ToBase64()}: {found}");
        }

        report.Did(FormattableString.Invariant($"{report.Entries} entries and every tile above them were hashed; tree size {size}"));
    }

    /// <summary>The right edge as stored, so that each of its tiles can be judged by the others.</summary>
    private void StoreEdge()
    {
        var row = new TreeHash[Tile.FullWidth];
        foreach (var tile in Tile.Partials(checkpoint.Size))
        {
            // What is missing or damaged here is found when its turn comes.
            if (stored.TryBelieved(tile, own.TileBytes, row))
            {
                edge.Set(tile.Level, row.AsSpan(0, tile.Width));
            }
        }
    }

    /// <summary>Levels 0 and 1. Answers the hashes of the full level-1 tiles.</summary>
    private List<TreeHash?> CheckLeaves()
    {
        var (size, hashes) = (checkpoint.Size, new List<TreeHash?>());
        var group = new TreeHash[Tile.FullWidth];
        var groupKnown = new bool[Tile.FullWidth];
        var parent = new TreeHash[Tile.FullWidth];
        for (var first = 0L; first < (Tile.HashesAt(0, size) + Tile.FullWidth - 1) / Tile.FullWidth; first += Tile.FullWidth)
        {
            var full = (int)Math.Min(Tile.FullWidth, Tile.HashesAt(1, size) - first);
            var above = new TileId(1, first / Tile.FullWidth, Math.Max(full, 1));
            var parentKnown = full > 0 && stored.TryBelieved(above, own.TileBytes, parent);
            CheckFullTiles(first, full, parent, parentKnown, group, groupKnown);
            if (full < Tile.FullWidth && size % Tile.FullWidth != 0 && first + full == size / Tile.FullWidth)
            {
                CheckEdge(Tile.Holding(0, size - 1, size), isLeaf: true);
            }

            if (full > 0)
            {
                group.CopyTo(own.Computed, 0);
                groupKnown.CopyTo(own.Known, 0);
                Add(hashes, above);
            }
        }

        return hashes;
    }

    private void CheckFullTiles(long first, int count, TreeHash[] parent, bool parentKnown, TreeHash[] group, bool[] groupKnown)
    {
        Parallel.For(0, count, parallel, () => idle.TryPop(out var one) ? one : new Workspace(), (i, _, mine) =>
        {
            groupKnown[i] = leaves.Run(
                new TileId(0, first + i), row => parentKnown && Subtree.Perfect(row) == parent[i], mine, mine.Row);
            group[i] = groupKnown[i] ? Subtree.Perfect(mine.Row) : default;
            return mine;
        }, idle.Push);
    }

    private List<TreeHash?> CheckLevel(int level, List<TreeHash?> below)
    {
        var hashes = new List<TreeHash?>();
        for (var first = 0; first < below.Count; first += Tile.FullWidth)
        {
            var width = Math.Min(Tile.FullWidth, below.Count - first);
            for (var i = 0; i < width; i++)
            {
                own.Known[i] = below[first + i] is not null;
                own.Computed[i] = below[first + i] ?? default;
            }

            Add(hashes, new TileId(level, first / Tile.FullWidth, width));
        }

        return hashes;
    }

    /// <summary>Checks a tile above level 0, whose row from below is in <see cref="own"/>; a full one is a hash of the next level.</summary>
    private void Add(List<TreeHash?> hashes, TileId tile)
    {
        if (!tile.IsFull)
        {
            CheckEdge(tile, isLeaf: false);
            return;
        }

        var row = new TreeHash[Tile.FullWidth];
        var above = Tile.Holding(tile.Level + 1, tile.Index, checkpoint.Size);
        var parent = new TreeHash[Tile.FullWidth];
        var parentKnown = stored.TryBelieved(above, own.TileBytes, parent);
        var known = upper.Run(tile, other => parentKnown && Subtree.Perfect(other) == parent[tile.Index % Tile.FullWidth], own, row);
        hashes.Add(known ? Subtree.Perfect(row) : null);
    }

    private void CheckEdge(TileId tile, bool isLeaf)
    {
        var row = new TreeHash[tile.Width];
        bool LeadsUp(TreeHash[] other)
        {
            return edge.Root(tile.Level, other) == checkpoint.Root;
        }

        if (isLeaf ? leaves.Run(tile, LeadsUp, own, row) : upper.Run(tile, LeadsUp, own, row))
        {
            edge.Set(tile.Level, row);
        }
    }
}
