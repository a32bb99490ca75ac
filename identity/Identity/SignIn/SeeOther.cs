using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.SignIn;

/// <summary>POST → 303 → GET. The target must already be known to be local.</summary>
internal sealed class SeeOther(string target) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = target;
        return Task.CompletedTask;
    }
}

internal static class SignInTimes
{
    /// <summary>"14:35" in the province's zone, which has no summer time.</summary>
    public static string Clock(DateTimeOffset time) => time.ToOffset(TimeSpan.FromHours(8)).AddMinutes(1).ToString("HH:mm", CultureInfo.InvariantCulture);
}
