using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Proofs;

/// <summary>
/// A proof that one entry is in the log (C2SP <c>tlog-proof@v1</c>, files <c>.tlog-proof</c>): index, inclusion proof and the signed
/// checkpoint, verbatim. Whoever has the entry, this file and a policy needs nothing else, and no network.
/// </summary>
/// <param name="Index">The entry's index.</param>
/// <param name="Path">Siblings from the leaf up.</param>
/// <param name="Checkpoint">The log's checkpoint with all its signatures.</param>
public sealed record EvidenceReceipt(long Index, IReadOnlyList<TreeHash> Path, SignedCheckpoint Checkpoint)
{
    public const string FirstLine = "c2sp.org/tlog-proof@v1";

    /// <summary>A tree of fewer than 2^63 leaves has no longer path.</summary>
    public const int MaxPath = 63;

    private const int MaxBytes = SignedNote.MaxBytes + 128 * 1024;

    /// <summary>Anything the issuer put in; null or empty if nothing. <b>Not authenticated</b>: nobody may believe it because the receipt verifies.</summary>
    public ReadOnlyMemory<byte>? Extra { get; init; }

    /// <exception cref="LogFormatException">The bytes are no receipt.</exception>
    public static EvidenceReceipt Parse(ReadOnlySpan<byte> bytes)
    {
        var blank = bytes.IndexOf("\n\n"u8);
        if (blank < 0 || bytes.Length > MaxBytes)
        {
            throw new LogFormatException($"a receipt is a proof, a blank line and a checkpoint, at most {MaxBytes} bytes");
        }

        var lines = StrictText.Decode(bytes[..blank], "a receipt").Split('\n');
        var at = 0;
        if (lines[at++] != FirstLine)
        {
            throw new LogFormatException($"a receipt begins with the line {FirstLine}");
        }

        ReadOnlyMemory<byte>? extra = null;
        if (After("extra ", lines, at) is { } text)
        {
            extra = text.Length > 0 ? StrictText.Base64(text, "the extra data") : throw new LogFormatException("empty extra data has no line");
            at++;
        }

        var index = StrictText.Number(
            After("index ", lines, at++) ?? throw new LogFormatException("a receipt has a line with the index"), "the index");
        return lines.Length - at <= MaxPath
            ? new EvidenceReceipt(index, [.. lines[at..].Select(line => StrictText.Hash(line, "a hash of the proof"))],
                SignedCheckpoint.Parse(bytes[(blank + 2)..]))
            {
                Extra = extra,
            }
            : throw new LogFormatException($"a receipt has {lines.Length - at} hashes, more than {MaxPath}");
    }

    public byte[] ToArray()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (Extra is { IsEmpty: false } extra)
        {
            text.Append("extra ").Append(Convert.ToBase64String(extra.Span)).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (var hash in Path)
        {
            text.Append(hash.ToBase64()).Append('\n');
        }

        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Checkpoint.ToArray()];
    }

    /// <summary>
    /// Whether the leaf is in the tree that the policy's log signed and its witnesses cosigned. Null if so, else what is wrong.
    /// </summary>
    public string? Problem(in TreeHash leaf, LogPolicy policy)
    {
        return policy.Evaluate(Checkpoint) is PolicyVerdict.Refused refused ? refused.Problem : PathProblem(leaf);
    }

    /// <summary>Whether the path leads from the leaf to the checkpoint's root. Says nothing about who signed the checkpoint.</summary>
    public string? PathProblem(in TreeHash leaf)
    {
        var (size, root) = (Checkpoint.Checkpoint.Size, Checkpoint.Checkpoint.Root);
        return Index >= size
            ? string.Create(CultureInfo.InvariantCulture, $"index {Index} is outside a tree of {size} leaves")
            : InclusionProof.Verify(Index, size, leaf, [.. Path], root)
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"the proof does not lead from this entry at index {Index} to the root of {size} leaves");
    }

    private static string? After(string start, string[] lines, int at)
    {
        return at < lines.Length && lines[at].StartsWith(start, StringComparison.Ordinal) ? lines[at][start.Length..] : null;
    }
}
