using System.Globalization;
using System.Text;
using Backbone.Audit.Appending;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Publishing;
using Backbone.Audit.Retention;
using Backbone.Audit.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Integrating;

/// <summary>
/// Opens the tree at start, and holds the log against everything it has signed: the anchor in the database, the published checkpoint in the
/// folder. A log that is shorter was rolled back; one with another root was forked or changed. Either stops the start: nothing here repairs
/// the record. What is only a projection (tiles, bundles) is made again when it is missing or does not agree.
/// </summary>
internal sealed class OpenTree(
    SegmentLog log, TlogFolder folder, LogSigner signer, Anchors anchors, MinimumFile minimum, CursorFile durable, IOptions<AuditOptions> options,
    ILogger<AuditModule> logger)
{
    /// <summary>Records before the signed end that are held against the tree at every start; all of them when the log verifies all.</summary>
    private const int Compared = 10_000;

    /// <summary>Records read in one go.</summary>
    private const int Chunk = 1 << 20;

    /// <exception cref="SplitLogException">The log contradicts what was signed.</exception>
    public async Task<Integrator> OpenAsync(CancellationToken cancellation)
    {
        folder.Create();
        var known = await KnownAsync(cancellation);
        var newest = known.Count == 0 ? null : known[^1];
        if (newest is not null && newest.Size > log.Records.EndIndex)
        {
            throw new SplitLogException(
                $"the audit log holds {log.Records.EndIndex} events, but its checkpoint of size {newest.Size} was signed ({newest.Where}): it was rolled back. "
                + "Restore the newest copy of the log; the signed events must be in it.");
        }

        var least = await MinimumAsync(cancellation);
        if (log.Records.StartIndex > (least?.Index ?? 0))
        {
            throw new SplitLogException(
                $"the audit log begins with event {log.Records.StartIndex}, but no statement of its own lets go of more than the first {least?.Index ?? 0}: "
                + "events were taken out. Restore the log from a copy that has them.");
        }

        var integrator = Resume(newest);
        if (integrator is null)
        {
            if (newest is not null)
            {
                IntegrateLines.Rebuilding(logger, least?.Index ?? 0, "its files are missing or do not agree with what was signed");
            }

            integrator = least is null ? new Integrator(folder) : ResumeAt(least, newest!.Size);
        }

        CatchUp(integrator, known, cancellation);
        if (newest is not null)
        {
            IntegrateLines.Agrees(logger, signer.Origin, newest.Size);
        }

        return integrator;
    }

    /// <summary>Everything written so far survives a power cut, and the next start goes on from here.</summary>
    public void MarkDurable(Integrator tree)
    {
        folder.Flush();
        durable.Write(tree.Size);
    }

    /// <summary>What was said of deleted events: in the folder, or (that is a projection) in the database.</summary>
    private async Task<MinimumIndex?> MinimumAsync(CancellationToken cancellation)
    {
        if (minimum.Read() is { } known)
        {
            return known;
        }

        if (log.Records.StartIndex == 0 || await anchors.FindMinimumAsync(cancellation) is not { } note)
        {
            return null;
        }

        minimum.Write(Encoding.UTF8.GetBytes(note));
        return minimum.Read();
    }

    /// <summary>Where older events were deleted only the hashes know of them: the tree goes on from these, if they give the root that was signed.</summary>
    private Integrator ResumeAt(MinimumIndex least, long signed)
    {
        try
        {
            var whole = least.Index / Tile.FullWidth * Tile.FullWidth;
            var integrator = Integrator.Resume(
                folder, whole, tile => folder.ReadTile(Tile.Holding(tile.Level, tile.Index * Tile.FullWidth, signed))[..tile.Bytes], []);

            // The bundle across the border was kept whole for this.
            foreach (var leaf in LeavesOf(whole / Tile.FullWidth, (int)(least.Index - whole), signed))
            {
                integrator.Add(leaf);
            }

            if (integrator.Root() == least.Root)
            {
                return integrator;
            }
        }
        catch (LogFormatException)
        {
            // Told below, with what can be done.
        }

        throw new SplitLogException(
            $"the files of the tree in {folder.Root} do not give the root that was signed for the first {least.Index} events, and those were deleted since: "
            + "they cannot be made again from the log. Restore the folder from a copy or a mirror.");
    }

    private List<byte[]> LeavesOf(long bundle, int count, long signed)
    {
        List<byte[]> leaves = [];
        if (count > 0)
        {
            var width = (int)Math.Min(Tile.FullWidth, signed - bundle * Tile.FullWidth);
            var entries = EntryBundle.Read(folder.Read(new BundleId(bundle).Path) ?? folder.Read(new BundleId(bundle, width).Path) ?? []);
            while (leaves.Count < count && entries.MoveNext())
            {
                leaves.Add(entries.Current.ToArray());
            }
        }

        return leaves;
    }

    /// <summary>What was signed before, oldest first, with where it was found.</summary>
    private async Task<List<Signed>> KnownAsync(CancellationToken cancellation)
    {
        List<Signed> known = [];
        if (await anchors.FindAsync(signer.Origin, cancellation) is { } anchor)
        {
            var stated = signer.Read(anchor.Note) ?? throw new SplitLogException(
                $"the checkpoint of {signer.Origin} in the database does not carry this log's signature: it was changed, or the signing key was.");
            known.Add(new Signed(stated.Checkpoint.Size, stated.Checkpoint.Root, "database"));
        }

        if (folder.Read("checkpoint") is { } bytes)
        {
            // A file that does not verify is no evidence of anything but damage: it is written again.
            if (signer.Read(bytes) is { } published)
            {
                known.Add(new Signed(published.Checkpoint.Size, published.Checkpoint.Root, folder.CheckpointPath));
            }
        }

        known.Sort((a, b) => a.Size.CompareTo(b.Size));
        return known;
    }

    /// <summary>Goes on from the files, if those of a size whose files are durable are there and give its signed root. Null when not.</summary>
    private Integrator? Resume(Signed? newest)
    {
        // Files after the durable mark may have been lost in a crash: go on from the mark, whose checkpoint was kept.
        if (newest is null || durable.Read() is not { } mark)
        {
            return null;
        }

        var start = mark >= newest.Size ? newest : Kept(mark);
        if (start is null || start.Size == 0)
        {
            return null;
        }

        var width = (int)(start.Size % Tile.FullWidth);
        var bundle = width == 0 ? [] : folder.Read(new BundleId(start.Size / Tile.FullWidth, width).Path);
        if (bundle is null)
        {
            return null;
        }

        try
        {
            var resumed = Integrator.Resume(folder, start.Size, folder.ReadTile, bundle);
            return resumed.Root() == start.Root && Gives(bundle, start.Size) && Agrees(start.Size) ? resumed : null;
        }
        catch (LogFormatException)
        {
            return null;
        }
    }

    /// <summary>The entries of the last, partial bundle are those of the tree.</summary>
    private bool Gives(ReadOnlySpan<byte> bundle, long size)
    {
        var width = (int)(size % Tile.FullWidth);
        if (width == 0)
        {
            return bundle.IsEmpty;
        }

        var tile = new TileId(0, size / Tile.FullWidth, width);
        var hashes = Tile.HashesOf(tile, folder.ReadTile(tile).Span);
        var entries = EntryBundle.Read(bundle);
        var at = 0;
        while (entries.MoveNext())
        {
            if (at == width || TreeHash.Leaf(entries.Current) != hashes[at++])
            {
                return false;
            }
        }

        return at == width && entries.IsWhole;
    }

    /// <summary>The newest signed records, or all, give the leaf hashes of the tree.</summary>
    private bool Agrees(long size)
    {
        var from = options.Value.VerifyAllAtStart ? 0 : Math.Max(0, size - Compared) / Tile.FullWidth * Tile.FullWidth;
        TileId open = default;
        ReadOnlyMemory<byte> bytes = default;
        foreach (var record in Records(from, size))
        {
            var tile = Tile.Holding(0, record.Index, size);
            if (tile != open)
            {
                (open, bytes) = (tile, folder.ReadTile(tile));
            }

            if (Tile.HashesOf(tile, bytes.Span)[(int)(record.Index % Tile.FullWidth)] != TreeHash.Leaf(record.Payload))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Integrates up to the newest signed size, and holds each signed root on the way against the log.</summary>
    private void CatchUp(Integrator integrator, List<Signed> known, CancellationToken cancellation)
    {
        foreach (var signed in known.Where(signed => signed.Size >= integrator.Size))
        {
            foreach (var record in Records(integrator.Size, signed.Size))
            {
                cancellation.ThrowIfCancellationRequested();
                integrator.Add(record.Payload);
            }

            if (integrator.Root() != signed.Root)
            {
                throw new SplitLogException(
                    $"the first {signed.Size} events of the audit log do not give the root that was signed for them ({signed.Where}): the log was changed or forked. "
                    + "Keep a copy as evidence and restore the log from a copy that agrees; the verifier names the place.");
            }

            integrator.WritePartials();
        }
    }

    /// <summary>However many there are: a log may hold more than an <see cref="int"/> counts.</summary>
    private IEnumerable<LogRecord> Records(long from, long end)
    {
        for (; from < end; from += Chunk)
        {
            foreach (var record in log.Records.Read(from, (int)Math.Min(Chunk, end - from)))
            {
                yield return record;
            }
        }
    }

    private Signed? Kept(long size) =>
        folder.Read("checkpoints/" + size.ToString(CultureInfo.InvariantCulture)) is { } bytes
        && signer.Read(bytes) is { } note && note.Checkpoint.Size == size
            ? new Signed(size, note.Checkpoint.Root, "kept checkpoint")
            : null;

    private sealed record Signed(long Size, TreeHash Root, string Where);
}
