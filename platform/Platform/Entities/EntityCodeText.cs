using System.Buffers;

namespace Backbone.Platform.Entities;

/// <summary>The letters of unified social credit codes, and the form in which one is compared.</summary>
internal static class EntityCodeText
{
    /// <summary>GB 32100-2015: digits and capital letters without I, O, S, V and Z.</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    public static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>Characters of the longest text that is looked at.</summary>
    public const int Longest = 64;

    /// <summary>The value of a character in the alphabet of 31, or -1.</summary>
    public static int Digit(char character) => character < Values.Length ? Values[character] : -1;

    /// <summary>
    /// Writes the text without blanks, half-width and in upper case; gives its length, which is beyond <see cref="Longest"/> for a text that is
    /// longer than that and was not looked at.
    /// </summary>
    public static int Normalise(ReadOnlySpan<char> text, Span<char> into)
    {
        text = text.Trim();
        if (text.Length > Longest)
        {
            return text.Length;
        }

        var length = 0;
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character))
            {
                continue;
            }

            var half = character is >= '\uFF01' and <= '\uFF5E' ? (char)(character - 0xFEE0) : character;
            into[length++] = half is >= 'a' and <= 'z' ? (char)(half - 32) : half;
        }

        return length;
    }

    /// <summary>A plain loop: the library's own search boxes its bounds until the compiler has had its second look.</summary>
    public static bool IsDigits(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
            {
                return false;
            }
        }

        return true;
    }

    private static readonly sbyte[] Values = MakeValues();

    private static sbyte[] MakeValues()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = (sbyte)i;
        }

        return values;
    }
}
