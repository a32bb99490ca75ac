using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Errors;

/// <summary>
/// The reference a person reads out to the help desk, as <c>K7Q2-9M4F</c>: the first 40 bits of the trace id in Crockford's base 32
/// (no I, L, O, U). <see cref="TracePrefix"/> leads back to the trace.
/// </summary>
public static class Correlation
{
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
            ? Of(Convert.FromHexString(activity.TraceId.ToHexString().AsSpan(0, 10)))
            : Of(SHA256.HashData(Encoding.UTF8.GetBytes(context.TraceIdentifier)));
    }

    /// <summary>The first ten hex digits of the trace id behind a reference, or null when it is not one.</summary>
    public static string? TracePrefix(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var plain = reference.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant();
        if (plain.Length != 8 || plain.Any(digit => !Digits.Contains(digit, StringComparison.Ordinal)))
        {
            return null;
        }

        var bits = plain.Aggregate(0L, (sum, digit) => (sum << 5) | (long)Digits.IndexOf(digit, StringComparison.Ordinal));
        return bits.ToString("x10", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Of(ReadOnlySpan<byte> bytes)
    {
        var bits = 0L;
        foreach (var part in bytes[..5])
        {
            bits = (bits << 8) | part;
        }

        Span<char> text = stackalloc char[9];
        text[4] = '-';
        for (var i = 0; i < 8; i++)
        {
            text[i < 4 ? i : i + 1] = Digits[(int)(bits >> (35 - (5 * i)) & 31)];
        }

        return new string(text);
    }
}
