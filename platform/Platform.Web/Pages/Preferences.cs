using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Backbone.Platform.Web.Pages;

/// <summary>POST /preferences: language, theme and text size of this browser.</summary>
internal static class Preferences
{
    public const string Path = "/preferences";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, Save).WithName("platform.preferences").AllowAnonymous();

    private static async Task<IResult> Save(HttpContext context, BackboneOptions options)
    {
        if (!context.Request.HasFormContentType)
        {
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var chosen = PagePreferences.Read(context.Request);
        if (PageLanguage.OfTag(form["language"]) is { } language)
        {
            chosen = chosen with { Language = language };
        }

        if (form.ContainsKey("theme"))
        {
            chosen = chosen with { Theme = PagePreferences.Themes.FirstOrDefault(theme => theme == form["theme"]) };
        }

        if (form.ContainsKey("size"))
        {
            chosen = chosen with { Large = form["size"] == "large" };
        }

        chosen.Write(context.Response, options.PublicIsTls);
        context.Response.Headers.Location = WithoutLocales(LocalPath.OrRoot(form["return"]));
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>An address that names a language would overrule the choice just made.</summary>
    private static string WithoutLocales(string local)
    {
        var mark = local.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0)
        {
            return local;
        }

        var kept = QueryHelpers.ParseQuery(local[mark..]);
        return kept.Remove("ui_locales") ? QueryHelpers.AddQueryString(local[..mark], kept) : local;
    }
}
