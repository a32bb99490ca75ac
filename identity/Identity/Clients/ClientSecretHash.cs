using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Backbone.Identity.Clients;

/// <summary>
/// One SHA-256 of a client secret. A slow hash protects what people choose; secrets are 256 random bits that nobody can guess, and a slow
/// hash would be the largest cost of a token (identity reference 4.3). Only the catalogue makes secrets; never let anybody choose one.
/// </summary>
internal static class ClientSecretHash
{
    private const string Prefix = "s256:";

    public static string Of(string secret) => Prefix + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static bool IsOne(string comparand) => comparand.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Constant time in the content.</summary>
    public static bool Matches(string secret, string comparand)
    {
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        var encoded = comparand.AsSpan(Prefix.Length);
        if (Base64Url.GetMaxDecodedLength(encoded.Length) > expected.Length + 2
            || !Base64Url.TryDecodeFromChars(encoded, expected, out var length) || length != expected.Length)
        {
            return false;
        }

        SHA256.HashData(Encoding.UTF8.GetBytes(secret), actual);
        return CryptographicOperations.FixedTimeEquals(expected, actual);
    }
}
