using System.Globalization;
using System.Security.Cryptography;
using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.SignIn;

/// <summary>
/// First factor right, second still owed: a sealed cookie of ten minutes that opens nothing but the second-factor page. It names the
/// account's security stamp, so that a password changed meanwhile voids it.
/// </summary>
internal sealed class PendingSignIn(IDataProtectionProvider protection, BackboneOptions platform, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _protector = protection.CreateProtector("Backbone.Identity.PendingSignIn");

    private string Cookie => platform.PublicIsTls ? "__Host-bb-pending" : "bb-pending";

    public void Begin(HttpContext http, Account account)
    {
        var until = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        http.Response.Cookies.Append(Cookie, _protector.Protect($"{account.Id:D}|{until}|{Guid.CreateVersion7(clock.GetUtcNow()):D}|{account.SecurityStamp}"), Attributes());
    }

    public void End(HttpContext http) => http.Response.Cookies.Delete(Cookie, Attributes());

    /// <summary>The account whose password this browser proved, or null when that is too long ago or no longer true.</summary>
    public async Task<ProvedPassword?> FindAsync(HttpContext http, IdentityDb db, CancellationToken cancellation)
    {
        if (http.Request.Cookies[Cookie] is not { } value || Open(value) is not [var id, var until, var pending, var stamp]
            || long.Parse(until, CultureInfo.InvariantCulture) <= clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        var account = await db.Users.FindAsync([Guid.ParseExact(id, "D")], cancellation);
        return account?.SecurityStamp == stamp ? new ProvedPassword(account, Guid.ParseExact(pending, "D")) : null;
    }

    private string[]? Open(string value)
    {
        try
        {
            return _protector.Unprotect(value).Split('|', 4);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private CookieOptions Attributes() => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = platform.PublicIsTls,
    };
}

/// <param name="Account">Whose password was right.</param>
/// <param name="Id">This proof and no other: what is offered to one pending sign-in is refused to the next.</param>
internal sealed record ProvedPassword(Account Account, Guid Id);
