using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.AccountPages;

/// <summary>303: the form was handled, the browser fetches the page that says so (RFC 9110 15.4.4).</summary>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
