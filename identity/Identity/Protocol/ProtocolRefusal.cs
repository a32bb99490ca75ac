using System.Text.Json;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Protocol;

/// <summary>
/// A refusal of a protocol endpoint that cannot go to the client's redirect URI: a page for a person, RFC 6749 5.2's error object for a program.
/// </summary>
/// <param name="page">What a person reads.</param>
/// <param name="error">The protocol's code.</param>
/// <param name="description">English, for the client's developer; nothing of the request in it.</param>
internal sealed class ProtocolRefusal(Problem page, string error, string? description) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => page.Status;

    public Task ExecuteAsync(HttpContext httpContext) => PageProblem.WantsPage(httpContext.Request)
        ? new PageProblem(page, description).ExecuteAsync(httpContext)
        : WriteAsync(httpContext, page.Status, error, description);

    public static async Task WriteAsync(HttpContext http, int status, string error, string? description)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json;charset=UTF-8";
        http.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("error", error);
        if (description is not null)
        {
            json.WriteString("error_description", description);
        }

        json.WriteEndObject();
    }
}
