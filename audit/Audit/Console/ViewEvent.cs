using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Integrating;
using Backbone.Audit.Privacy;
using Backbone.Audit.Publishing;
using Backbone.Audit.Searching;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Audit.Console;

/// <summary>One event with every field, how far it has come, its receipt, and the record itself.</summary>
internal static class ViewEvent
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(ListEvents.Path + "/{index:long:min(0)}", Handle).WithName("audit.console.event").RequireAuthorization(ListEvents.Policy);
    }

    private static async Task<IResult> Handle(
        long index, HttpContext http, SegmentLog log, PublishedLog published, IEventIndex search, ReadingPurposes purposes, SubjectKeys subjects, IAuditTrail trail,
        TimeProvider clock)
    {
        var end = log.Records.EndIndex;
        if (index >= end)
        {
            return new PageProblem(Problems.NotFound, $"index: 0 to {end - 1}, is {index}");
        }

        if (EventRow.Read(log.Records, [index]).FirstOrDefault() is not { } row)
        {
            return new PageProblem(Problems.NotFound, $"event {index} was deleted when its time was over; the log keeps those from {log.Records.StartIndex} on");
        }

        var purpose = purposes.Of(http);
        if (purpose is null && StaffReading.IsPersonal(http.User, row))
        {
            return StatePurpose.Ask(http);
        }

        var opened = await SealedValue.OfAsync(row, subjects, http.RequestAborted);
        return await StaffReading.AnswerAsync(
            http,
            trail,
            StaffReading.OfView(http.User, row, purpose, clock),
            new RazorComponentResult(
                typeof(EventPage), new { Row = row, End = end, Purpose = purpose, Sealed = opened, State = EventState.Of(index, published.State, search) }));
    }
}
