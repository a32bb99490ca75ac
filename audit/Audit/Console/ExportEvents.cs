using System.Globalization;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Integrating;
using Backbone.Audit.Privacy;
using Backbone.Audit.Publishing;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Audit.Console;

/// <summary>The events of a search as a file to take away. Always for a purpose: what has left the system nobody watches over any more.</summary>
internal static class ExportEvents
{
    public const string Path = ListEvents.Path + "/export";

    /// <summary>Rows of a CSV or NDJSON file.</summary>
    public const int MostRows = 100_000;

    /// <summary>Events of a bundle, each with a receipt of its own.</summary>
    public const int MostReceipts = 5_000;

    /// <summary>An index is a fraction of a second behind a log that is written to; so often, and so far apart, it is looked at again.</summary>
    private const int LooksWhileBehind = 20;
    private static readonly TimeSpan WhileBehind = TimeSpan.FromMilliseconds(200);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Handle).WithName("audit.console.export").RequireAuthorization(ListEvents.Policy);
    }

    private static async Task<IResult> Handle(
        HttpContext http, SegmentLog log, IEventIndex index, PrivacyKeys keys, ReadingPurposes purposes, PublishedLog published, TlogFolder folder,
        LogSigner signer, IStringLocalizer<AuditTexts> words, TimeProvider clock, string? format)
    {
        var now = clock.GetUtcNow();
        var view = SearchView.Read(http.Request.Query, now);
        if (view.IsWrong)
        {
            return new PageProblem(Problems.BadRequest, "The search is wrong; open it on the search page to see where.");
        }

        if (format is not ("csv" or "ndjson" or "bundle"))
        {
            return new PageProblem(Problems.BadRequest, $"format: csv, ndjson or bundle, is {format}");
        }

        if (purposes.Of(http) is not { } purpose)
        {
            return StatePurpose.Ask(http);
        }

        // 1. Which events, and how many: all of it is known before a byte leaves, so that a file is whole or is not there.
        var most = format == "bundle" ? MostReceipts : MostRows;
        List<long> found;
        try
        {
            var search = view.Search(PersonalSearch.Committed(view.Node!, keys), now);
            if (await FindAsync(index, log.Records.EndIndex, search, !view.OldestFirst, most, http.RequestAborted) is not { } all)
            {
                http.Response.Headers.RetryAfter = "5";
                return new PageProblem(Problems.Unavailable, "The index is behind the log; a file made now would lack its newest events.") { Explanation = words["Export_Behind"] };
            }

            found = all;
        }
        catch (IndexUnavailableException refused) when (refused.IsRefusal)
        {
            return new PageProblem(Problems.BadRequest, refused.Message);
        }
        catch (IndexUnavailableException away)
        {
            return new PageProblem(Problems.Unavailable, away.Message) { Explanation = words["Away_Text"] };
        }

        if (found.Count > most)
        {
            return new PageProblem(Problems.BadRequest, $"events: at most {most} in one file of this form, are more; narrow the search or the time")
            {
                Title = words["Export_TooManyTitle"],
                Explanation = words["Export_TooManyText", most],
                Exits = [new ProblemExit(view.Link(), words["Export_Back"])],
            };
        }

        IResult file;
        if (format == "bundle")
        {
            if (found.Count > 0 && found.Max() >= published.State.Published)
            {
                http.Response.Headers.RetryAfter = "1";
                return new PageProblem(Problems.Unavailable, $"Event {found.Max()} is not under a checkpoint yet; the newest covers {published.State.Published} events.");
            }

            file = new BundleFile(found, log.Records, index => IssueReceipt.Of(index, published, folder, signer)!, signer.VerifierKey, Name(now, "zip"));
        }
        else
        {
            file = new RowsFile(found, log.Records, format == "csv" ? view.Columns : [], Name(now, format));
        }

        // 2. The export is an event before it is a file.
        return await StaffReading.AnswerAsync(http, log, StaffReading.OfExport(http.User, view, format, found, purpose, clock), file);
    }

    /// <summary>
    /// The indexes of the matching events in order, more than <paramref name="most"/> when there are more; null when the index does not see
    /// every event below <paramref name="end"/>, not even after a moment.
    /// </summary>
    private static async Task<List<long>?> FindAsync(
        IEventIndex index, long end, EventSearch search, bool newestFirst, int most, CancellationToken cancellation)
    {
        for (var tries = 0; await index.EndIndexAsync(cancellation) < end; tries++)
        {
            if (tries == LooksWhileBehind)
            {
                return null;
            }

            await Task.Delay(WhileBehind, cancellation);
        }

        var found = new List<long>();
        EventPosition? after = null;
        while (found.Count <= most)
        {
            var page = await index.FindAsync(search, new PageRequest(PageRequest.MostRows, newestFirst, after), cancellation);
            if (page.EndIndex < end)
            {
                return null;
            }

            found.AddRange(page.Events.Select(one => one.Index));
            if (!page.More || page.Events.IsEmpty)
            {
                break;
            }

            after = page.Events[^1].Position;
        }

        return found;
    }

    private static string Name(DateTimeOffset now, string extension) =>
        string.Create(CultureInfo.InvariantCulture, $"audit-{now.ToOffset(ChinaTime.Offset):yyyyMMdd-HHmmss}.{extension}");
}
