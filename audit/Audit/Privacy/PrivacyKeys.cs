using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Contracts;
using Backbone.Platform.Web.Keys;

namespace Backbone.Audit.Privacy;

/// <summary>
/// The secrets of privacy, in <c>&lt;data&gt;/keys/audit-privacy.key</c>, readable by its owner alone: a line for each epoch, its number and 32
/// random bytes in base64url. The last line's epoch is the one new commitments are made under. To begin a new epoch, add a line; to make
/// the commitments of an old one meaningless for ever, take its line out (subject keys wrapped under it go with it). Its thief can try
/// values against commitments, and with the database open sealed values; its loss ends both.
/// </summary>
internal sealed class PrivacyKeys : ICommitments
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int MostEpochs = 64;

    private readonly FrozenDictionary<int, Epoch> epochs;
    private readonly Epoch current;

    private PrivacyKeys(IEnumerable<Epoch> epochs)
    {
        Epoch[] all = [.. epochs];
        current = all[^1];
        this.epochs = all.ToFrozenDictionary(epoch => epoch.Number);
    }

    /// <summary>Reads the file; makes it when there is none.</summary>
    /// <exception cref="PrivacyKeysException">The file is not as it must be; nothing was changed.</exception>
    public static PrivacyKeys LoadOrCreate(string path)
    {
        // Never overwrites: whoever comes second keeps the first one's key.
        if (!File.Exists(path))
        {
            PrivateFile.Create(path, Encoding.ASCII.GetBytes($"1 {Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeySize))}\n"));
        }

        if (PrivateFile.RightsOfOthers(path) is var surplus and not UnixFileMode.None)
        {
            throw new PrivacyKeysException($"{path} is open to more than its owner ({surplus}); set its mode to 0600.");
        }

        return new PrivacyKeys(Parse(path, File.ReadAllLines(path)));
    }

    public string Commit(string kind, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return current.Commit(kind, value);
    }

    /// <summary>The commitments of a value under every epoch: what to look for in the log.</summary>
    public IEnumerable<string> AllOf(string kind, string value) => epochs.Values.OrderBy(epoch => epoch.Number).Select(epoch => epoch.Commit(kind, value));

    /// <summary>Each epoch by itself, the newest first: what a text became in the log at its time.</summary>
    public IEnumerable<ICommitments> Epochs => epochs.Values.OrderByDescending(epoch => epoch == current).ThenByDescending(epoch => epoch.Number);

    /// <summary>The keys that waiting events of this module are sealed with, the newest epoch's first.</summary>
    public IEnumerable<byte[]> OutboxKeys => epochs.Values.OrderByDescending(epoch => epoch == current).Select(epoch => epoch.Outbox);

    /// <summary>Keyed hashes of a subject's id, the newest epoch's first: where its key is found in the database.</summary>
    public IEnumerable<byte[]> IndexesOf(string subject) => epochs.Values.OrderByDescending(epoch => epoch == current).ThenByDescending(epoch => epoch.Number)
        .Select(epoch => HMACSHA256.HashData(epoch.Index, Encoding.UTF8.GetBytes(subject)));

    /// <summary>AES-256-GCM under the newest epoch; <paramref name="id"/> is the associated data. Layout: epoch, nonce, tag, ciphertext.</summary>
    public byte[] Wrap(Guid id, ReadOnlySpan<byte> key)
    {
        var result = new byte[4 + NonceSize + TagSize + key.Length];
        BinaryPrimitives.WriteInt32BigEndian(result, current.Number);
        var nonce = result.AsSpan(4, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(current.Wrapping, TagSize);
        cipher.Encrypt(nonce, key, result.AsSpan(4 + NonceSize + TagSize), result.AsSpan(4 + NonceSize, TagSize), id.ToByteArray(bigEndian: true));
        return result;
    }

    /// <summary>The reverse; null when the epoch's line is gone.</summary>
    /// <exception cref="CryptographicException">Altered, or another key's.</exception>
    public byte[]? Unwrap(Guid id, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length != 4 + NonceSize + TagSize + KeySize)
        {
            throw new CryptographicException($"A wrapped key has {4 + NonceSize + TagSize + KeySize} bytes; this one {wrapped.Length}.");
        }

        if (!epochs.TryGetValue(BinaryPrimitives.ReadInt32BigEndian(wrapped), out var epoch))
        {
            return null;
        }

        var key = new byte[KeySize];
        using var cipher = new AesGcm(epoch.Wrapping, TagSize);
        cipher.Decrypt(
            wrapped.Slice(4, NonceSize), wrapped[(4 + NonceSize + TagSize)..], wrapped.Slice(4 + NonceSize, TagSize), key, id.ToByteArray(bigEndian: true));
        return key;
    }

    private static List<Epoch> Parse(string path, string[] lines)
    {
        var result = new List<Epoch>();
        for (var i = 0; i < lines.Length; i++)
        {
            var parts = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
            {
                continue;
            }

            // The key's text is in no message.
            if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || KeyOf(parts[1]) is not { } key || result.Exists(epoch => epoch.Number == number) || result.Count == MostEpochs)
            {
                throw new PrivacyKeysException(
                    $"{path}, line {i + 1}: an epoch's number, given once, and 32 bytes in base64url; at most {MostEpochs} lines. Restore the file from the backup.");
            }

            result.Add(new Epoch(number, key));
        }

        return result.Count > 0 ? result : throw new PrivacyKeysException($"{path} holds no key. Restore it from the backup.");
    }

    private static byte[]? KeyOf(string text)
    {
        var key = new byte[KeySize];
        return Base64Url.IsValid(text, out var length) && length == KeySize && Base64Url.TryDecodeFromChars(text, key, out _) ? key : null;
    }

    /// <summary>One line: a key of its own for each use (HKDF, RFC 5869), so that no two uses share one.</summary>
    private sealed class Epoch(int number, byte[] key) : ICommitments
    {
        private readonly byte[] commitment = Derive(key, "commitment");

        public int Number => number;

        public byte[] Index { get; } = Derive(key, "subject-index");

        public byte[] Outbox { get; } = Derive(key, "outbox");

        public byte[] Wrapping { get; } = Derive(key, "subject-key");

        public string Commit(string kind, string value)
        {
            var text = Encoding.UTF8.GetBytes($"{kind}\0{value}");
            return string.Create(CultureInfo.InvariantCulture, $"hmac:{number}:{Base64Url.EncodeToString(HMACSHA256.HashData(commitment, text))}");
        }

        private static byte[] Derive(byte[] key, string use) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeySize, info: Encoding.ASCII.GetBytes("backbone/audit/" + use));
    }
}

/// <summary>The key file cannot be used; the message says what to do.</summary>
internal sealed class PrivacyKeysException(string message) : Exception(message);
