using System.Text;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;

namespace Backbone.Audit.Privacy;

/// <summary>
/// Finds what identifies a person inside a text: residents' numbers, mobile numbers, e-mail addresses and, in free text, network
/// addresses. One pass for each; no expression whose time depends on what is searched. It cannot find names: senders must not put them in.
/// </summary>
internal static class PersonalText
{
    private const int IdLength = 18;
    private const int MobileLength = 11;

    /// <summary>GB 11643-1999 6.2: weights of the first seventeen digits, and the check characters by remainder.</summary>
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    private const string CheckCharacters = "10X98765432";

    /// <summary>First two digits: provinces (GB/T 2260).</summary>
    private static readonly HashSet<int> Provinces =
        [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83];

    /// <summary>The text with each find replaced by its commitment; the same object when there was none.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="free">Free text: also addresses, and numbers that letters adjoin. In ids, letters adjoin digits for other reasons.</param>
    /// <param name="commitments">What replaces the finds.</param>
    public static string Scrub(string text, bool free, ICommitments commitments)
    {
        var finds = Find(text, free);
        if (finds.Count == 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length + finds.Count * 48);
        var at = 0;
        foreach (var find in finds)
        {
            result.Append(text, at, find.Start - at).Append(commitments.Commit(find.Kind, find.Canonical));
            at = find.Start + find.Length;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>In order, none over another.</summary>
    public static List<PersonalFind> Find(string text, bool free)
    {
        var folded = Fold(text);
        var finds = new List<PersonalFind>();
        Emails(folded, finds);
        Numbers(folded, free, finds);
        if (free)
        {
            NetworkAddresses(folded, finds);
        }

        finds.Sort((one, other) => one.Start.CompareTo(other.Start));
        for (var i = finds.Count - 1; i > 0; i--)
        {
            if (finds[i].Start < finds[i - 1].Start + finds[i - 1].Length)
            {
                finds.RemoveAt(i);
            }
        }

        return finds;
    }

    /// <summary>Whether the text is a resident's number: province, date of birth and check character are right.</summary>
    public static bool IsIdNumber(ReadOnlySpan<char> text)
    {
        if (text.Length != IdLength || text[..17].ContainsAnyExceptInRange('0', '9') || !Provinces.Contains((text[0] - '0') * 10 + text[1] - '0'))
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
        {
            sum += (text[i] - '0') * Weights[i];
        }

        return char.ToUpperInvariant(text[17]) == CheckCharacters[sum % 11]
            && DateOnly.TryParseExact(text.Slice(6, 8), "yyyyMMdd", out var born) && born.Year is >= 1850 and <= 2200;
    }

    /// <summary>Full-width letters, digits and signs as their ASCII forms; the same length, so that positions stay.</summary>
    private static string Fold(string text) => text.AsSpan().ContainsAnyInRange('\uff01', '\uff5e')
        ? string.Create(text.Length, text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = from[i] is >= '\uff01' and <= '\uff5e' ? (char)(from[i] - 0xfee0) : from[i];
            }
        })
        : text;

    private static void Emails(string text, List<PersonalFind> finds)
    {
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var start = at;
            while (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || "._%+-".Contains(text[start - 1], StringComparison.Ordinal)))
            {
                start--;
            }

            var end = at + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-'))
            {
                end++;
            }

            while (end > at && text[end - 1] is '.' or '-')
            {
                end--;
            }

            if (start < at && text.AsSpan(at + 1, Math.Max(0, end - at - 1)).Contains('.'))
            {
                finds.Add(new PersonalFind(start, end - start, CommitmentKind.Email, text[start..end].ToLowerInvariant()));
            }
        }
    }

    /// <summary>Runs of digits, joined over single spaces and hyphens as people group them: 138 1234 5678, 370102 19900101 001X.</summary>
    private static void Numbers(string text, bool free, List<PersonalFind> finds)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]) || i > 0 && Adjoins(text[i - 1], free))
            {
                continue;
            }

            if (Number(text, i, IdLength, free) is { } id && IsIdNumber(id.Digits))
            {
                finds.Add(new PersonalFind(i, id.End - i, CommitmentKind.IdNumber, id.Digits.ToUpperInvariant()));
                i = id.End - 1;
            }
            else if (Mobile(text, i, free) is { } mobile)
            {
                finds.Add(new PersonalFind(i, mobile.End - i, CommitmentKind.Mobile, mobile.Digits[^MobileLength..]));
                i = mobile.End - 1;
            }
        }
    }

    private static (string Digits, int End)? Mobile(string text, int start, bool free)
    {
        var country = text.AsSpan(start).StartsWith("86", StringComparison.Ordinal) ? 2 : 0;
        return Number(text, start, MobileLength + country, free) is { } found && found.Digits[country] == '1' && found.Digits[country + 1] is >= '3' and <= '9'
            && char.IsAsciiDigit(found.Digits[^1])
                ? found
                : null;
    }

    /// <summary>Exactly that many digits (the last may be X) from there, and where they end; null when there are more or fewer.</summary>
    private static (string Digits, int End)? Number(string text, int start, int length, bool free)
    {
        Span<char> digits = stackalloc char[length];
        var count = 0;
        var i = start;
        while (i < text.Length && count < length)
        {
            if (char.IsAsciiDigit(text[i]) || count == length - 1 && text[i] is 'X' or 'x')
            {
                digits[count++] = text[i++];
            }
            else if (text[i] is ' ' or '-' && i + 1 < text.Length && char.IsAsciiLetterOrDigit(text[i + 1]))
            {
                i++;
            }
            else
            {
                return null;
            }
        }

        return count == length && (i == text.Length || !Adjoins(text[i], free)) ? (digits.ToString(), i) : null;
    }

    private static bool Adjoins(char other, bool free) => char.IsAsciiDigit(other) || !free && (char.IsAsciiLetter(other) || other is '-' or '_');

    private static void NetworkAddresses(string text, List<PersonalFind> finds)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsOfAddress(text[i]) || i > 0 && char.IsAsciiLetterOrDigit(text[i - 1]))
            {
                continue;
            }

            var end = i;
            while (end < text.Length && IsOfAddress(text[end]))
            {
                end++;
            }

            var run = text[i..end];
            var dots = run.Count(c => c == '.');
            var found = dots >= 3 && run.IndexOf(':', StringComparison.Ordinal) is > 0 and var port && !run[..port].Contains(':', StringComparison.Ordinal)
                ? run[..port]
                : run.TrimEnd('.', ':');
            if ((dots >= 3 || run.Count(c => c == ':') >= 2) && (EventRules.Address(found) ?? EventRules.Address(run)) is { } address)
            {
                finds.Add(new PersonalFind(i, EventRules.Address(found) is null ? run.Length : found.Length, CommitmentKind.Address, address));
            }

            i = end;
        }
    }

    private static bool IsOfAddress(char c) => char.IsAsciiHexDigit(c) || c is '.' or ':';
}

/// <param name="Start">Where it begins in the text.</param>
/// <param name="Length">How long it is there.</param>
/// <param name="Kind">A <see cref="CommitmentKind"/>.</param>
/// <param name="Canonical">What is committed to.</param>
internal readonly record struct PersonalFind(int Start, int Length, string Kind, string Canonical);
