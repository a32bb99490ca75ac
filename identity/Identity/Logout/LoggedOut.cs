using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.Logout;

/// <summary>Where a sign-out ends when no app asked for the person back.</summary>
internal static class LoggedOut
{
    public const string Path = "/signed-out";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, Show).WithName("identity.signed-out").AllowAnonymous();

    private static RazorComponentResult Show() => new(typeof(LoggedOutPage));
}
