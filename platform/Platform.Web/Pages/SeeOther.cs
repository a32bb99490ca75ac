using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Pages;

/// <summary>
/// POST → 303 → GET (RFC 9110 15.4.4): Back and reload never send a form again, and no credential is carried on (RFC 9700 4.12).
/// </summary>
/// <param name="address">A path the caller knows to be local (<see cref="LocalPath"/>), or a validated redirect URI.</param>
public sealed class SeeOther(string address) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = address;
        return Task.CompletedTask;
    }
}
