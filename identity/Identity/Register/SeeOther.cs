using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Register;

/// <summary>POST → 303 → GET (RFC 9110 15.4.4): Back and reload never send a form again.</summary>
internal static class SeeOther
{
    /// <param name="http">The request.</param>
    /// <param name="local">A path of this host; the caller has checked it.</param>
    public static IResult To(HttpContext http, string local)
    {
        http.Response.Headers.Location = local;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}

internal static class Wait
{
    /// <summary>Whole minutes until then, at least one.</summary>
    public static int Minutes(DateTimeOffset until, TimeProvider clock) => Math.Max(1, (int)Math.Ceiling((until - clock.GetUtcNow()).TotalMinutes));
}
