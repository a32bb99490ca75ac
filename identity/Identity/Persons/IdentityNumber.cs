using System.Text;
using Backbone.Platform.Entities;

namespace Backbone.Identity.Persons;

/// <summary>A resident identity number as a person types it. Personal: never in tokens, addresses, logs or audit leaves.</summary>
internal static class IdentityNumber
{
    private const int LongestTyped = 40;

    /// <summary>Digits of a number of before 1999, which has no check: its owner has one of eighteen.</summary>
    private const int OldLength = 15;

    /// <summary>The number in its one form, or the key of what is wrong with it.</summary>
    public static (string? Number, string? Wrong) Read(string? typed, DateOnly today)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return (null, "Number_Empty");
        }

        if (typed.Length > LongestTyped || typed.Any(char.IsSurrogate))
        {
            return (null, "Number_Malformed");
        }

        var number = string.Concat(typed.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && c != '-')).ToUpperInvariant();
        return number.Length == OldLength && number.All(char.IsAsciiDigit) ? (null, "Number_Old")
            : ResidentIdentityNumber.IsOne(number) && ResidentIdentityNumber.BirthDate(number) <= today ? (number, null)
            : (null, "Number_Malformed");
    }
}
