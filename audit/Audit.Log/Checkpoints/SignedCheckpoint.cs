using Backbone.Audit.Log.Notes;

namespace Backbone.Audit.Log.Checkpoints;

/// <summary>A note whose text is a checkpoint: what a log publishes and witnesses cosign.</summary>
public sealed record SignedCheckpoint(SignedNote Note, Checkpoint Checkpoint)
{
    /// <exception cref="LogFormatException">It is no note, or its text is no checkpoint.</exception>
    public static SignedCheckpoint Parse(ReadOnlySpan<byte> bytes)
    {
        var note = SignedNote.Parse(bytes);
        return new SignedCheckpoint(note, Checkpoint.Parse(note.Text.Span));
    }

    /// <summary>Signs by each signer. That the new checkpoint continues every one signed before is the caller's duty.</summary>
    public static SignedCheckpoint Sign(Checkpoint checkpoint, long seconds, params IReadOnlyList<NoteSigner> signers)
    {
        return new SignedCheckpoint(SignedNote.Sign(checkpoint.ToText(), seconds, signers), checkpoint);
    }

    public SignedCheckpoint With(IEnumerable<SignatureLine> more)
    {
        return this with { Note = Note.With(more) };
    }

    public byte[] ToArray()
    {
        return Note.ToArray();
    }
}
