using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>A secret on offer: shown as QR code and key, valid only once its first code is confirmed.</summary>
/// <param name="Secret">Base32, 160 bits (RFC 4226 4, R6).</param>
/// <param name="Label">How the authenticator lists it.</param>
/// <param name="Sealed">The secret for the form's way back; only our keys open it, only for this session.</param>
internal sealed record TotpEnrolment(string Secret, string Label, string Sealed)
{
    private const string Issuer = "Backbone";

    /// <summary>The key in groups of four, as people type it.</summary>
    public string Key => string.Join(' ', Secret.Chunk(4).Select(group => new string(group)));

    /// <summary>The Key URI of authenticator apps; algorithm, digits and period are the defaults every app knows.</summary>
    public string Address => $"otpauth://totp/{Issuer}:{Uri.EscapeDataString(Label)}?secret={Secret}&issuer={Issuer}";
}

/// <summary>
/// Set-up keeps nothing in the database until a code proves that the authenticator has the secret: until then the old one works on, and
/// nobody locks themselves out by leaving half-way.
/// </summary>
internal sealed class TotpEnrolments(IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly IDataProtector protector = protection.CreateProtector("Backbone.Identity.TotpEnrolment");

    public TotpEnrolment New(Account account, Guid session)
    {
        var secret = RandomNumberGenerator.GetString(Alphabet, 32);
        var until = clock.GetUtcNow() + Lifetime;
        return new TotpEnrolment(
            secret, LabelOf(account), protector.Protect($"{session:D}\n{until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}\n{secret}"));
    }

    public bool TryOpen(Account account, Guid session, string? enrolment, [NotNullWhen(true)] out TotpEnrolment? opened)
    {
        opened = null;
        string[] parts;
        try
        {
            parts = protector.Unprotect(enrolment ?? "").Split('\n');
        }
        catch (Exception refused) when (refused is CryptographicException or FormatException)
        {
            return false;
        }

        var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture));
        if (parts[0] != session.ToString("D") || until <= clock.GetUtcNow())
        {
            return false;
        }

        opened = new TotpEnrolment(parts[2], LabelOf(account), enrolment!);
        return true;
    }

    /// <summary>Staff by number; citizens by what is left of their contact after masking: the label leaves with every phone backup.</summary>
    private static string LabelOf(Account account) => account switch
    {
        { Kind: AccountKind.Staff, UserName: { } number } => number,
        { PhoneNumber: not null } => Contact.Phone(account),
        { Email: not null } => Contact.Mail(account),
        _ => account.DisplayName,
    };
}
