using Backbone.Identity.AccountPages;
using Backbone.Identity.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.Organisations;

/// <summary>GET /organisations: those the person may act for.</summary>
internal static class ListOrganisations
{
    public const string Path = "/organisations";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, Show).WithName("identity.organisations").RequireAuthorization();

    private static async Task<IResult> Show(HttpContext http, Standings standings, CancellationToken cancellation) =>
        new RazorComponentResult(typeof(OrganisationsPage), new
        {
            Data = await standings.AllAsync(Asker.Of(http.User).Account, cancellation),
            Acting = http.User.ActingFor(),
        });
}
