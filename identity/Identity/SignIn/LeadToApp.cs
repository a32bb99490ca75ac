using Backbone.Identity.Authorize;
using Backbone.Identity.Clients;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.SignIn;

/// <summary>
/// A sign-in an app asked for ends at the app, and browsers hold every redirect after a form's POST against <c>form-action</c>: without the
/// app's origin in the page's policy, whoever has consented before is stopped on the way back. Named is only a redirect URI the client has.
/// </summary>
internal static class LeadToApp
{
    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;

        // The form is looked at only when the endpoint has bound it already: reading it here could throw on a malformed one.
        var back = http.Features.Get<IFormFeature>()?.Form?["return"].ToString() is { Length: > 0 } posted
            ? posted
            : http.Request.Query["return"].ToString();
        var clients = http.RequestServices.GetRequiredService<CachedClientManager>();
        if (await AuthorizationAddress.ReadAsync(back, clients, http.RequestAborted) is { } request)
        {
            http.AllowFormAction(request.RedirectUri);
        }

        return await next(invocation);
    }
}
