using System.Text.Json;
using System.Text.Json.Serialization;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Backbone.Audit.Console;

/// <summary>Why a member of staff reads records of persons, as they said themselves; stands in the event of each such reading.</summary>
/// <param name="Code">One of <see cref="Codes"/>.</param>
/// <param name="Reference">The number of the case: 1 to <see cref="LongestReference"/> letters, digits and <c>- / _ . ( ) 〔 〕</c>.</param>
public sealed record ReadingPurpose(string Code, string Reference)
{
    public const int LongestReference = 64;

    /// <summary>A closed list: whoever has none of these reasons has no reason.</summary>
    public static IReadOnlyList<string> Codes { get; } = ["investigation", "request", "supervision", "operation", "court"];

    public static bool IsReference(string text) =>
        text.Length is > 0 and <= LongestReference && text.All(c => char.IsLetterOrDigit(c) || "-/_.()〔〕（）".Contains(c, StringComparison.Ordinal));
}

/// <summary>
/// Keeps a purpose for the rest of the console's session, at most <see cref="Holds"/>, in a sealed cookie: sent to a colleague, an address
/// does not carry the sender's reason.
/// </summary>
internal sealed class ReadingPurposes(IDataProtectionProvider protection, BackboneOptions platform, TimeProvider clock)
{
    public static readonly TimeSpan Holds = TimeSpan.FromHours(8);

    private readonly IDataProtector protector = protection.CreateProtector("Backbone.Audit.ReadingPurpose");

    private string Cookie => platform.PublicIsTls ? "__Host-bb-purpose" : "bb-purpose";

    /// <summary>The purpose this person stated in this session; null when none, or when its time is over.</summary>
    public ReadingPurpose? Of(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 and < 4_096 } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(protector.Unprotect(text), ReadingPurposeJson.Default.KeptPurpose) is { } kept
                && kept.Session == SessionOf(http) && kept.Until > clock.GetUtcNow()
                    ? new ReadingPurpose(kept.Code, kept.Reference)
                    : null;
        }
        catch (Exception unreadable) when (unreadable is System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null;
        }
    }

    public void Keep(HttpContext http, ReadingPurpose purpose)
    {
        var kept = new KeptPurpose(purpose.Code, purpose.Reference, SessionOf(http), clock.GetUtcNow() + Holds);
        http.Response.Cookies.Append(Cookie, protector.Protect(JsonSerializer.Serialize(kept, ReadingPurposeJson.Default.KeptPurpose)), Options());
    }

    public void Forget(HttpContext http) => http.Response.Cookies.Delete(Cookie, Options());

    private static string SessionOf(HttpContext http) => $"{http.User.FindFirst("sub")?.Value} {http.User.FindFirst("sid")?.Value}";

    private CookieOptions Options() => new() { HttpOnly = true, IsEssential = true, Path = "/", SameSite = SameSiteMode.Lax, Secure = platform.PublicIsTls };
}

/// <param name="Session">The subject and session it was stated in.</param>
internal sealed record KeptPurpose(string Code, string Reference, string Session, DateTimeOffset Until);

[JsonSerializable(typeof(KeptPurpose))]
internal sealed partial class ReadingPurposeJson : JsonSerializerContext;
