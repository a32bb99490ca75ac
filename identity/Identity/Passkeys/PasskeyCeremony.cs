using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Passkeys;

/// <summary>
/// What lies between the options sent and the answer received: the challenge, sealed in a cookie, good for five minutes, for one browser,
/// for one use (WebAuthn Level 3, 13.4.3). The browser cannot read or alter it; a copy of the cookie does not bring a used challenge back,
/// because its hash is in the database from the first try on, whether the try succeeded or not.
/// </summary>
internal sealed class PasskeyCeremony(IDataProtectionProvider protection, IdentityDb db, TimeProvider clock, BackboneOptions platform)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <param name="http">The request that asked for options.</param>
    /// <param name="act">What the answer may be used for; an answer to one act is none to the other.</param>
    /// <param name="bearer">Who may answer: the session's id, or empty while nobody is signed in.</param>
    /// <param name="state">The handler's own state.</param>
    public void Begin(HttpContext http, PasskeyAct act, string bearer, string state)
    {
        var until = clock.GetUtcNow() + Lifetime;
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var sealedState = ProtectorFor(act).Protect(string.Join('\n', nonce, until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), bearer, state));
        http.Response.Cookies.Append(CookieOf(act), sealedState, Attributes(until));
    }

    /// <summary>The handler's state, once; null when there is none, it is too old, someone else's, or was used before.</summary>
    public async Task<string?> TakeAsync(HttpContext http, PasskeyAct act, string bearer, CancellationToken cancellation)
    {
        if (!http.Request.Cookies.TryGetValue(CookieOf(act), out var cookie))
        {
            return null;
        }

        http.Response.Cookies.Delete(CookieOf(act), Attributes(null));
        if (Open(act, cookie) is not [var nonce, var until, var owner, var state]
            || owner != bearer
            || DateTimeOffset.FromUnixTimeSeconds(long.Parse(until, CultureInfo.InvariantCulture)) is var expiry && expiry <= clock.GetUtcNow())
        {
            return null;
        }

        return await SpendAsync(nonce, expiry, cancellation) ? state : null;
    }

    private string[]? Open(PasskeyAct act, string cookie)
    {
        try
        {
            return ProtectorFor(act).Unprotect(cookie).Split('\n', 4);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The primary key decides: of two requests with one challenge, one inserts.</summary>
    private async Task<bool> SpendAsync(string nonce, DateTimeOffset expiry, CancellationToken cancellation)
    {
        var key = "passkey:" + Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(nonce)));
        if (await db.AttemptCounters.AsNoTracking().AnyAsync(counter => counter.Key == key, cancellation))
        {
            return false;
        }

        var spent = db.AttemptCounters.Add(new AttemptCounter { Key = key, Failures = 1, ExpiresAt = expiry });
        try
        {
            await db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException)
        {
            spent.State = EntityState.Detached;
            return false;
        }
    }

    private IDataProtector ProtectorFor(PasskeyAct act) => protection.CreateProtector("Backbone.Identity.PasskeyCeremony", act.ToString());

    private string CookieOf(PasskeyAct act) => (platform.PublicIsTls ? "__Host-" : "") + (act == PasskeyAct.Create ? "bb-pk-new" : "bb-pk");

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

internal enum PasskeyAct
{
    Create,
    SignIn,
}
