using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Witness;

/// <summary>The body of <c>POST add-checkpoint</c> (C2SP tlog-witness): from which size, the proof, the checkpoint. Unproven when parsed.</summary>
public sealed record AddCheckpointRequest(long OldSize, IReadOnlyList<TreeHash> Proof, SignedCheckpoint Checkpoint)
{
    public const int MaxProof = 63;

    /// <summary>Nobody needs to send or read more.</summary>
    public const int MaxBytes = SignedNote.MaxBytes + 8 * 1024;

    /// <exception cref="LogFormatException">The bytes are no such body.</exception>
    public static AddCheckpointRequest Parse(ReadOnlySpan<byte> body)
    {
        const string Old = "old ";
        var blank = body.IndexOf("\n\n"u8);
        if (blank < 0 || body.Length > MaxBytes)
        {
            throw new LogFormatException($"the body is an old size, a proof, a blank line and a checkpoint, at most {MaxBytes} bytes");
        }

        var lines = StrictText.Decode(body[..blank], "the body").Split('\n');
        if (!lines[0].StartsWith(Old, StringComparison.Ordinal))
        {
            throw new LogFormatException("the body begins with a line \"old \" and a size");
        }

        return lines.Length - 1 <= MaxProof
            ? new AddCheckpointRequest(
                StrictText.Number(lines[0].AsSpan(Old.Length), "the old size"),
                [.. lines[1..].Select(line => StrictText.Hash(line, "a hash of the proof"))],
                SignedCheckpoint.Parse(body[(blank + 2)..]))
            : throw new LogFormatException($"the proof has {lines.Length - 1} hashes, more than {MaxProof}");
    }

    public byte[] ToArray()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {OldSize}\n");
        foreach (var hash in Proof)
        {
            text.Append(hash.ToBase64()).Append('\n');
        }

        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Checkpoint.ToArray()];
    }
}
