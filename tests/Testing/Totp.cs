using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Backbone.Testing;

/// <summary>What an authenticator app shows (RFC 6238 with the defaults every app uses: HMAC-SHA1, 30 s, six digits).</summary>
public static class Totp
{
    public static string Code(string base32Secret, DateTimeOffset at)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // RFC 6238 1.2: authenticator apps know HMAC-SHA1 only.
        var hash = HMACSHA1.HashData(Decode(base32Secret), counter);
#pragma warning restore CA5350
        var offset = hash[^1] & 0x0f;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset)) & 0x7fffffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string base32)
    {
        var bytes = new List<byte>();
        var (bits, held) = (0, 0);
        foreach (var letter in base32.Replace(" ", "", StringComparison.Ordinal).TrimEnd('=').ToUpperInvariant())
        {
            var value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal);
            bits = (bits << 5) | value;
            held += 5;
            if (held >= 8)
            {
                held -= 8;
                bytes.Add((byte)(bits >> held));
                bits &= (1 << held) - 1;
            }
        }

        return [.. bytes];
    }
}
