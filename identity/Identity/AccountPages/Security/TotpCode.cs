using System.Security.Cryptography;
using System.Text;
using Backbone.Identity.Accounts;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>Checks a code against a secret that is only on offer yet; sign-in checks the stored one (<see cref="VerifyTotp"/>).</summary>
internal static class TotpCode
{
    /// <summary>The time step the code belongs to: now, or one step to either side (RFC 6238 5.2); null when wrong.</summary>
    /// <param name="secret">Base32 without padding.</param>
    /// <param name="code">What was typed, digits only.</param>
    /// <param name="now">The host's clock.</param>
    public static long? StepOf(string secret, string code, DateTimeOffset now)
    {
        var step = now.ToUnixTimeSeconds() / 30;
        long? found = null;
        foreach (var candidate in (long[])[step - 1, step, step + 1])
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(VerifyTotp.At(secret, candidate)), Encoding.ASCII.GetBytes(code)))
            {
                found = candidate;
            }
        }

        return found;
    }

    public static string At(string secret, DateTimeOffset time) => VerifyTotp.At(secret, time.ToUnixTimeSeconds() / 30);
}
