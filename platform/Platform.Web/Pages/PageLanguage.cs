using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Backbone.Platform.Web.Pages;

/// <summary>The languages of the pages, and how a request gets one of them.</summary>
public sealed record PageLanguage(string Code, string HtmlLang, string OwnName)
{
    public static readonly PageLanguage Zh = new("zh", "zh-CN", "中文");

    public static readonly PageLanguage En = new("en", "en", "English");

    public static readonly IReadOnlyList<PageLanguage> All = [Zh, En];

    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo(Code);

    /// <summary>The one a person switches to from here.</summary>
    public PageLanguage Other => this == Zh ? En : Zh;

    /// <summary>The language of a BCP 47 tag by its primary subtag, or null when the pages do not speak it.</summary>
    public static PageLanguage? OfTag(string? tag)
    {
        var primary = tag?.Trim().Split('-', '_')[0];
        return All.FirstOrDefault(known => string.Equals(known.Code, primary, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// <c>ui_locales</c> of this very address, then the person's choice, then <c>ui_locales</c> of the request a sign-in page will
    /// return to, then the browser (OpenID Connect Core 3.1.2.1: a list in order of preference). Chinese when nothing fits.
    /// </summary>
    internal static PageLanguage Of(HttpRequest request, PageLanguage? chosen) =>
        OfList(request.Query["ui_locales"]) ?? chosen ?? OfReturn(request.Query["return"]) ?? OfBrowser(request) ?? Zh;

    private static PageLanguage? OfList(string? tags) =>
        tags?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(OfTag).FirstOrDefault(found => found is not null);

    private static PageLanguage? OfReturn(string? local)
    {
        var mark = local?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        return mark < 0 ? null : QueryHelpers.ParseQuery(local![mark..]).TryGetValue("ui_locales", out var tags) ? OfList(tags) : null;
    }

    private static PageLanguage? OfBrowser(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .Where(entry => entry.Quality is null or > 0)
        .OrderByDescending(entry => entry.Quality ?? 1)
        .Select(entry => OfTag(entry.Value.Value))
        .FirstOrDefault(found => found is not null);
}
