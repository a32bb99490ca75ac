using Backbone.Audit.Log;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>
/// An evidence receipt by itself, without the log: the entry comes from a file, or from the receipt's own extra data, which nobody needs to
/// believe: if it does not hash to the proven leaf, that is found.
/// </summary>
internal static class ReceiptCheck
{
    /// <param name="path">The receipt's file.</param>
    /// <param name="entryFile">The entry's bytes as they are in the log; null: the receipt's extra data.</param>
    /// <param name="stored">The log whose tree was verified, if one was given: the entry may then come from it.</param>
    public static void Run(string path, string? entryFile, StoredTiles? stored, Trust trust, Report report)
    {
        var bytes = Read(path);
        EvidenceReceipt receipt;
        try
        {
            receipt = EvidenceReceipt.Parse(bytes);
        }
        catch (LogFormatException problem)
        {
            report.Add(path, null, new Extent(0, bytes.Length), problem.Message);
            return;
        }

        var leaf = entryFile is not null ? TreeHash.Leaf(Read(entryFile))
            : receipt.Extra is { IsEmpty: false } extra ? TreeHash.Leaf(extra.Span)
            : LeafOf(receipt.Index, stored);
        var at = new Extent(receipt.Index, receipt.Index + 1);
        if (leaf is not { } known)
        {
            report.Add(path, at, null, "the receipt does not hold the entry: give it with --entry, or give the log");
            return;
        }

        if ((trust.Problem(receipt.Checkpoint) ?? receipt.PathProblem(known)) is { } refused)
        {
            report.Add(path, at, new Extent(0, bytes.Length), refused);
        }
        else if (stored is not null && LogProblem(receipt, stored) is { } contradiction)
        {
            report.Add(path, at, new Extent(0, bytes.Length), contradiction);
        }
        else
        {
            var head = receipt.Checkpoint.Checkpoint;
            report.Did(FormattableString.Invariant(
                $"{path}: the entry is at index {receipt.Index} of {head.Origin}, size {head.Size}; {trust.Signers(receipt.Checkpoint)}"));
        }
    }

    /// <summary>The receipt's checkpoint must be a beginning of the log that was verified.</summary>
    private static string? LogProblem(EvidenceReceipt receipt, StoredTiles stored)
    {
        var head = receipt.Checkpoint.Checkpoint;
        if (head.Size > stored.Size)
        {
            return FormattableString.Invariant($"its checkpoint has {head.Size} leaves, the log {stored.Size}: the log was rolled back");
        }

        try
        {
            return Subtree.Range(0, head.Size, head.Size, stored.Reader()) == head.Root ? null : "its checkpoint is not a beginning of the log: the log was rewritten";
        }
        catch (LogFormatException missing)
        {
            return $"its checkpoint cannot be compared with the log: {missing.Message}";
        }
    }

    private static TreeHash? LeafOf(long index, StoredTiles? stored)
    {
        var row = new TreeHash[Tile.FullWidth];
        return stored is not null && index < stored.Size && stored.TryBelieved(Tile.Holding(0, index, stored.Size), new FileBuffer(), row)
            ? row[index % Tile.FullWidth]
            : null;
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableException($"{path} cannot be read: {problem.Message}", problem);
        }
    }
}
