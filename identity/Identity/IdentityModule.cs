using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity;

/// <summary>Accounts, sign-in, sessions and the OpenID provider.</summary>
public sealed class IdentityModule : IBackboneModule
{
    public string Name => "identity";

    public void AddServices(ModuleContext context)
    {
    }

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/", () => "portal").WithName("identity.portal").AllowAnonymous();
    }
}
