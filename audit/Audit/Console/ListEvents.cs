using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Privacy;
using Backbone.Audit.Searching;
using Backbone.Audit.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Audit.Console;

/// <summary>The search page: a query, a time range, their histogram, facets, and the events a page at a time.</summary>
internal static class ListEvents
{
    public const string Path = "/console/audit";

    /// <summary>The policy of the console's sign-in that lets staff read the log.</summary>
    public const string Policy = "console.audit";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Handle).WithName("audit.console.events").RequireAuthorization(Policy);
    }

    private static async Task<IResult> Handle(
        HttpContext http, SegmentLog log, IEventIndex index, PrivacyKeys keys, ReadingPurposes purposes, AuditDb db, IAuditTrail trail, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var view = SearchView.Read(http.Request.Query, now);
        var purpose = purposes.Of(http);
        var saved = await SavedSearches.OfAsync(db, http.User, http.RequestAborted);
        if (view.IsWrong)
        {
            return new RazorComponentResult(typeof(EventsPage), new { View = view, Purpose = purpose, Saved = saved }) { StatusCode = StatusCodes.Status400BadRequest };
        }

        // 1. Whoever searches for a person says what for, before anything is looked up.
        if (PersonalSearch.IsAbout(view.Node!) && purpose is null)
        {
            return StatePurpose.Ask(http);
        }

        // 2. The index finds, the log is read.
        SearchResult result;
        try
        {
            result = await SearchResult.RunAsync(index, log.Records, view, PersonalSearch.Committed(view.Node!, keys), purpose is not null, now, http.RequestAborted);
        }
        catch (IndexUnavailableException refused) when (refused.IsRefusal)
        {
            return new RazorComponentResult(typeof(EventsPage), new { View = view.Refused(), Purpose = purpose, Saved = saved })
            {
                StatusCode = StatusCodes.Status400BadRequest,
            };
        }
        catch (IndexUnavailableException away)
        {
            return new RazorComponentResult(typeof(EventsPage), new { View = view, Purpose = purpose, Saved = saved, Away = away.Message })
            {
                StatusCode = StatusCodes.Status503ServiceUnavailable,
            };
        }

        // 3. The reading is on disk before the answer leaves.
        return await StaffReading.AnswerAsync(
            http,
            trail,
            StaffReading.OfSearch(http.User, view, result.Rows, purpose, clock),
            new RazorComponentResult(typeof(EventsPage), new { View = view, Result = result, Purpose = purpose, Saved = saved }));
    }
}
