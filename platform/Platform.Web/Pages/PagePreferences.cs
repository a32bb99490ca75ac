using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Pages;

/// <summary>What a person chose about the look of the pages; kept in one cookie, never in an account.</summary>
internal sealed record PagePreferences(PageLanguage? Language, string? Theme, bool Large)
{
    public const string Cookie = "bb-look";

    public static readonly string[] Themes = ["light", "dark"];

    /// <summary>Reads <c>language.theme.size</c>; whatever is not one of our own words counts as "not chosen".</summary>
    public static PagePreferences Read(HttpRequest request)
    {
        var parts = (request.Cookies[Cookie] ?? "").Split('.');
        return new(
            PageLanguage.OfTag(parts.ElementAtOrDefault(0)),
            Themes.FirstOrDefault(theme => theme == parts.ElementAtOrDefault(1)),
            parts.ElementAtOrDefault(2) == "large");
    }

    public void Write(HttpResponse response, bool secure) => response.Cookies.Append(
        Cookie,
        $"{Language?.Code}.{Theme}.{(Large ? "large" : "")}",
        new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            Path = "/",
            SameSite = SameSiteMode.Lax,
            Secure = secure,
        });
}
