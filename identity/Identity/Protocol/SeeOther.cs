using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Protocol;

/// <summary>303: whatever came, the next request is a GET (RFC 9700 4.12 wants it after every form).</summary>
internal sealed class SeeOther(string address) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = address;
        return Task.CompletedTask;
    }
}
