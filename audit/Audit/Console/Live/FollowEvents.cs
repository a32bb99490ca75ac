using System.Globalization;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;
using Backbone.Audit.Privacy;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Backbone.Audit.Console.Live;

/// <summary>
/// A search that goes on: the newest events, and each new one as the index has it. Each time it shows any, that is an event; those events it
/// never shows itself, for two open views would show each other theirs without end.
/// </summary>
internal static class FollowEvents
{
    public const string Path = ListEvents.Path + "/live";

    /// <summary>Rows that come at once; of more the newest are shown, and how many were left out is said.</summary>
    public const int MostRows = 100;

    /// <summary>How long a request waits for something to come. Shorter than what proxies allow.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(300);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Page).WithName("audit.console.live").RequireAuthorization(ListEvents.Policy);
        endpoints.MapGet(Path + "/rows", Rows).WithName("audit.console.live.rows").RequireAuthorization(ListEvents.Policy)
            .WithMetadata(new AsksByItself());
    }

    private static async Task<IResult> Page(
        HttpContext http, SegmentLog log, IEventIndex index, PrivacyKeys keys, ReadingPurposes purposes, IAuditTrail trail, TimeProvider clock)
    {
        var view = SearchView.Read(http.Request.Query, clock.GetUtcNow());
        if (view.IsWrong)
        {
            // The search page shows where the query is wrong.
            return Results.LocalRedirect(view.Link());
        }

        var purpose = purposes.Of(http);
        if (PersonalSearch.IsAbout(view.Node!) && purpose is null)
        {
            return StatePurpose.Ask(http);
        }

        try
        {
            var found = await FindAsync(index, log, view, keys, 0, http.RequestAborted);
            return await StaffReading.AnswerAsync(
                http, trail, StaffReading.OfFollowed(http.User, view, found.Rows, purpose, clock),
                new RazorComponentResult(typeof(LivePage), new { View = view, found.Rows, Since = found.End, Purpose = purpose }));
        }
        catch (IndexUnavailableException)
        {
            return Results.LocalRedirect(view.Link());
        }
    }

    /// <summary>
    /// The rows from <c>since</c> on, once there are any: 200 with them and, in headers, where to go on and how many were left out; 204 with
    /// where to go on when nothing came for a while.
    /// </summary>
    private static async Task<IResult> Rows(
        HttpContext http, SegmentLog log, IEventIndex index, PrivacyKeys keys, ReadingPurposes purposes, IAuditTrail trail, TimeProvider clock,
        IHostApplicationLifetime lifetime)
    {
        var view = SearchView.Read(http.Request.Query, clock.GetUtcNow());
        if (view.IsWrong || !long.TryParse(http.Request.Query["since"], NumberStyles.None, CultureInfo.InvariantCulture, out var since))
        {
            return new PageProblem(Problems.BadRequest, "since: an index from 0; q and columns: as the search page takes them");
        }

        var purpose = purposes.Of(http);
        if (PersonalSearch.IsAbout(view.Node!) && purpose is null)
        {
            return new PageProblem(Problems.Forbidden, "the stated purpose has ended");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        ending.CancelAfter(Longest);
        try
        {
            while (true)
            {
                var found = await FindAsync(index, log, view, keys, since, http.RequestAborted);
                http.Response.Headers["Audit-Next"] = found.End.ToString(CultureInfo.InvariantCulture);
                if (found.Rows.Count > 0)
                {
                    if (!await SessionAtIssuer.StillLivesAsync(http))
                    {
                        return new PageProblem(Problems.Forbidden, "the session has ended");
                    }

                    http.Response.Headers["Audit-Left-Out"] = found.LeftOut.ToString(CultureInfo.InvariantCulture);
                    return await StaffReading.AnswerAsync(
                        http, trail, StaffReading.OfFollowed(http.User, view, found.Rows, purpose, clock),
                        new RazorComponentResult(typeof(LiveRows), new { View = view, found.Rows, ForPurpose = purpose is not null }));
                }

                if (!await MoreAsync(log, index, found.End, clock, ending.Token))
                {
                    return Results.NoContent();
                }

                since = found.End;
            }
        }
        catch (IndexUnavailableException away)
        {
            return new PageProblem(Problems.Unavailable, away.Message);
        }
    }

    /// <summary>Waits until the index has come beyond the end. False when it did not in time.</summary>
    private static async Task<bool> MoreAsync(SegmentLog log, IEventIndex index, long end, TimeProvider clock, CancellationToken until)
    {
        try
        {
            if (!await log.Records.WaitForAsync(end, until))
            {
                return false;
            }

            do
            {
                // Also when the index is quick: events that come one by one go in one answer.
                await Task.Delay(Glance, clock, until);
            }
            while (await index.EndIndexAsync(until) <= end);

            return true;
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<Found> FindAsync(
        IEventIndex index, SegmentLog log, SearchView view, PrivacyKeys keys, long since, CancellationToken cancellation)
    {
        // Before the search: what it does not see yet is asked for the next time.
        var end = await index.EndIndexAsync(cancellation);
        if (end <= since)
        {
            return new Found([], Math.Max(since, end), 0);
        }

        var node = new KqlAnd(
        [
            PersonalSearch.Committed(view.Node!, keys),
            new KqlNot(new KqlEquals(EventFields.Find("event.action")!, new KqlValue { Text = AuditKinds.Follow.Action })),
            new KqlRange(EventFields.Find("event.sequence")!, KqlComparison.GreaterOrEqual, new KqlValue { Number = since }),
            new KqlRange(EventFields.Find("event.sequence")!, KqlComparison.Less, new KqlValue { Number = end }),
        ]);
        var page = await index.FindAsync(new EventSearch(node), new PageRequest(MostRows), cancellation);
        var leftOut = 0L;
        if (page.More && since > 0)
        {
            leftOut = (await index.SummarizeAsync(new EventSearch(node), new SummaryRequest(), cancellation)).Total - page.Events.Length;
        }

        return new Found([.. EventRow.Read(log.Records, page.Events.Select(found => found.Index))], end, leftOut);
    }

    /// <param name="Rows">Newest first.</param>
    /// <param name="End">Where to go on.</param>
    /// <param name="LeftOut">Matching events before the rows that are not among them.</param>
    private sealed record Found(IReadOnlyList<EventRow> Rows, long End, long LeftOut);
}
