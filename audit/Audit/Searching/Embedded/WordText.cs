using System.Text;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// The words of texts, written so that words which stand one after the other are one substring: each word between two single spaces, Han
/// characters without any, a line feed after each text. <c>a登录, B b</c> is <c> a 登录 b b </c>. See <see cref="SearchText"/> for what a word is.
/// </summary>
internal static class WordText
{
    /// <summary>What the words of one phrase look like where they stand.</summary>
    /// <param name="words">As <see cref="SearchText.Words"/> gives them.</param>
    /// <param name="lastIsPrefix">The last word may go on.</param>
    public static string Phrase(IEnumerable<string> words, bool lastIsPrefix)
    {
        var target = new StringBuilder();
        foreach (var word in words)
        {
            AppendWord(target, 0, word);
        }

        return lastIsPrefix && target[^1] == ' ' ? target.ToString(0, target.Length - 1) : target.ToString();
    }

    public static bool HasHan(IEnumerable<string> words) => words.Any(IsHan);

    /// <summary>Appends one text; true when a Han character is in it.</summary>
    public static bool Append(StringBuilder target, string text)
    {
        var start = target.Length;
        var han = IsPlain(text) ? AppendPlain(target, start, text) : AppendAny(target, start, text);
        target.Append('\n');
        return han;
    }

    private static bool AppendAny(StringBuilder target, int start, string text)
    {
        var han = false;
        foreach (var word in SearchText.Words(text))
        {
            han |= IsHan(word);
            AppendWord(target, start, word);
        }

        return han;
    }

    /// <summary>The same for texts of which every character stands for itself under every normalisation: nearly all of them.</summary>
    private static bool AppendPlain(StringBuilder target, int start, string text)
    {
        var han = false;
        var inWord = false;
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                if (!inWord && (target.Length == start || target[^1] != ' '))
                {
                    target.Append(' ');
                }

                inWord = true;
                target.Append(char.ToLowerInvariant(c));
                continue;
            }

            if (inWord)
            {
                target.Append(' ');
                inWord = false;
            }

            if (c is >= '\u3400' and <= '\u9fff')
            {
                han = true;
                target.Append(c);
            }
        }

        if (inWord)
        {
            target.Append(' ');
        }

        return han;
    }

    /// <summary>ASCII, the two great blocks of Han characters, and the usual marks between them.</summary>
    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (c is not (< '\u0080' or (>= '\u4e00' and <= '\u9fff') or (>= '\u3400' and <= '\u4dbf') or '、' or '。' or '，' or '：' or '；' or '（' or '）'))
            {
                return false;
            }
        }

        return true;
    }

    private static void AppendWord(StringBuilder target, int start, string word)
    {
        if (IsHan(word))
        {
            target.Append(word);
            return;
        }

        if (target.Length == start || target[^1] != ' ')
        {
            target.Append(' ');
        }

        target.Append(word).Append(' ');
    }

    private static bool IsHan(string word) => Rune.DecodeFromUtf16(word, out var rune, out _) == System.Buffers.OperationStatus.Done && SearchText.IsHan(rune);
}
