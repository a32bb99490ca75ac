using System.Security.Cryptography;
using System.Text;
using Backbone.Platform.Web.Keys;

namespace Backbone.Audit.Publishing;

/// <summary>
/// The log's signing key: one file, outside the log's folder, readable by its owner alone. It also holds the log's origin, because the two
/// belong together: another origin is another log. One line, in the form of Go's note package:
/// <c>PRIVATE+KEY+origin+key id+base64(type, seed)</c>. A thief can sign forked histories, which witnesses and kept checkpoints show; its
/// loss means that this log can never be continued.
/// </summary>
internal sealed record LogKey(string Origin, byte[] Seed)
{
    /// <summary>Ed25519, RFC 8032.</summary>
    public const int SeedBytes = 32;

    private const string Prefix = "PRIVATE+KEY+";

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="LogKeyException">The file is open to others, or is no such key.</exception>
    public static LogKey? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        if (PrivateFile.RightsOfOthers(path) is var surplus and not UnixFileMode.None)
        {
            throw new LogKeyException($"The audit log's signing key {path} is open to others than its owner ({surplus}); set its mode to 0600.");
        }

        var line = File.ReadAllText(path, Encoding.ASCII).TrimEnd('\n');
        var parts = line.StartsWith(Prefix, StringComparison.Ordinal) ? line[Prefix.Length..].Split('+', 3) : [];
        Span<byte> key = stackalloc byte[SeedBytes + 1];
        return parts is [var origin, _, var encoded] && origin.Length > 0
            && Convert.TryFromBase64String(encoded, key, out var written) && written == key.Length && key[0] == Ed25519
            ? new LogKey(origin, key[1..].ToArray())
            : throw new LogKeyException($"{path} is no signing key ({Prefix}origin+id+base64); restore it from its backup.");
    }

    /// <summary>Makes a new key and file. Never overwrites one: of two that come at once, one creates and both read the same.</summary>
    /// <param name="path">Where; the folder is created with mode 0700.</param>
    /// <param name="origin">The name of the log it will sign for.</param>
    /// <param name="keyIdOf">The note's key id of a seed.</param>
    public static LogKey Create(string path, string origin, Func<byte[], uint> keyIdOf)
    {
        var seed = RandomNumberGenerator.GetBytes(SeedBytes);
        PrivateFile.Create(path, Encoding.ASCII.GetBytes($"{Prefix}{origin}+{keyIdOf(seed):x8}+{Convert.ToBase64String([Ed25519, .. seed])}\n"));
        return Read(path)!;
    }

    /// <summary>The type byte of an Ed25519 key in a signed note.</summary>
    private const byte Ed25519 = 1;
}

/// <summary>The signing key cannot be used; the message says what to do.</summary>
internal sealed class LogKeyException(string message) : Exception(message);
