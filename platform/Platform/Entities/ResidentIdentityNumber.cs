namespace Backbone.Platform.Entities;

/// <summary>
/// Recognises a resident identity number (公民身份号码, GB 11643-1999: six digits of region, the day of birth, three in sequence, a check of
/// ISO 7064 MOD 11-2), so that a door for organisations can refuse it by name. Nothing here keeps or formats one.
/// </summary>
public static class ResidentIdentityNumber
{
    /// <summary>Characters of a number.</summary>
    public const int Length = 18;

    /// <summary>True for 17 digits with a day of birth that exists and the right last character.</summary>
    public static bool IsOne(ReadOnlySpan<char> text)
    {
        if (text.Length != Length || !EntityCodeText.IsDigits(text[..17]))
        {
            return false;
        }

        return Check(text) == text[17] && BirthDate(text) is not null;
    }

    /// <summary>The check character of the first 17 digits: a digit or X.</summary>
    public static char Check(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            sum += (digits[i] - '0') * Weights[i];
        }

        return "10X98765432"[sum % 11];
    }

    /// <summary>The day of birth in digits 7 to 14, or null when no such day exists or it lies before 1850.</summary>
    public static DateOnly? BirthDate(ReadOnlySpan<char> text)
    {
        int year = Number(text[6..10]), month = Number(text[10..12]), day = Number(text[12..14]);
        if (year is < 1850 or > 2199 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return null;
        }

        return new DateOnly(year, month, day);
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = number * 10 + digit - '0';
        }

        return number;
    }

    private static ReadOnlySpan<byte> Weights => [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
}
