using Backbone.Identity.MachineGrant;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server.AspNetCore;

namespace Backbone.Identity.Protocol;

/// <summary>
/// Addresses the engine answers by itself. Programs call them, so nothing of what pages need (sessions, forms, the console's sign-in) runs for
/// them: they take the short way to the engine. They are mapped so that the table of endpoints is complete and limits can name them.
/// </summary>
internal static class EngineEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, "/.well-known/openid-configuration", "identity.discovery.openid", AnswerAsync);
        Map(endpoints, "/.well-known/oauth-authorization-server", "identity.discovery.oauth", AnswerAsync);
        Map(endpoints, "/.well-known/jwks", "identity.discovery.jwks", AnswerAsync);
        Map(endpoints, MachineRequest.Path, "identity.connect.token", TokenOf(endpoints.ServiceProvider)).WithMetadata(UnreadableForm.AtToken);
        Map(endpoints, "/connect/userinfo", "identity.connect.userinfo", AnswerAsync).WithMetadata(UnreadableForm.AtUserInfo);
        Map(endpoints, "/connect/introspect", "identity.connect.introspect", AnswerAsync).WithMetadata(UnreadableForm.AtIntrospection);
        Map(endpoints, "/connect/revoke", "identity.connect.revoke", AnswerAsync).WithMetadata(UnreadableForm.AtRevocation);
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string path, string name, RequestDelegate answer) =>
        endpoints.Map(path, answer).WithName(name).AllowAnonymous().DisableAntiforgery().WithMetadata(ShortWay.Instance);

    /// <summary>Asked for at the first request, not now: it needs the audit log, which opens when the host starts.</summary>
    private static RequestDelegate TokenOf(IServiceProvider services)
    {
        var machines = new Lazy<GrantPlainRequest>(services.GetRequiredService<GrantPlainRequest>);
        return async http =>
        {
            if (!await machines.Value.TryAnswerAsync(http))
            {
                await AnswerAsync(http);
            }
        };
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        var handlers = http.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        var engine = await handlers.GetHandlerAsync(http, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme) as IAuthenticationRequestHandler;
        if (engine is null || !await engine.HandleRequestAsync())
        {
            // A method or a spelling of the address that the engine does not take.
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        }
    }
}
