using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Notices;

/// <summary>What the development sender kept. It shows codes: it must never exist beyond a demonstration on this very machine.</summary>
internal static class ShowNotices
{
    public const string Path = "/dev/notices";

    /// <summary>True with demonstration data on a loopback address; everywhere else the page is not there at all.</summary>
    public static bool IsOpen(BackboneOptions options) =>
        options.Demo && Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out var address) && address.IsLoopback;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        if (IsOpen(endpoints.ServiceProvider.GetRequiredService<BackboneOptions>()))
        {
            endpoints.MapGet(Path, Show).WithName("identity.dev.notices").AllowAnonymous();
        }
    }

    private static RazorComponentResult Show(HttpContext http, DevelopmentNotices notices)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(NoticesPage), new { Data = notices.Latest });
    }
}
