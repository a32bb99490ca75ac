using System.Text.Json.Nodes;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.AccountPages;

/// <summary>Problem details for our own script, with the page it should go to when there is one (RFC 9457 3.2 extension member).</summary>
internal sealed class ScriptProblem(Problem problem, string? location = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new JsonObject
        {
            ["type"] = problem.Type,
            ["title"] = problem.Title,
            ["status"] = problem.Status,
            ["correlation"] = Correlation.Of(httpContext),
        };
        if (location is not null)
        {
            body["location"] = location;
        }

        httpContext.Response.StatusCode = problem.Status;
        httpContext.Response.ContentType = "application/problem+json";
        return httpContext.Response.WriteAsync(body.ToJsonString(), httpContext.RequestAborted);
    }
}
