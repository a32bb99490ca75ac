using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Tree;
using Backbone.Platform.Web;

namespace Backbone.Audit.Publishing;

/// <summary>
/// Speaks for the log. Only <see cref="Publisher"/> signs with it, and only what continues everything signed before.
/// </summary>
internal sealed class LogSigner
{
    private readonly IReadOnlyList<NoteSigner> signers;
    private readonly TimeProvider clock;

    private LogSigner(IReadOnlyList<NoteSigner> signers, TimeProvider clock)
    {
        this.signers = signers;
        this.clock = clock;
    }

    /// <summary>The log's name for ever.</summary>
    public string Origin => signers[0].Key.Name;

    /// <summary>The Ed25519 key others verify with, as a vkey.</summary>
    public string VerifierKey => signers[0].Key.ToString();

    /// <summary>All keys it signs with: Ed25519 first, then ML-DSA-44 if set.</summary>
    public IReadOnlyList<VerifierKey> Keys => [.. signers.Select(signer => signer.Key)];

    /// <summary>
    /// Reads the key; makes one for a log that never signed. A log that did sign is not continued under another key.
    /// </summary>
    /// <exception cref="LogKeyException">The key is missing, damaged or open to others.</exception>
    public static LogSigner Open(PublishingOptions options, BackboneOptions platform, TlogFolder folder, TimeProvider clock)
    {
        var path = options.KeyFile ?? platform.PathOf("keys", "audit-log.key");
        if (LogKey.Read(path) is not { } key)
        {
            if (File.Exists(folder.CheckpointPath))
            {
                throw new LogKeyException(
                    $"the audit log in {folder.Root} has been signed, but its signing key {path} is not there. Restore the key from its backup: "
                    + "under another key it would be another log.");
            }

            var origin = options.Origin ?? new Uri(platform.PublicUrl).Authority + ServeTlog.Prefix;
            key = LogKey.Create(path, origin, seed => NoteSigner.Ed25519(origin, seed).Key.Id);
        }

        if (options.Origin is { } wanted && wanted != key.Origin)
        {
            throw new LogKeyException($"{PublishingOptions.Section}:{nameof(options.Origin)} is {wanted}, but the key {path} is of {key.Origin}: a log keeps its name.");
        }

        List<NoteSigner> signers = [NoteSigner.Ed25519(key.Origin, key.Seed)];
        if (options.PostQuantum)
        {
            // A key of its own, derived so that one file is all there is to keep.
            signers.Add(NoteSigner.MlDsa44(key.Origin, HKDF.DeriveKey(
                HashAlgorithmName.SHA256, key.Seed, NoteSigner.SeedBytes, info: "backbone/audit-log/ml-dsa-44"u8.ToArray())));
        }

        return new LogSigner(signers, clock);
    }

    /// <summary>The signed note of a tree, word for word.</summary>
    public SignedCheckpoint Sign(long size, in TreeHash root) =>
        SignedCheckpoint.Sign(new Checkpoint(Origin, size, root), clock.GetUtcNow().ToUnixTimeSeconds(), signers);

    /// <summary>The checkpoint of a note of this log with this log's good signature; null for anything else.</summary>
    public SignedCheckpoint? Read(ReadOnlySpan<byte> note)
    {
        try
        {
            var read = SignedCheckpoint.Parse(note);
            return read.Checkpoint.Origin == Origin && read.Note.Verify(Keys) is NoteVerdict.Verified ? read : null;
        }
        catch (LogFormatException)
        {
            return null;
        }
    }

    /// <summary>The statement from where on entries are kept, word for word; by the Ed25519 key alone, since the other signs checkpoints only.</summary>
    public SignedNote Sign(MinimumIndex minimum) => minimum.Sign(signers[0]);

    /// <summary>The statement of a note of this log with this log's good signature; null for anything else.</summary>
    public MinimumIndex? ReadMinimum(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var note = SignedNote.Parse(bytes);
            var minimum = MinimumIndex.Of(note);
            return minimum.Origin == Origin && note.Verify(Keys) is NoteVerdict.Verified ? minimum : null;
        }
        catch (LogFormatException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public SignedCheckpoint? Read(string note) => Read(Encoding.UTF8.GetBytes(note));
}
