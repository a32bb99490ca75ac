using System.Globalization;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Batches;

/// <summary>Why a batch was not taken as a whole: the status, what about it for the sender, and when to come again, if that helps.</summary>
public sealed record BatchRefusal(int Status, string Detail, int? RetryAfterSeconds = null)
{
    /// <summary>The answer that says so.</summary>
    public PageProblem Answer(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return new PageProblem(Problems.Of(Status), Detail);
    }
}
