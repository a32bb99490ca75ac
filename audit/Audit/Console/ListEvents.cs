using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Audit.Console;

/// <summary>The newest events, filtered; a page at a time.</summary>
internal static class ListEvents
{
    public const string Path = "/console/audit";

    /// <summary>The policy of the console's sign-in that lets staff read the log.</summary>
    public const string Policy = "console.audit";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Handle).WithName("audit.console.events").RequireAuthorization(Policy);
    }

    private static async Task<IResult> Handle(HttpContext http, SegmentLog log, IAuditTrail trail, TimeProvider clock)
    {
        var query = EventQuery.Read(http.Request.Query);
        if (query.Wrong.Count > 0)
        {
            return new RazorComponentResult(typeof(EventsPage), new { Query = query }) { StatusCode = StatusCodes.Status400BadRequest };
        }

        var found = EventSearch.Run(log.Records, query, http.RequestAborted);
        return await StaffReading.AnswerAsync(
            http,
            trail,
            StaffReading.OfSearch(http.User, query, found, clock),
            new RazorComponentResult(typeof(EventsPage), new { Query = query, Found = found }));
    }
}
