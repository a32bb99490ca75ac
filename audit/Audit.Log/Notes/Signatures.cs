using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Backbone.Audit.Log.Notes;

/// <summary>The algorithms behind <see cref="VerifierKey"/>; one place, so that what a type means is said once.</summary>
internal static class Signatures
{
    public const int Ed25519Key = 32;
    public const int Ed25519Signature = 64;
    public const int MlDsa44Key = 1_312;
    public const int MlDsa44Signature = 2_420;
    public const int TimeBytes = 8;

    /// <exception cref="LogFormatException">These bytes are no public key of the type, or the type is not known.</exception>
    public static void Check(SignatureType type, string name, byte[] key)
    {
        switch (type)
        {
            case SignatureType.Ed25519 or SignatureType.Cosignature:
                if (key.Length != Ed25519Key || !Ed25519.ValidatePublicKeyFull(key, 0))
                {
                    throw new LogFormatException($"the key of {name} is no Ed25519 key of {Ed25519Key} bytes");
                }

                break;
            case SignatureType.MlDsa44:
                if (key.Length != MlDsa44Key || System.Text.Encoding.UTF8.GetByteCount(name) > byte.MaxValue)
                {
                    throw new LogFormatException($"the key of {name} is no ML-DSA-44 key of {MlDsa44Key} bytes with a name of at most 255 bytes");
                }

                break;
            case SignatureType.Ecdsa:
                using (var ecdsa = P256(key, name))
                {
                    break;
                }

            default:
                throw new LogFormatException($"the key of {name} has signature type 0x{(int)type:x2}, which is not known here");
        }
    }

    public static bool Verify(VerifierKey key, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature, out long? time)
    {
        time = null;
        switch (key.Type)
        {
            case SignatureType.Ed25519:
                return VerifyEd25519(key, text, signature);
            case SignatureType.Ecdsa:
                using (var ecdsa = P256(key.PublicKey.ToArray(), key.Name))
                {
                    return ecdsa.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
                }

            default:
                if (!CosignedMessage.TryTime(signature, out var seconds) || !CosignedMessage.TryOf(key.Type, key.Name, text, seconds, out var message))
                {
                    return false;
                }

                time = seconds;
                return key.Type == SignatureType.Cosignature
                    ? VerifyEd25519(key, message, signature[TimeBytes..])
                    : VerifyMlDsa44(key, message, signature[TimeBytes..]);
        }
    }

    private static bool VerifyEd25519(VerifierKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        return signature.Length == Ed25519Signature
            && Ed25519.Verify(signature.ToArray(), 0, key.PublicKey.ToArray(), 0, message.ToArray(), 0, message.Length);
    }

    private static bool VerifyMlDsa44(VerifierKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != MlDsa44Signature)
        {
            return false;
        }

        var signer = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: true);
        signer.Init(false, MLDsaPublicKeyParameters.FromEncoding(MLDsaParameters.ml_dsa_44, key.PublicKey.ToArray()));
        signer.BlockUpdate(message);
        return signer.VerifySignature(signature.ToArray());
    }

    private static ECDsa P256(byte[] spki, string name)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(spki, out var read);
            if (read == spki.Length && ecdsa.ExportParameters(false).Curve.Oid.Value == "1.2.840.10045.3.1.7")
            {
                return ecdsa;
            }
        }
        catch (CryptographicException)
        {
            // Said below: what exactly is wrong with a stranger's key helps nobody.
        }

        ecdsa.Dispose();
        throw new LogFormatException($"the key of {name} is no P-256 key in SPKI form");
    }
}
