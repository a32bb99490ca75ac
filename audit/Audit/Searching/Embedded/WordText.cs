using System.Text;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// The words of texts, written so that words which stand one after the other are one substring: each word between two single spaces, Han
/// characters without any, a line feed after each text. <c>a登录, B b</c> is <c> a 登录 b b </c>. See <see cref="SearchText"/> for what a word is.
/// </summary>
internal static class WordText
{
    /// <summary>ASCII letters and digits in lower case; 0 for every other byte.</summary>
    private static readonly byte[] Lower = MakeLower();

    /// <summary>What the words of one phrase look like where they stand.</summary>
    /// <param name="words">As <see cref="SearchText.Words"/> gives them.</param>
    /// <param name="lastIsPrefix">The last word may go on.</param>
    public static string Phrase(IEnumerable<string> words, bool lastIsPrefix)
    {
        var target = new StringBuilder();
        foreach (var word in words)
        {
            AppendWord(target, word);
        }

        return lastIsPrefix && target[^1] == ' ' ? target.ToString(0, target.Length - 1) : target.ToString();
    }

    public static bool HasHan(IEnumerable<string> words) => words.Any(IsHan);

    /// <summary>Appends one text; true when a Han character is in it.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="text">Sound UTF-8.</param>
    public static bool Append(Utf8Text target, ReadOnlySpan<byte> text)
    {
        // Of each byte at most itself and a space, and a space before the first word.
        var start = target.Length;
        if (TryWritePlain(target.Grow(text.Length * 2 + 2), text, out var written, out var han))
        {
            target.CutTo(start + written);
        }
        else
        {
            han = AppendAny(target, Encoding.UTF8.GetString(text));
        }

        target.Add((byte)'\n');
        return han;
    }

    private static bool AppendAny(Utf8Text target, string text)
    {
        var words = SearchText.Words(text);
        target.Add(Phrase(words, lastIsPrefix: false));
        return HasHan(words);
    }

    /// <summary>
    /// The same without a detour for texts of which every character stands for itself under every normalisation, which is nearly all: ASCII, the
    /// two great blocks of Han characters, and the usual marks between them. False for others; what it wrote then counts for nothing.
    /// </summary>
    private static bool TryWritePlain(Span<byte> target, ReadOnlySpan<byte> text, out int written, out bool han)
    {
        var lower = Lower;
        written = 0;
        han = false;
        for (var at = 0; at < text.Length;)
        {
            var one = text[at];
            if (lower[one] != 0)
            {
                if (written == 0 || target[written - 1] != ' ')
                {
                    target[written++] = (byte)' ';
                }

                var first = at;
                for (; at < text.Length && lower[text[at]] is var letter and not 0; at++)
                {
                    target[written++] = letter;
                }

                if (at - first > SearchText.LongestWord)
                {
                    return false;
                }

                target[written++] = (byte)' ';
            }
            else if (one < 0x80)
            {
                at++;
            }
            else if (one is < 0xe3 or > 0xef || at + 2 >= text.Length)
            {
                return false;
            }
            else
            {
                var c = (char)((one & 0x0f) << 12 | (text[at + 1] & 0x3f) << 6 | (text[at + 2] & 0x3f));
                if (c is (>= '\u4e00' and <= '\u9fff') or (>= '\u3400' and <= '\u4dbf'))
                {
                    han = true;
                    text.Slice(at, 3).CopyTo(target[written..]);
                    written += 3;
                }
                else if (c is not ('、' or '。' or '，' or '：' or '；' or '（' or '）'))
                {
                    return false;
                }

                at += 3;
            }
        }

        return true;
    }

    private static byte[] MakeLower() =>
        [.. Enumerable.Range(0, 256).Select(i => i < 0x80 && char.IsAsciiLetterOrDigit((char)i) ? (byte)char.ToLowerInvariant((char)i) : (byte)0)];

    private static void AppendWord(StringBuilder target, string word)
    {
        if (IsHan(word))
        {
            target.Append(word);
            return;
        }

        if (target.Length == 0 || target[^1] != ' ')
        {
            target.Append(' ');
        }

        target.Append(word).Append(' ');
    }

    private static bool IsHan(string word) => Rune.DecodeFromUtf16(word, out var rune, out _) == System.Buffers.OperationStatus.Done && SearchText.IsHan(rune);
}
