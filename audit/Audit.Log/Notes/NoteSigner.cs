using System.Buffers.Binary;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Backbone.Audit.Log.Notes;

/// <summary>
/// Signs notes with one private key. Whoever holds one can speak for the log or the witness whose name it bears: it lives in the process
/// that publishes or witnesses and nowhere else. Where the key's bytes are kept is the caller's affair. Thread-safe.
/// </summary>
public abstract class NoteSigner
{
    /// <summary>Both algorithms start from a seed of this length.</summary>
    public const int SeedBytes = 32;

    private protected NoteSigner(VerifierKey key)
    {
        Key = key;
    }

    /// <summary>What others verify with.</summary>
    public VerifierKey Key { get; }

    /// <summary>A log's (or anybody's) Ed25519 signature over the text, 0x01. Carries no time.</summary>
    public static NoteSigner Ed25519(string name, ReadOnlySpan<byte> seed)
    {
        return new OfEd25519(name, SignatureType.Ed25519, Seed(seed));
    }

    /// <summary>A witness's Ed25519 cosignature, 0x04.</summary>
    public static NoteSigner Cosignature(string name, ReadOnlySpan<byte> seed)
    {
        return new OfEd25519(name, SignatureType.Cosignature, Seed(seed));
    }

    /// <summary>An ML-DSA-44 signature over a checkpoint, 0x06, by a log or a witness; deterministic (FIPS 204, 3.4).</summary>
    public static NoteSigner MlDsa44(string name, ReadOnlySpan<byte> seed)
    {
        return new OfMlDsa44(name, MLDsaPrivateKeyParameters.FromSeed(MLDsaParameters.ml_dsa_44, Seed(seed)));
    }

    /// <summary>Signs a note's text (with its final newline).</summary>
    /// <param name="text">For a cosignature and ML-DSA-44 it must be a checkpoint's.</param>
    /// <param name="seconds">POSIX seconds, at least 0. For ML-DSA-44, 0 says nothing about the tree being the newest.</param>
    /// <exception cref="LogFormatException">The text is no checkpoint, and the key signs nothing else.</exception>
    public SignatureLine Sign(ReadOnlySpan<byte> text, long seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        if (!Key.IsCosigner)
        {
            return new SignatureLine(Key.Name, Key.Id, Sign(text));
        }

        if (!CosignedMessage.TryOf(Key.Type, Key.Name, text, seconds, out var message))
        {
            throw new LogFormatException("a cosigner signs checkpoints only");
        }

        var timed = new byte[Signatures.TimeBytes];
        BinaryPrimitives.WriteInt64BigEndian(timed, seconds);
        return new SignatureLine(Key.Name, Key.Id, (byte[])[.. timed, .. Sign(message)]);
    }

    private protected abstract byte[] Sign(ReadOnlySpan<byte> message);

    private static byte[] Seed(ReadOnlySpan<byte> seed)
    {
        return seed.Length == SeedBytes
            ? seed.ToArray()
            : throw new LogFormatException($"a private key's seed has {seed.Length} bytes, not {SeedBytes}");
    }

    private sealed class OfEd25519(string name, SignatureType type, Ed25519PrivateKeyParameters key)
        : NoteSigner(VerifierKey.Of(name, type, key.GeneratePublicKey().GetEncoded()))
    {
        public OfEd25519(string name, SignatureType type, byte[] seed)
            : this(name, type, new Ed25519PrivateKeyParameters(seed))
        {
        }

        private protected override byte[] Sign(ReadOnlySpan<byte> message)
        {
            var signer = new Ed25519Signer();
            signer.Init(true, key);
            signer.BlockUpdate(message);
            return signer.GenerateSignature();
        }
    }

    private sealed class OfMlDsa44(string name, MLDsaPrivateKeyParameters key)
        : NoteSigner(VerifierKey.Of(name, SignatureType.MlDsa44, key.GetPublicKeyEncoded()))
    {
        private protected override byte[] Sign(ReadOnlySpan<byte> message)
        {
            var signer = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: true);
            signer.Init(true, key);
            signer.BlockUpdate(message);
            return signer.GenerateSignature();
        }
    }
}
