using System.Text;

namespace Backbone.Audit.Log.Notes;

/// <summary>A signature that was verified, and its time if it carries one.</summary>
public sealed record VerifiedSignature(VerifierKey Key, long? Time);

/// <summary>What the known keys say of a note.</summary>
public abstract record NoteVerdict
{
    private NoteVerdict()
    {
    }

    /// <summary>At least one known key signed, and every signature that claims a known key is good. One entry per key.</summary>
    public sealed record Verified(IReadOnlyList<VerifiedSignature> Signatures) : NoteVerdict;

    /// <summary>No known key signed, or a known key's signature is bad: nothing in the note may be believed.</summary>
    public sealed record Rejected(string Problem) : NoteVerdict;
}

/// <summary>
/// A text with signatures (C2SP signed-note). Parsing proves nothing: only <see cref="Verify"/> does. Immutable.
/// </summary>
public sealed class SignedNote
{
    /// <summary>The format asks for at least 16; a note with more than this is refused.</summary>
    public const int MaxSignatures = 64;

    /// <summary>A longer note is refused before it is read: sixty-four of the longest signatures fit.</summary>
    public const int MaxBytes = 512 * 1024;

    private readonly byte[] text;

    private SignedNote(byte[] text, IReadOnlyList<SignatureLine> signatures)
    {
        this.text = text;
        Signatures = signatures;
    }

    /// <summary>The signed text with its final newline, without the blank line.</summary>
    public ReadOnlyMemory<byte> Text => text;

    public IReadOnlyList<SignatureLine> Signatures { get; }

    /// <exception cref="LogFormatException">The bytes are no signed note.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> note)
    {
        if (note.Length > MaxBytes)
        {
            throw new LogFormatException($"a note has {note.Length} bytes, more than {MaxBytes}");
        }

        // The last blank line separates: the text itself may have blank lines.
        var blank = note.LastIndexOf("\n\n"u8);
        if (blank < 0 || note[^1] != (byte)'\n')
        {
            throw new LogFormatException("a note is a text, a blank line and signature lines, each ending in a newline");
        }

        var text = note[..(blank + 1)];
        _ = StrictText.Decode(text, "the text of a note");
        var lines = Lines(StrictText.Decode(note[(blank + 2)..], "a signature line"));
        return lines.Count == 0
            ? throw new LogFormatException("a note has at least one signature")
            : new SignedNote(text.ToArray(), lines);
    }

    /// <summary>Signature lines by themselves, as a witness answers them; each ends in a newline.</summary>
    /// <exception cref="LogFormatException">A line is no signature line, there are too many, or the last does not end.</exception>
    public static IReadOnlyList<SignatureLine> ParseSignatures(ReadOnlySpan<byte> lines)
    {
        if (lines.Length > MaxBytes || lines.IsEmpty || lines[^1] != (byte)'\n')
        {
            throw new LogFormatException($"signature lines end in a newline and have at most {MaxBytes} bytes");
        }

        return Lines(StrictText.Decode(lines, "a signature line"));
    }

    /// <summary>Signs a text that ends in a newline, once by each signer.</summary>
    /// <exception cref="LogFormatException">The text is none that a note may have, or a signer does not sign such texts.</exception>
    public static SignedNote Sign(ReadOnlySpan<byte> text, long seconds, params IReadOnlyList<NoteSigner> signers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(signers.Count, nameof(signers));
        if (text.IsEmpty || text[^1] != (byte)'\n')
        {
            throw new LogFormatException("the text of a note ends in a newline");
        }

        _ = StrictText.Decode(text, "the text of a note");
        var signatures = new List<SignatureLine>();
        foreach (var signer in signers)
        {
            signatures.Add(signer.Sign(text, seconds));
        }

        return new SignedNote(text.ToArray(), signatures);
    }

    /// <summary>The note with further signatures behind its own; one that is there already is not repeated.</summary>
    public SignedNote With(IEnumerable<SignatureLine> more)
    {
        return new SignedNote(text, [.. Signatures.Concat(more).Distinct()]);
    }

    /// <summary>
    /// Signatures of unknown keys are ignored, also when they share the name or the id (not both) with a known one. A bad signature that
    /// claims a known key rejects the whole note.
    /// </summary>
    public NoteVerdict Verify(params IReadOnlyCollection<VerifierKey> keys)
    {
        var verified = new List<VerifiedSignature>();
        foreach (var line in Signatures)
        {
            foreach (var key in keys.Where(key => key.IsNamedBy(line)))
            {
                if (!key.Verify(text, line.Signature.Span, out var time))
                {
                    return new NoteVerdict.Rejected($"the signature by {key.Name} (key {key.Id:x8}) is bad");
                }

                if (verified.All(one => !one.Key.Equals(key)))
                {
                    verified.Add(new VerifiedSignature(key, time));
                }
            }
        }

        return verified.Count > 0 ? new NoteVerdict.Verified(verified) : new NoteVerdict.Rejected("no known key has signed");
    }

    /// <summary>The note as it is stored and served.</summary>
    public byte[] ToArray()
    {
        return [.. text, (byte)'\n', .. Encoding.UTF8.GetBytes(string.Concat(Signatures.Select(line => line + "\n")))];
    }

    private static List<SignatureLine> Lines(string text)
    {
        var lines = new List<SignatureLine>();
        foreach (var line in text.Split('\n')[..^1])
        {
            if (lines.Count == MaxSignatures)
            {
                throw new LogFormatException($"a note has more than {MaxSignatures} signatures");
            }

            lines.Add(SignatureLine.Parse(line));
        }

        return lines;
    }
}
