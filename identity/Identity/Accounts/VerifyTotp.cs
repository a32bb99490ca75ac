using System.Globalization;
using System.Security.Cryptography;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Accounts;

/// <summary>
/// RFC 6238 over HMAC-SHA1, 30 s, six digits: what every authenticator app speaks. One step of drift either way (5.2), and a code works
/// once: the accepted step is kept and only a later one is accepted afterwards, also when two requests race.
/// </summary>
internal sealed class VerifyTotp(IdentityDb db, AccountStore store, TimeProvider clock)
{
    public async Task<bool> HandleAsync(Account account, string? typed, CancellationToken cancellation)
    {
        var code = string.Concat((typed ?? "").Where(c => c is not (' ' or '-')));
        if (code.Length != 6 || !code.All(char.IsAsciiDigit) || await store.GetAuthenticatorKeyAsync(account, cancellation) is not { } key)
        {
            return false;
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds() / 30;
        for (var step = now - 1; step <= now + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(At(key, step)), System.Text.Encoding.ASCII.GetBytes(code)))
            {
                return await db.Users
                    .Where(a => a.Id == account.Id && (a.LastTotpStep == null || a.LastTotpStep < step))
                    .ExecuteUpdateAsync(set => set.SetProperty(a => a.LastTotpStep, step), cancellation) == 1;
            }
        }

        return false;
    }

    /// <summary>The code of a time step (RFC 4226 5.3).</summary>
    public static string At(string base32Key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[20];
#pragma warning disable CA5350, RS0030 // RFC 6238 names HMAC-SHA-1; authenticator apps ignore any other.
        HMACSHA1.HashData(FromBase32(base32Key), counter, mac);
#pragma warning restore CA5350, RS0030
        var offset = mac[19] & 0xF;
        var number = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(mac[offset..]) & 0x7FFFFFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string text)
    {
        var bytes = new List<byte>(text.Length * 5 / 8);
        int buffer = 0, bits = 0;
        foreach (var digit in text.TrimEnd('='))
        {
            buffer = (buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(char.ToUpperInvariant(digit), StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
                buffer &= (1 << bits) - 1;
            }
        }

        return [.. bytes];
    }
}
