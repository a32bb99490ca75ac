using System.Text;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Accounts.Passwords;

/// <summary>
/// What a new password must be (NIST SP 800-63B-4 3.1.1.2): long enough, not easily guessed, not made of the owner's own data. No
/// composition rules, no expiry. Lengths count Unicode code points after NFKC.
/// </summary>
internal sealed class PasswordRules(IStringLocalizer<PasswordTexts> texts) : IPasswordValidator<Account>
{
    public const int MinLength = 10;

    public const int MaxLength = 128;

    /// <summary>Refuse before normalising: NFKC of a megabyte is work an attacker must not order.</summary>
    private const int MaxRawLength = 4 * MaxLength;

    /// <summary>
    /// The form in which a password is hashed and compared: the same characters typed on another keyboard or system are the same
    /// password. Everyone who hashes or verifies one must pass it through here.
    /// </summary>
    public static string Normalize(string password)
    {
        if (password.Length > MaxRawLength)
        {
            return password;
        }

        try
        {
            return password.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair: no keyboard types it, and it cannot be normalised.
            return password;
        }
    }

    /// <summary>Null when the password is good.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="own">Names, phone, e-mail address of its owner; null entries are skipped.</param>
    public static PasswordRefusal? Check(string? password, params IEnumerable<string?> own)
    {
        if (string.IsNullOrEmpty(password))
        {
            return new("password_empty");
        }

        var normal = Normalize(password);
        var length = normal.Length > MaxRawLength ? normal.Length : normal.EnumerateRunes().Count();
        if (length < MinLength)
        {
            return new("password_too_short", MinLength, length);
        }

        if (length > MaxLength)
        {
            return new("password_too_long", MaxLength, length);
        }

        if (normal.Any(char.IsControl) || normal.Contains('\uFFFD'))
        {
            return new("password_control_character");
        }

        if (OwnParts(own).Any(part => normal.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            return new("password_contains_own");
        }

        return GuessCost.Of(normal) < GuessCost.Least ? new("password_common") : null;
    }

    /// <summary>The sentence a person reads, in the language of the request.</summary>
    public string Sentence(PasswordRefusal refusal) => texts[refusal.Code, [.. refusal.Values.Select(value => (object)value)]];

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
        Task.FromResult(Check(password, user.DisplayName, user.Email, user.PhoneNumber, user.UserName) is { } refusal
            ? IdentityResult.Failed(new IdentityError { Code = refusal.Code, Description = Sentence(refusal) })
            : IdentityResult.Success);

    /// <summary>Parts long enough to mean something: "li" must not forbid half the dictionary, "李雷" may.</summary>
    private static IEnumerable<string> OwnParts(IEnumerable<string?> own) => own
        .OfType<string>()
        .Select(Normalize)
        .SelectMany(value => value.Contains('@', StringComparison.Ordinal)
            ? [value, value[..value.IndexOf('@', StringComparison.Ordinal)]]
            : value.StartsWith("+86", StringComparison.Ordinal) ? new[] { value[3..] } : [value, .. value.Split(' ', '·', '.')])
        .Select(value => value.Trim())
        .Where(value => value.Length >= (value.All(char.IsAscii) ? 4 : 2));
}

/// <summary>Why a password was refused: a stable code, then bound and value for the sentence. Never the password itself.</summary>
internal sealed record PasswordRefusal(string Code, params int[] Values);
