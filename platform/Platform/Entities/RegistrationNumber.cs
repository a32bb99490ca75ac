namespace Backbone.Platform.Entities;

/// <summary>
/// The registration number of 15 digits that enterprises had before the unified code (GS 15-2006): six of the authority, eight in sequence,
/// one check (ISO 7064 MOD 11,10). It is recognised so that its owner is told what to look for, and never taken as a key.
/// </summary>
public static class RegistrationNumber
{
    /// <summary>Digits of a number.</summary>
    public const int Length = 15;

    /// <summary>True when the last digit is the check of the fourteen before it.</summary>
    /// <param name="number">15 digits.</param>
    public static bool HasCheck(ReadOnlySpan<char> number)
    {
        var product = 10;
        for (var i = 0; i < Length - 1; i++)
        {
            var sum = (product + number[i] - '0') % 10;
            product = 2 * (sum == 0 ? 10 : sum) % 11;
        }

        return (11 - product) % 10 == number[Length - 1] - '0';
    }

    /// <summary>True when the seventh digit is 6 to 9: an individual business, a natural person.</summary>
    public static bool IsNaturalPerson(ReadOnlySpan<char> number) => number[6] is >= '6' and <= '9';
}
