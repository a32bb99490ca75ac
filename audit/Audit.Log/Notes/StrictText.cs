using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Notes;

/// <summary>
/// Numbers, base64 and text that have exactly one spelling each. Two spellings of one thing would let two different files mean the same.
/// </summary>
internal static class StrictText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>UTF-8 without control characters other than newline.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string what)
    {
        foreach (var one in bytes)
        {
            if (one is < 0x20 and not (byte)'\n' or 0x7F)
            {
                throw new LogFormatException($"{what} contains the control character 0x{one:x2}");
            }
        }

        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new LogFormatException($"{what} is not valid UTF-8");
        }
    }

    /// <summary>Decimal, no sign, no leading zero, below 2^63.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out long value)
    {
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && (text.Length == 1 || text[0] != '0');
    }

    public static long Number(ReadOnlySpan<char> text, string what)
    {
        return TryNumber(text, out var value)
            ? value
            : throw new LogFormatException($"{what} is no decimal number below 2^63 without leading zeros");
    }

    /// <summary>RFC 4648 section 4 with padding, and no bits that are thrown away.</summary>
    public static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 4 * 3];
        if (text.Length % 4 != 0 || !Convert.TryFromBase64String(text, bytes, out var written))
        {
            bytes = [];
            return false;
        }

        Array.Resize(ref bytes, written);
        return Convert.ToBase64String(bytes) == text;
    }

    public static byte[] Base64(string text, string what)
    {
        return TryBase64(text, out var bytes) ? bytes : throw new LogFormatException($"{what} is not standard base64");
    }

    public static TreeHash Hash(string text, string what)
    {
        var bytes = Base64(text, what);
        return bytes.Length == TreeHash.Bytes
            ? TreeHash.From(bytes)
            : throw new LogFormatException($"{what} has {bytes.Length} bytes, not {TreeHash.Bytes}");
    }
}
