using Backbone.Identity.Sessions;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.SignIn;

/// <summary>Ends this browser's session, its refresh tokens with it. POST only: a link on a foreign page signs nobody out.</summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/sign-out", Submit).WithName("identity.sign-out").AllowAnonymous();

    private static async Task<IResult> Submit(HttpContext http, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await http.SignOutAsync(SessionClaims.Scheme);
        return new SeeOther("/");
    }
}
