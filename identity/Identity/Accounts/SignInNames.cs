using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Accounts;

/// <summary>
/// What a person types to say who they are: a phone number (+86 may be left out), an e-mail address or a staff name. One normal form, so
/// that writing it differently neither finds another account nor gets a fresh count of tries.
/// </summary>
internal static class SignInNames
{
    public const int MaxLength = 254;

    /// <summary>Null when it can be none of the three.</summary>
    public static string? Normalize(string? typed)
    {
        var text = (typed ?? "").Normalize(System.Text.NormalizationForm.FormKC).Trim();
        if (text.Length is 0 or > MaxLength || text.Any(char.IsControl))
        {
            return null;
        }

        if (text.Contains('@', StringComparison.Ordinal))
        {
            return text.ToUpperInvariant();
        }

        var digits = string.Concat(text.Where(c => c is not (' ' or '-' or '(' or ')')));
        var number = digits.StartsWith('+') ? digits[1..] : digits;
        if (number.Length >= 7 && number.All(char.IsAsciiDigit))
        {
            return digits.StartsWith('+') ? digits : number.Length == 11 && number[0] == '1' ? "+86" + number : "+" + number;
        }

        return text.ToUpperInvariant();
    }

    /// <summary>The names an account answers to, in normal form.</summary>
    public static IEnumerable<string> Of(Account account) =>
        new[] { account.NormalizedEmail, account.PhoneNumber, account.NormalizedUserName }.OfType<string>();

    /// <summary>The account with that name in normal form.</summary>
    public static Task<Account?> FindAsync(IdentityDb db, string normal, CancellationToken cancellation) =>
        normal.Contains('@', StringComparison.Ordinal) ? db.Users.SingleOrDefaultAsync(a => a.NormalizedEmail == normal, cancellation)
        : normal.StartsWith('+') ? db.Users.SingleOrDefaultAsync(a => a.PhoneNumber == normal, cancellation)
        : db.Users.SingleOrDefaultAsync(a => a.NormalizedUserName == normal, cancellation);
}
