using System.Globalization;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>The newest checkpoint, and that the tree it heads continues every older one that was kept.</summary>
internal sealed class CheckpointCheck(LogFiles files, Trust trust, Report report)
{
    public const string Newest = "checkpoint";
    public const string Kept = "checkpoints";

    private readonly FileBuffer buffer = new();

    /// <summary>
    /// The checkpoint to verify against, and its file. If the newest is refused, that is found, and the newest kept one that may be believed
    /// takes its place, so that the rest is still verified; null if there is none.
    /// </summary>
    /// <exception cref="UnreadableException">There is no checkpoint at all.</exception>
    public (SignedCheckpoint Checkpoint, string Path)? Open()
    {
        if (!files.TryRead(Newest, SignedNote.MaxBytes, buffer))
        {
            throw new UnreadableException($"{files.NameOf(Newest)} is not there: no log was found");
        }

        if (Accept(Newest, null) is { } newest)
        {
            report.Did(FormattableString.Invariant($"checkpoint of {newest.Checkpoint.Origin}, size {newest.Checkpoint.Size}: {trust.Signers(newest)}"));
            return (newest, Newest);
        }

        foreach (var path in KeptFiles().Select(one => one.Path).Reverse())
        {
            if (files.TryRead(path, SignedNote.MaxBytes, buffer) && TryParse(out var older, out _) && trust.Problem(older!) is null)
            {
                report.Note($"the rest was verified against {files.NameOf(path)}");
                return (older!, path);
            }
        }

        return null;
    }

    /// <summary>Every kept checkpoint: signed, of the size in its name, and the beginning of the tree that was verified.</summary>
    public void CheckKept(SignedCheckpoint newest, StoredTiles stored)
    {
        var count = 0;
        var read = stored.Reader();
        foreach (var (path, size) in KeptFiles())
        {
            if (!files.TryRead(path, SignedNote.MaxBytes, buffer) || Accept(path, newest.Checkpoint.Origin) is not { } older)
            {
                continue;
            }

            count++;
            var whole = new Extent(0, buffer.Length);
            if (older.Checkpoint.Size != size)
            {
                report.Add(files.NameOf(path), null, whole, FormattableString.Invariant($"it is of size {older.Checkpoint.Size}, not that of its name"));
            }
            else if (size > newest.Checkpoint.Size)
            {
                if (!HasGrownTo(size))
                {
                    var text = FormattableString.Invariant($"it is signed for {size} leaves, more than the {newest.Checkpoint.Size} of the newest: the log was rolled back");
                    report.Add(files.NameOf(path), new Extent(newest.Checkpoint.Size, size), whole, text);
                }
            }
            else if (RootProblem(older.Checkpoint, read) is { } problem)
            {
                report.Add(files.NameOf(path), new Extent(0, size), whole, problem);
            }
        }

        if (count > 0)
        {
            report.Did(FormattableString.Invariant($"{count} kept checkpoints were compared with the tree"));
        }
    }

    /// <summary>A checkpoint that somebody kept elsewhere: the strongest evidence against a rewritten log.</summary>
    public void CheckFrom(string file, SignedCheckpoint newest, StoredTiles stored)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableException($"{file} cannot be read: {problem.Message}", problem);
        }

        bytes.CopyTo(buffer.Reserve(bytes.Length));
        var whole = new Extent(0, bytes.Length);
        if (!TryParse(out var older, out var refused) || (refused = trust.Problem(older!)) is not null)
        {
            report.Add(file, null, whole, refused!);
            return;
        }

        var (from, to) = (older!.Checkpoint, newest.Checkpoint);
        if (from.Origin != to.Origin)
        {
            report.Add(file, null, whole, $"it is of the log {from.Origin}, not {to.Origin}");
        }
        else if (from.Size > to.Size)
        {
            report.Add(file, new Extent(to.Size, from.Size), whole, FormattableString.Invariant($"it is signed for {from.Size} leaves, the log has {to.Size}: the log was rolled back"));
        }
        else if (ProofProblem(from, to, stored.Reader()) is { } problem)
        {
            report.Add(file, new Extent(0, from.Size), whole, problem);
        }
        else
        {
            report.Did(FormattableString.Invariant($"the tree of {to.Size} leaves continues the {from.Size} of {file}"));
        }
    }

    private SignedCheckpoint? Accept(string path, string? origin)
    {
        var problem = !TryParse(out var checkpoint, out var refused) ? refused
            : origin is not null && checkpoint!.Checkpoint.Origin != origin ? $"it is of the log {checkpoint.Checkpoint.Origin}, not {origin}"
            : trust.Problem(checkpoint!);
        if (problem is not null)
        {
            report.Add(files.NameOf(path), null, new Extent(0, buffer.Length), problem);
        }

        return problem is null ? checkpoint : null;
    }

    private bool TryParse(out SignedCheckpoint? checkpoint, out string? problem)
    {
        try
        {
            (checkpoint, problem) = (SignedCheckpoint.Parse(buffer.Span), null);
        }
        catch (LogFormatException refused)
        {
            (checkpoint, problem) = (null, refused.Message);
        }

        return checkpoint is not null;
    }

    /// <summary>Kept checkpoints by size. A file of another name is none of the log's and is found.</summary>
    private List<(string Path, long Size)> KeptFiles()
    {
        var kept = new List<(string Path, long Size)>();
        foreach (var name in files.List(Kept))
        {
            if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                kept.Add(($"{Kept}/{name}", size));
            }
        }

        return [.. kept.OrderBy(one => one.Size)];
    }

    /// <summary>A log that is being written has newer checkpoints by the time its folder is listed. The newest follows within a second.</summary>
    private bool HasGrownTo(long size)
    {
        for (var attempt = 0; attempt < 4; attempt++)
        {
            if (files.TryRead(Newest, SignedNote.MaxBytes, buffer) && TryParse(out var now, out _) && now!.Checkpoint.Size >= size)
            {
                return true;
            }

            Task.Delay(TimeSpan.FromMilliseconds(500)).Wait();
        }

        return false;
    }

    private static string? RootProblem(Checkpoint older, Log.Tiles.ReadTile read)
    {
        try
        {
            var root = Subtree.Range(0, older.Size, older.Size, read);
            return root == older.Root ? null : $"its root is {older.Root.ToBase64()}; the first {older.Size} leaves have {root.ToBase64()}: the log was rewritten";
        }
        catch (LogFormatException missing)
        {
            return $"it cannot be compared: {missing.Message}";
        }
    }

    private static string? ProofProblem(Checkpoint from, Checkpoint to, Log.Tiles.ReadTile read)
    {
        if (from.Size == 0)
        {
            return from.Root == TreeHash.Empty ? null : "it has no leaves, but not the root of the empty tree";
        }

        try
        {
            var proof = ConsistencyProof.Generate(from.Size, to.Size, read);
            return ConsistencyProof.Verify(from.Size, to.Size, from.Root, to.Root, proof) ? null : "the newest tree does not continue this one: the log was rewritten or forked";
        }
        catch (LogFormatException missing)
        {
            return $"it cannot be compared: {missing.Message}";
        }
    }
}
