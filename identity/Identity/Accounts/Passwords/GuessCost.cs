using System.Collections.Frozen;

namespace Backbone.Identity.Accounts.Passwords;

/// <summary>
/// How many guesses an attacker who knows people's habits needs, as a power of ten. The cheapest reading of the password as a chain of
/// known pieces (words, pinyin, years, runs, walks over the keyboard, repetitions) counts, so "P@ssw0rd2026!" is one word and a year.
/// A list of leaked passwords would catch the same ones one by one; these rules catch whole families and need no foreign data.
/// </summary>
internal static class GuessCost
{
    /// <summary>Below a hundred million guesses a password is "common".</summary>
    public const double Least = 8;

    private const double WordCost = 3.1;
    private const double SyllableCost = 1.9;
    private const double RunCost = 1.5;
    private const double YearCost = 1.9;
    private const double DateCost = 4.2;
    private const double CapitalsCost = 0.3;
    private const double LeetCost = 0.3;

    private static readonly FrozenDictionary<string, double> Words = CommonWords.Load(WordCost, SyllableCost);
    private static readonly FrozenDictionary<string, double>.AlternateLookup<ReadOnlySpan<char>> WordsBySpan =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int LongestWord = Words.Keys.Max(word => word.Length);

    /// <summary>Rows and slanted columns of the keyboard and the number pad, both ways.</summary>
    private static readonly string[] Walks =
    [
        .. new[]
        {
            "`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+", "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm",
            "8ik,", "9ol.", "0p;/", "!qaz", "@wsx", "#edc", "147258369", "abcdefghijklmnopqrstuvwxyz", "01234567890", "qazwsxedcrfvtgbyhnujm",
        }.SelectMany(walk => new[] { walk, new string([.. walk.Reverse()]) }),
    ];

    public static double Of(string password)
    {
        var lower = password.ToLowerInvariant();
        if (lower.All(char.IsAsciiDigit))
        {
            // Phone numbers, dates, QQ numbers: half of each digit is known.
            return lower.Length * 0.5;
        }

        var capitals = password.Any(char.IsUpper) ? CapitalsCost : 0;
        return Cheapest(lower, Unleet(lower)) + capitals;
    }

    private static double Cheapest(string text, string unleet)
    {
        // best[i]: the cheapest reading of the first i characters.
        var best = new double[text.Length + 1];
        for (var end = 1; end <= text.Length; end++)
        {
            best[end] = best[end - 1] + CharacterCost(text[end - 1]);
            for (var start = end - 1; start >= 0; start--)
            {
                var word = WordCostOf(unleet.AsSpan(start, end - start)) + LeetCost;
                best[end] = Math.Min(best[end], best[start] + Math.Min(word, PieceCost(text, start, end)));
            }
        }

        return best[^1];
    }

    private static double PieceCost(string text, int start, int end)
    {
        var piece = text.AsSpan(start, end - start);
        var cost = WordCostOf(piece);
        if (piece.Length >= 3 && !piece.ContainsAnyExcept(piece[0]))
        {
            cost = Math.Min(cost, RunCost);
        }

        if (piece.Length >= 3 && IsWalk(piece))
        {
            cost = Math.Min(cost, RunCost + (0.05 * piece.Length));
        }

        if (IsYear(piece))
        {
            cost = Math.Min(cost, YearCost);
        }

        if (piece.Length == 8 && IsYear(piece[..4]) && IsMonthAndDay(piece[4..]))
        {
            cost = Math.Min(cost, DateCost);
        }

        // What stands there a second time is free but for the idea of repeating it.
        if (piece.Length >= 2 && start >= piece.Length && piece.SequenceEqual(text.AsSpan(start - piece.Length, piece.Length)))
        {
            cost = Math.Min(cost, 0.5);
        }

        return cost;
    }

    private static double WordCostOf(ReadOnlySpan<char> piece) =>
        piece.Length <= LongestWord && WordsBySpan.TryGetValue(piece, out var cost) ? cost : double.PositiveInfinity;

    private static bool IsWalk(ReadOnlySpan<char> piece)
    {
        foreach (var walk in Walks)
        {
            if (walk.AsSpan().Contains(piece, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsYear(ReadOnlySpan<char> piece) =>
        piece.Length == 4 && (piece.StartsWith("19") || piece.StartsWith("20")) && char.IsAsciiDigit(piece[2]) && char.IsAsciiDigit(piece[3]);

    private static bool IsMonthAndDay(ReadOnlySpan<char> piece) =>
        int.TryParse(piece, System.Globalization.NumberStyles.None, null, out var number) && number / 100 is >= 1 and <= 12 && number % 100 is >= 1 and <= 31;

    private static double CharacterCost(char c) => c switch
    {
        >= '0' and <= '9' => 1,
        '!' or '.' or '@' or '#' or '_' or '-' or ' ' => 0.8,
        >= 'a' and <= 'z' => 1.41,
        < (char)0x7F => 1.5,
        _ => 2.5,
    };

    private static string Unleet(string text) => string.Create(text.Length, text, static (folded, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            folded[i] = source[i] switch
            {
                '0' => 'o',
                '1' or '!' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                '8' => 'b',
                '|' => 'l',
                var other => other,
            };
        }
    });
}
