using System.Security.Cryptography;
using System.Text;

namespace Backbone.Platform.Web.Keys;

/// <summary>
/// The one secret outside every database: 32 random bytes in <c>&lt;data&gt;/keys/master.key</c>, created once, or in the file that
/// <see cref="BackboneOptions.MasterKey"/> names, which is the operator's and never created here. Readable by its owner alone.
/// Nothing is encrypted with it directly: every use derives a key of its own by HKDF-SHA256 (RFC 5869) under a label, so that no two uses
/// share one. Its thief opens everything sealed in the database and can link the pairwise subjects; its loss ends all of them.
/// </summary>
public sealed class MasterKey
{
    public const int Size = 32;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _key;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
        {
            throw new MasterKeyException($"The master key must have {Size} bytes; it has {key.Length}.");
        }

        _key = key.ToArray();
    }

    /// <summary>The key of this host: the operator's file, else the data folder's own.</summary>
    /// <exception cref="MasterKeyException">As <see cref="LoadOrCreate"/>; or the operator's file is not there.</exception>
    public static MasterKey Of(BackboneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.MasterKey is not null && !File.Exists(options.MasterKeyPath)
            ? throw new MasterKeyException($"The master key {options.MasterKeyPath} does not exist; a new one would open nothing.")
            : LoadOrCreate(options.MasterKeyPath);
    }

    /// <summary>Reads the key file; creates it when there is none. Of two hosts that start at once, one creates and both read the same.</summary>
    /// <exception cref="MasterKeyException">The file is not exactly 32 bytes, or others than its owner may touch it.</exception>
    public static MasterKey LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            PrivateFile.Create(path, RandomNumberGenerator.GetBytes(Size));
        }

        if (PrivateFile.RightsOfOthers(path) is var surplus and not UnixFileMode.None)
        {
            throw new MasterKeyException($"The master key {path} is open to others than its owner ({surplus}); set its mode to 0600.");
        }

        var key = File.ReadAllBytes(path);
        try
        {
            return key.Length == Size
                ? new MasterKey(key)
                : throw new MasterKeyException($"The master key {path} must have {Size} bytes; it has {key.Length}. Restore it from the backup.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>A key of its own for one use. The same label always gives the same key.</summary>
    public byte[] Derive(string label, int length = 32) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, length, info: Encoding.UTF8.GetBytes("backbone/" + label));

    /// <summary>AES-256-GCM under the label's key; the label is also the associated data. Layout: nonce, tag, ciphertext.</summary>
    public byte[] Seal(string label, ReadOnlySpan<byte> plain)
    {
        var result = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, NonceSize));
        using var cipher = new AesGcm(Derive("seal/" + label), TagSize);
        cipher.Encrypt(
            result.AsSpan(0, NonceSize),
            plain,
            result.AsSpan(NonceSize + TagSize),
            result.AsSpan(NonceSize, TagSize),
            Encoding.UTF8.GetBytes(label));
        return result;
    }

    /// <summary>The reverse of <see cref="Seal"/>.</summary>
    /// <exception cref="CryptographicException">Sealed under another label or master key, or altered since.</exception>
    public byte[] Open(string label, ReadOnlySpan<byte> sealedData)
    {
        if (sealedData.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("The sealed value is too short to be one.");
        }

        var plain = new byte[sealedData.Length - NonceSize - TagSize];
        using var cipher = new AesGcm(Derive("seal/" + label), TagSize);
        cipher.Decrypt(
            sealedData[..NonceSize],
            sealedData[(NonceSize + TagSize)..],
            sealedData.Slice(NonceSize, TagSize),
            plain,
            Encoding.UTF8.GetBytes(label));
        return plain;
    }
}

/// <summary>The master key cannot be used; the message says what to do.</summary>
public sealed class MasterKeyException(string message) : Exception(message);
