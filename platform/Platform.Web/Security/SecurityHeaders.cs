using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Backbone.Platform.Web.Security;

/// <summary>The headers every response leaves with: pages, assets, redirects, errors, protocol answers.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, BackboneOptions options)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    public Task InvokeAsync(HttpContext context)
    {
        // On starting, not now: error handling clears what was set before it.
        context.Response.OnStarting(Apply, context);
        return next(context);
    }

    private Task Apply(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Features.Get<FormActions>() is { } more ? $"{Policy} {more}" : Policy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XContentTypeOptions = "nosniff";
        headers["Permissions-Policy"] =
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";
        if (options.PublicIsTls)
        {
            headers.StrictTransportSecurity = "max-age=63072000; includeSubDomains";
        }

        if (!headers.ContainsKey(HeaderNames.CacheControl) || IsPage(context.Response))
        {
            headers.CacheControl = "no-store";
        }

        // Says "Blazor's script may swap this page in"; there is no such script here.
        headers.Remove("blazor-enhanced-nav");

        return Task.CompletedTask;
    }

    private static bool IsPage(HttpResponse response) =>
        response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
