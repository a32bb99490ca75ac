using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Backbone.Platform.Web.Assets;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Gallery;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backbone.Platform.Web.Pages;

/// <summary>
/// The page shell in four calls. Order in the host: <c>app.UsePageShell()</c> first of all, then routing, <c>app.UseReadableForms()</c>, rate
/// limits, authentication and authorization, then <c>app.UsePageForms()</c>, then the endpoints with <c>MapPageShell()</c> among them.
/// </summary>
public static class PageShell
{
    public static IServiceCollection AddPageShell(this IServiceCollection services, BackboneOptions options)
    {
        services.TryAddSingleton(options);
        services.AddHttpContextAccessor();
        services.AddLocalization();
        services.AddRazorComponents();
        services.TryAddSingleton(TimeProvider.System);

        // Chinese as it is instead of as character references: a third of the bytes, and readable in "view source".
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddAntiforgery(antiforgery => FormGuard.Configure(antiforgery, options));
        services.AddPageErrors();
        services.AddSingleton<PageAssets>();
        services.AddScoped<PageContext>();
        foreach (var name in (string[])["bb.css", "bb.js", "mark.svg"])
        {
            services.AddPageAsset(typeof(PageShell).Assembly, name);
        }

        return services;
    }

    public static IApplicationBuilder UsePageShell(this IApplicationBuilder app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.Use(Language);
        app.UsePageErrors();
        return app;
    }

    /// <summary>Reads posted forms once, all but those that may be large. After routing, because an endpoint may refuse in words of its own (<see cref="FormRefusal"/>).</summary>
    public static IApplicationBuilder UseReadableForms(this IApplicationBuilder app) => app.UseMiddleware<ReadableForms>(false);

    /// <summary>
    /// Reads the forms that may be large, and looks for the antiforgery token on every one. After authentication and authorization, because a token
    /// belongs to the person it was given to, and a stranger's megabytes are not read.
    /// </summary>
    public static IApplicationBuilder UsePageForms(this IApplicationBuilder app)
    {
        app.UseMiddleware<ReadableForms>(true);
        app.UseMiddleware<FormGuard>();
        return app.UseAntiforgery();
    }

    public static IEndpointRouteBuilder MapPageShell(this IEndpointRouteBuilder endpoints)
    {
        ServeAsset.Map(endpoints);
        Preferences.Map(endpoints);
        ShowGallery.Map(endpoints);
        ShowHelp.Map(endpoints);
        return endpoints;
    }

    /// <summary>Words follow the person; numbers and dates in protocol answers must not, so only the UI culture is set.</summary>
    private static Task Language(HttpContext context, RequestDelegate next)
    {
        var preferences = PagePreferences.Read(context.Request);
        var language = PageLanguage.Of(context.Request, preferences.Language);
        context.Features.Set(preferences);
        context.Features.Set(language);
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = language.Culture;
        return next(context);
    }
}
