using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Backbone.Audit.Searching;

/// <summary>
/// What free text means, the same in every store: the words of a text are its runs of letters and digits in lower case, and each Han
/// character is a word of its own, so that any two Chinese characters that stand together are found. What goes on longer than <see cref="LongestWord"/>
/// is several words.
/// </summary>
internal static class SearchText
{
    /// <summary>UTF-16 units of a word, at most: where the analyser of every cluster cuts one that it is given longer.</summary>
    public const int LongestWord = 255;

    /// <summary>The words, in order.</summary>
    public static ImmutableArray<string> Words(string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var word = new StringBuilder();
        foreach (var rune in WellFormed(text).Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            if (IsHan(rune))
            {
                End();
                words.Add(rune.ToString());
            }
            else if (IsOfWord(rune))
            {
                var small = Rune.ToLowerInvariant(rune);
                if (word.Length + small.Utf16SequenceLength > LongestWord)
                {
                    End();
                }

                word.Append(small.ToString());
            }
            else
            {
                End();
            }
        }

        End();
        return words.ToImmutable();

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>The texts of an event that free words are looked for in: every string below any name, in the order they stand.</summary>
    public static IEnumerable<string> TextsOf(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                yield return element.GetString()!;
                break;
            case JsonValueKind.Array:
                foreach (var text in element.EnumerateArray().SelectMany(TextsOf))
                {
                    yield return text;
                }

                break;
            case JsonValueKind.Object:
                foreach (var text in element.EnumerateObject().SelectMany(property => TextsOf(property.Value)))
                {
                    yield return text;
                }

                break;
        }
    }

    /// <summary>CJK ideographs: the unified blocks, their extensions and the compatibility forms.</summary>
    public static bool IsHan(Rune rune) => rune.Value is
        (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);

    /// <summary>Half a character is none: normalisation would refuse the whole text for it.</summary>
    private static string WellFormed(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
