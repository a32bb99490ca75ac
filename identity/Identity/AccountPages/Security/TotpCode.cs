using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>RFC 6238 with the parameters every authenticator app knows: HMAC-SHA-1, 30 s, six digits.</summary>
internal static class TotpCode
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The time step the code belongs to: now, or one step to either side (RFC 6238 5.2); null when wrong.</summary>
    /// <param name="secret">Base32 without padding.</param>
    /// <param name="code">What was typed, digits only.</param>
    /// <param name="now">The host's clock.</param>
    public static long? StepOf(string secret, string code, DateTimeOffset now)
    {
        var key = Decode(secret);
        var step = now.ToUnixTimeSeconds() / 30;
        long? found = null;
        foreach (var candidate in (long[])[step - 1, step, step + 1])
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(At(key, candidate)), Encoding.ASCII.GetBytes(code)))
            {
                found = candidate;
            }
        }

        return found;
    }

    public static string At(string secret, DateTimeOffset time) => At(Decode(secret), time.ToUnixTimeSeconds() / 30);

    private static string At(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238 1.2: the default of every authenticator; HMAC does not need collision resistance.
        var mac = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var offset = mac[^1] & 0x0F;
        var number = (BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(offset)) & 0x7FFFFFFF) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string base32)
    {
        var bytes = new byte[base32.Length * 5 / 8];
        var (bits, held, at) = (0, 0, 0);
        foreach (var character in base32)
        {
            bits = (bits << 5) | Alphabet.IndexOf(character, StringComparison.Ordinal);
            held += 5;
            if (held >= 8)
            {
                held -= 8;
                bytes[at++] = (byte)(bits >> held);
                bits &= (1 << held) - 1;
            }
        }

        return bytes;
    }
}
