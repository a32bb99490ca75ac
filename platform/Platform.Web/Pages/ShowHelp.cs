using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Platform.Web.Pages;

/// <summary>GET /help: the same help in the same place on every page (WCAG 3.2.6).</summary>
internal static class ShowHelp
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/help", Show).WithName("platform.help").AllowAnonymous();

    private static RazorComponentResult Show() => new RazorComponentResult(typeof(HelpPage));
}
