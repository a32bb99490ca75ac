using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Credit.Codes;

/// <summary>
/// Whether a text is a unified social credit code, and what it says. Computed from the text alone: it tells nothing of whether such an
/// organisation exists or what is recorded of it, so it is open to all and writes nothing down.
/// </summary>
internal static class CheckCode
{
    public const string Path = "/credit/v1/codes/{code}";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, Handle).WithName("credit.codes.check").AllowAnonymous();

    private static Results<JsonHttpResult<CodeAnswer>, PageProblem> Handle(string code, HttpContext http, CodeLimit limit)
    {
        if (!limit.Admits(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter = "60";
            return new PageProblem(Problems.TooManyRequests);
        }

        return TypedResults.Json(CodeAnswer.Of(code), CodeJson.Default.CodeAnswer);
    }
}
