using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Backbone.Platform.Web.Assets;

/// <summary>GET /assets/{hash}/{name}: style sheet and scripts, cached for ever because a change changes the address.</summary>
internal static class ServeAsset
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods("/assets/{hash}/{name}", [HttpMethods.Get, HttpMethods.Head], Send)
            .WithName("platform.asset").AllowAnonymous();

    private static IResult Send(string hash, string name, HttpContext context, PageAssets assets)
    {
        if (assets.TryFind(name) is not { } asset)
        {
            return Results.NotFound();
        }

        // While hosts are being replaced, a page of the old one may ask the new one: it gets what there is, but must not keep it.
        var current = string.Equals(hash, asset.Hash, StringComparison.Ordinal);
        var headers = context.Response.Headers;
        headers.CacheControl = current ? "public, max-age=31536000, immutable" : "no-store";
        headers.Vary = HeaderNames.AcceptEncoding;
        return Results.Bytes(Encoded(asset, context), asset.ContentType);
    }

    private static byte[] Encoded(PageAsset asset, HttpContext context)
    {
        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        if (Accepts("br"))
        {
            context.Response.Headers.ContentEncoding = "br";
            return asset.Brotli;
        }

        if (Accepts("gzip"))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return asset.Gzip;
        }

        return asset.Content;

        bool Accepts(string coding) => accepted.Any(entry => entry.Quality is null or > 0 && entry.Value == coding);
    }
}
