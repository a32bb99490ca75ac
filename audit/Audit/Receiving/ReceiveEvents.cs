using System.Globalization;
using System.Net.Http.Headers;
using Backbone.Audit.Events;
using Backbone.Platform.Web.Batches;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Receiving;

/// <summary>
/// Events of other systems over HTTP: a batch of NDJSON, each line taken or refused by itself. The answer comes when every line that was
/// taken is on disk. A sender that got no answer sends the batch again: by their <c>event.id</c>, none is there twice.
/// </summary>
internal static class ReceiveEvents
{
    public const string Path = "/audit/v1/events";

    private static readonly string[] Types = [BatchAnswer.ContentType, "application/ndjson", "application/json"];

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, Handle).WithName("audit.events.receive").RequireAuthorization(AuditPrograms.Write).DisableAntiforgery();

    private static async Task<IResult> Handle(HttpContext http, Senders senders, EventEntrance entrance, EventIntake intake, ILogger<AuditModule> logger)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !Types.Contains(type.MediaType, StringComparer.OrdinalIgnoreCase))
        {
            return new PageProblem(Problems.UnsupportedMediaType, $"Content-Type: {string.Join(" or ", Types)}");
        }

        var sender = senders.Of(http.User);
        var (batch, refusal) = await entrance.EnterAsync(http, sender.Id);
        if (batch is null)
        {
            return refusal!.Answer(http);
        }

        using (batch)
        {
            var lines = new BatchLines(batch.Bytes);
            return lines.Count() switch
            {
                0 => new BatchRefusal(StatusCodes.Status400BadRequest, "A batch has at least one event.").Answer(http),
                > BatchLines.Most => new BatchRefusal(StatusCodes.Status413PayloadTooLarge, $"A batch has at most {BatchLines.Most} events.").Answer(http),
                _ => await TakeAsync(http, lines, intake, sender, logger),
            };
        }
    }

    private static async Task<IResult> TakeAsync(HttpContext http, BatchLines lines, EventIntake intake, EventSender sender, ILogger logger)
    {
        try
        {
            List<int> numbers = [];
            var taken = await intake.TakeAsync(Drafts(lines, numbers), sender, http.RequestAborted);
            ReceivingLines.Note(logger, taken, sender);
            return new EventAnswer(numbers, taken);
        }
        catch (Exception away) when (LogAway.Is(away))
        {
            return LogAway.Refusal.Answer(http);
        }
    }

    private static IEnumerable<EventDraft> Drafts(BatchLines lines, List<int> numbers)
    {
        foreach (var (number, line) in lines.Lines())
        {
            numbers.Add(number);
            yield return EventDocument.Read(line.Span);
        }
    }
}

/// <summary>What the operator reads of senders: who, and how many. What an event held is told to its sender alone.</summary>
internal static partial class ReceivingLines
{
    public static void Note(ILogger logger, IReadOnlyList<Taken> taken, EventSender sender)
    {
        if (taken.Count(one => !one.IsAccepted) is > 0 and var refused)
        {
            Refused(logger, refused, taken.Count, sender.Id);
        }
    }

    [LoggerMessage(3200, LogLevel.Information, "{Refused} of {Count} events of the sender {Sender} were refused")]
    private static partial void Refused(ILogger logger, int refused, int count, string sender);
}
