using System.Buffers.Text;
using System.Security.Cryptography;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Sessions;

/// <summary>
/// The 256-bit secret in the browser's cookie. The database holds its SHA-256 alone: a fast hash is enough, since there is nothing to
/// guess in 256 random bits.
/// </summary>
internal static class SessionTicket
{
    private const int Size = 32;

    public static string CookieName(BackboneOptions platform) => platform.PublicIsTls ? "__Host-bb-session" : "bb-session";

    public static (string Ticket, byte[] Hash) Create()
    {
        var ticket = RandomNumberGenerator.GetBytes(Size);
        return (Base64Url.EncodeToString(ticket), SHA256.HashData(ticket));
    }

    /// <summary>The stored form of what a browser sent, or null when it cannot be a ticket.</summary>
    public static byte[]? HashOf(string? cookie)
    {
        Span<byte> ticket = stackalloc byte[Size];
        return cookie is { Length: 43 } && Base64Url.TryDecodeFromChars(cookie, ticket, out var written) && written == Size
            ? SHA256.HashData(ticket)
            : null;
    }

    public static void Write(HttpContext http, BackboneOptions platform, string ticket) =>
        http.Response.Cookies.Append(CookieName(platform), ticket, Cookie(platform));

    public static void Clear(HttpContext http, BackboneOptions platform) =>
        http.Response.Cookies.Delete(CookieName(platform), Cookie(platform));

    /// <summary>Lax, because an app's redirect to sign-in must find the session. No lifetime: closing the browser forgets it.</summary>
    private static CookieOptions Cookie(BackboneOptions platform) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = platform.PublicIsTls,
    };
}
