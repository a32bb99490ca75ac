using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// What somebody had typed when they were led to the issuer: it may name a person, so it stands in no address but in a sealed cookie, for
/// them alone, for the one page, and until it is shown or ten minutes are over.
/// </summary>
internal static class KeptForm
{
    private static readonly TimeSpan Holds = TimeSpan.FromMinutes(10);

    /// <summary>Browsers drop a cookie beyond 4,096 bytes with its name and attributes; such a form is typed again.</summary>
    private const int Longest = 3_800;

    public static void Keep(HttpContext http, string page, IFormCollection form, IEnumerable<string> fields)
    {
        var typed = fields.ToDictionary(field => field, field => form[field].ToString(), StringComparer.Ordinal);
        var text = Protector(http).Protect(JsonSerializer.Serialize(
            new KeptFields(page, PersonOf(http), Now(http) + Holds, typed), KeptFormJson.Default.KeptFields));
        if (text.Length <= Longest)
        {
            http.Response.Cookies.Append(Name(http), text, Options(http, Holds));
        }
    }

    public static IReadOnlyDictionary<string, string>? Take(HttpContext http, string page)
    {
        if (http.Request.Cookies[Name(http)] is not { Length: > 0 and <= Longest } text)
        {
            return null;
        }

        http.Response.Cookies.Delete(Name(http), Options(http, null));
        try
        {
            return JsonSerializer.Deserialize(Protector(http).Unprotect(text), KeptFormJson.Default.KeptFields) is { } kept
                && kept.Page == page && kept.Person == PersonOf(http) && kept.Until > Now(http)
                    ? kept.Fields
                    : null;
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private static IDataProtector Protector(HttpContext http) =>
        http.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("Backbone.Platform.Web.KeptForm");

    private static DateTimeOffset Now(HttpContext http) => http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static string PersonOf(HttpContext http) => http.User.FindFirst("sub")?.Value ?? "";

    private static bool IsTls(HttpContext http) => http.RequestServices.GetRequiredService<BackboneOptions>().PublicIsTls;

    private static string Name(HttpContext http) => IsTls(http) ? "__Host-bb-form" : "bb-form";

    private static CookieOptions Options(HttpContext http, TimeSpan? age) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = age,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = IsTls(http),
    };
}

/// <param name="Page">The page it was typed at.</param>
/// <param name="Person">The subject that typed it.</param>
internal sealed record KeptFields(string Page, string Person, DateTimeOffset Until, Dictionary<string, string> Fields);

[JsonSerializable(typeof(KeptFields))]
internal sealed partial class KeptFormJson : JsonSerializerContext;
