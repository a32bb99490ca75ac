using System.Text;
using System.Text.RegularExpressions;
using Backbone.Platform.Web.Components;

namespace Backbone.Identity.Register;

/// <summary>A mainland mobile number as +86…, or an e-mail address in lower case. Personal data: never in logs or audit leaves.</summary>
internal sealed partial record Identifier(bool IsPhone, string Value)
{
    /// <summary>RFC 5321 4.5.3.1.3 leaves 254 characters for the address itself.</summary>
    public const int MaxLength = 254;

    /// <summary>RFC 5321 4.5.3.1.1.</summary>
    private const int MaxLocalPart = 64;

    private const string Country = "+86";

    /// <summary>As its owner writes it: 138 1234 5678.</summary>
    public string Shown => IsPhone ? $"{Value.AsSpan(3, 3)} {Value.AsSpan(6, 4)} {Value.AsSpan(10)}" : Value;

    public string Hidden => IsPhone ? Masked.Phone(Value[Country.Length..]) : Masked.Mail(Value);

    /// <summary>The form <c>NormalizedEmail</c> is stored in.</summary>
    public string NormalizedMail => Value.ToUpperInvariant();

    /// <summary>Null when it is neither. Full-width digits, spaces, hyphens and the country code in any usual form are understood.</summary>
    public static Identifier? Parse(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed) || typed.Length > MaxLength + 16 || typed.Any(char.IsSurrogate))
        {
            return null;
        }

        var text = typed.Normalize(NormalizationForm.FormKC).Trim();
        if (text.Contains('@', StringComparison.Ordinal))
        {
            var mail = text.ToLowerInvariant();
            return mail.Length <= MaxLength && mail.IndexOf('@', StringComparison.Ordinal) <= MaxLocalPart && Mail().IsMatch(mail)
                ? new(false, mail)
                : null;
        }

        var match = Phone().Match(string.Concat(text.Where(c => c is not (' ' or '-' or '(' or ')' or '.'))));
        return match.Success ? new(true, Country + match.Groups["number"].Value) : null;
    }

    /// <summary>Only ASCII: an address with look-alike letters would be another person's.</summary>
    [GeneratedRegex(@"\A[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])\z", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Mail();

    [GeneratedRegex(@"\A(\+86|0086|86)?(?<number>1[3-9][0-9]{9})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Phone();
}
