using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Backbone.Audit.Log.Notes;

/// <summary>
/// A public key with its name: what a verifier is configured with, as text a "vkey". Name and key id together say which signature lines
/// are this key's. Immutable; equal when type, name and key are.
/// </summary>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    private readonly byte[] publicKey;

    private VerifierKey(string name, SignatureType type, byte[] publicKey)
    {
        Name = name;
        Type = type;
        this.publicKey = publicKey;
        Id = IdOf(name, type, publicKey);
    }

    public string Name { get; }

    public SignatureType Type { get; }

    public uint Id { get; }

    /// <summary>Raw for Ed25519 (32 bytes) and ML-DSA-44 (1,312); SPKI for ECDSA.</summary>
    public ReadOnlyMemory<byte> PublicKey => publicKey;

    /// <summary>Whether its signatures carry a time and are made over a checkpoint.</summary>
    public bool IsCosigner => Type is SignatureType.Cosignature or SignatureType.MlDsa44;

    /// <exception cref="LogFormatException">The name is no key name, or the key is none of that type.</exception>
    public static VerifierKey Of(string name, SignatureType type, ReadOnlySpan<byte> publicKey)
    {
        if (!KeyName.IsValid(name))
        {
            throw new LogFormatException("a key name is not empty and has no space, plus or control character");
        }

        var key = publicKey.ToArray();
        Signatures.Check(type, name, key);
        return new VerifierKey(name, type, key);
    }

    /// <summary><c>name+key id in hex+base64(type ‖ key)</c>.</summary>
    /// <exception cref="LogFormatException">It is no vkey, of a type not known here, or its key id is not that of its key.</exception>
    public static VerifierKey Parse(string vkey)
    {
        // The base64 part may contain a plus, the name may not.
        var parts = vkey.Split('+', 3);
        if (parts.Length != 3 || !StrictText.TryBase64(parts[2], out var material) || material.Length < 2)
        {
            throw new LogFormatException("a verifier key is name+key id+base64 of type and key");
        }

        var type = (SignatureType)material[0];
        var key = Of(parts[0], type, material.AsSpan(1));
        return key.ToString() == vkey
            ? key
            : throw new LogFormatException($"the verifier key says key id {Shown(parts[1])}; of this name and key it is {key.Id:x8}");
    }

    /// <summary>The vkey.</summary>
    public override string ToString()
    {
        return $"{Name}+{Id:x8}+{Convert.ToBase64String([(byte)Type, .. publicKey])}";
    }

    /// <summary>Whether the line is by this key, as far as it says itself.</summary>
    public bool IsNamedBy(SignatureLine line)
    {
        return line.KeyId == Id && line.Name == Name;
    }

    /// <summary>
    /// Verifies a signature over a note's text. The time is that of a cosignature (POSIX seconds; 0: it does not say), else null.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature, out long? time)
    {
        return Signatures.Verify(this, text, signature, out time);
    }

    public bool Equals(VerifierKey? other)
    {
        return other is not null && Type == other.Type && Name == other.Name && publicKey.AsSpan().SequenceEqual(other.publicKey);
    }

    public override bool Equals(object? obj)
    {
        return Equals(obj as VerifierKey);
    }

    public override int GetHashCode()
    {
        return HashCode.Combine(Name, Id);
    }

    private static uint IdOf(string name, SignatureType type, byte[] key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        // signed-note: ECDSA keys have the id of their SPKI form alone.
        SHA256.HashData(type == SignatureType.Ecdsa ? key : [.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. key], hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    private static string Shown(string id)
    {
        return id.Length <= 8 ? id : id[..8] + "…";
    }
}
