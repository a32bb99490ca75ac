using System.Globalization;
using System.Security.Cryptography;
using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>
/// New recovery codes travel from the form that made them to the one page that shows them in a sealed cookie that page deletes:
/// nothing readable is kept, and a reload shows them no more.
/// </summary>
internal sealed class RecoveryCodes(
    UserManager<Account> accounts, IDataProtectionProvider protection, TimeProvider clock, BackboneOptions platform)
{
    public const int Count = 10;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly IDataProtector protector = protection.CreateProtector("Backbone.Identity.RecoveryCodes");

    private string Cookie => platform.PublicIsTls ? "__Host-bb-codes" : "bb-codes";

    /// <summary>Replaces the account's codes. Call it in the transaction that records why.</summary>
    public async Task<IReadOnlyList<string>> RenewAsync(Account account) =>
        [.. await accounts.GenerateNewTwoFactorRecoveryCodesAsync(account, Count) ?? []];

    public void Carry(HttpContext http, IReadOnlyList<string> codes) => Carry(http, Asker.Of(http.User).Session, codes);

    /// <param name="http">The request that made the codes.</param>
    /// <param name="session">The only session that may see them; at sign-in it begins in this very request.</param>
    /// <param name="codes">The codes.</param>
    public void Carry(HttpContext http, Guid session, IReadOnlyList<string> codes)
    {
        var until = clock.GetUtcNow() + Lifetime;
        var seconds = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var content = string.Join('\n', [session.ToString("D"), seconds, .. codes]);
        http.Response.Cookies.Append(Cookie, protector.Protect(content), Attributes(until));
    }

    /// <summary>The codes just made, or null when they were shown already.</summary>
    public IReadOnlyList<string>? Take(HttpContext http)
    {
        if (!http.Request.Cookies.TryGetValue(Cookie, out var content))
        {
            return null;
        }

        http.Response.Cookies.Delete(Cookie, Attributes(null));
        try
        {
            var parts = protector.Unprotect(content).Split('\n');
            var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture));
            return parts[0] == Asker.Of(http.User).Session.ToString("D") && until > clock.GetUtcNow() ? parts[2..] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private CookieOptions Attributes(DateTimeOffset? until) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        SameSite = SameSiteMode.Strict,
        Secure = platform.PublicIsTls,
        Expires = until,
    };
}
