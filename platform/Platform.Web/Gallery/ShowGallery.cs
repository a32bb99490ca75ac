using System.Net;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Platform.Web.Gallery;

/// <summary>GET /dev/gallery: every component in every state, for looking and for axe. Demonstration and loopback only.</summary>
internal static class ShowGallery
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/dev/gallery", Components).WithName("platform.gallery").AllowAnonymous();
        endpoints.MapGet("/dev/gallery/form", Form).WithName("platform.gallery.form").AllowAnonymous();
        endpoints.MapGet("/dev/gallery/portal", Portal).WithName("platform.gallery.portal").AllowAnonymous();
    }

    private static IResult Components(HttpContext context, BackboneOptions options) => Show(context, options, typeof(GalleryPage));

    private static IResult Form(HttpContext context, BackboneOptions options) => Show(context, options, typeof(GalleryForm));

    private static IResult Portal(HttpContext context, BackboneOptions options) => Show(context, options, typeof(GalleryPortal));

    private static IResult Show(HttpContext context, BackboneOptions options, Type page) =>
        options.Demo && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            ? new RazorComponentResult(page)
            : new PageProblem(Problems.NotFound);
}
