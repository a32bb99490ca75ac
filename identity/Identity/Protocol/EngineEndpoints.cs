using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.Protocol;

/// <summary>
/// Addresses the engine answers itself, before routing's endpoint would run. They are mapped so that the table of endpoints is complete and
/// rate limits can name them; whoever reaches the handler used a method the engine does not take.
/// </summary>
internal static class EngineEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, "/.well-known/openid-configuration", "identity.discovery.openid");
        Map(endpoints, "/.well-known/oauth-authorization-server", "identity.discovery.oauth");
        Map(endpoints, "/.well-known/jwks", "identity.discovery.jwks");
        Map(endpoints, "/connect/token", "identity.connect.token").WithMetadata(UnreadableForm.AtToken);
        Map(endpoints, "/connect/userinfo", "identity.connect.userinfo").WithMetadata(UnreadableForm.AtUserInfo);
        Map(endpoints, "/connect/introspect", "identity.connect.introspect").WithMetadata(UnreadableForm.AtIntrospection);
        Map(endpoints, "/connect/revoke", "identity.connect.revoke").WithMetadata(UnreadableForm.AtRevocation);
    }

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder endpoints, string path, string name) =>
        endpoints.Map(path, Refuse).WithName(name).AllowAnonymous().DisableAntiforgery();

    private static IResult Refuse() => Results.StatusCode(StatusCodes.Status405MethodNotAllowed);
}
