using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Security;

/// <summary>
/// Refuses a posted form without this person's token. It fails closed: an endpoint is checked unless it says
/// <c>DisableAntiforgery()</c>, which only endpoints that other programs post to (token endpoint and the like) may do.
/// </summary>
internal sealed class FormGuard(RequestDelegate next, IAntiforgery antiforgery)
{
    public const string Header = "X-Form-Token";

    public static void Configure(AntiforgeryOptions antiforgery, BackboneOptions options)
    {
        antiforgery.FormFieldName = "_token";
        antiforgery.HeaderName = Header;
        antiforgery.SuppressXFrameOptionsHeader = true;
        antiforgery.Cookie.Name = options.PublicIsTls ? "__Host-bb-af" : "bb-af";
        antiforgery.Cookie.HttpOnly = true;
        antiforgery.Cookie.Path = "/";
        antiforgery.Cookie.SecurePolicy = options.PublicIsTls ? CookieSecurePolicy.Always : CookieSecurePolicy.None;

        // Not Strict: a sign-in page reached from an app by redirect would not see the cookie, would be given a new one, and every
        // form already open in another tab would be refused. Lax never rides along with a cross-site POST, which is what counts.
        antiforgery.Cookie.SameSite = SameSiteMode.Lax;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        if (MustCheck(context) && !await antiforgery.IsRequestValidAsync(context))
        {
            await new PageProblem(Problems.StaleForm).ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    /// <summary>
    /// A cross-site page can only send forms and text/plain without a preflight; JSON needs one, which we never grant. A body without
    /// a type is checked too, because some endpoints act on the mere POST.
    /// </summary>
    private static bool MustCheck(HttpContext context) =>
        context.GetEndpoint() is { } endpoint
        && !HttpMethods.IsGet(context.Request.Method)
        && !HttpMethods.IsHead(context.Request.Method)
        && !HttpMethods.IsOptions(context.Request.Method)
        && endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>() is not { RequiresValidation: false }
        && context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true;
}
