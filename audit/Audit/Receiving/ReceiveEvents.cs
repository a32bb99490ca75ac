using System.Net.Http.Headers;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>
/// Events of other systems over HTTP: a batch of NDJSON, each line taken or refused by itself. The answer comes when every line that was
/// taken is on disk. A sender that got no answer sends the batch again: by their <c>event.id</c>, none is there twice.
/// </summary>
internal static partial class ReceiveEvents
{
    public const string Path = "/audit/v1/events";

    private static readonly string[] Types = [BatchAnswer.ContentType, "application/ndjson", "application/json"];

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, Handle).WithName("audit.events.receive").RequireAuthorization(AuditPrograms.Write).DisableAntiforgery();

    private static async Task<IResult> Handle(
        HttpContext http, Senders senders, Admission admission, EventIntake intake, IOptions<ReceivingOptions> options, TimeProvider clock,
        ILogger<AuditModule> logger)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !Types.Contains(type.MediaType, StringComparer.OrdinalIgnoreCase))
        {
            return new PageProblem(Problems.UnsupportedMediaType, $"Content-Type: {string.Join(" or ", Types)}");
        }

        var sender = senders.Of(http.User);
        using var place = admission.TryEnter(sender.Id, out var own);
        if (place is null)
        {
            return ComeAgain(http, own, options.Value);
        }

        var (body, refusal) = await BatchBody.ReadAsync(http, TimeSpan.FromSeconds(options.Value.BatchSeconds), clock);
        if (body is null)
        {
            return new PageProblem(Problems.Of(refusal!.Status), refusal.Detail);
        }

        using (body)
        {
            var lines = new BatchLines(body.Bytes);
            if (lines.Count() is var count && count is 0 or > BatchLines.Most)
            {
                return new PageProblem(
                    count == 0 ? Problems.BadRequest : Problems.TooLarge,
                    $"A batch has 1 to {BatchLines.Most} events; this one has {(count == 0 ? "none" : "more")}.");
            }

            return await TakeAsync(http, lines, intake, sender, logger);
        }
    }

    private static async Task<IResult> TakeAsync(HttpContext http, BatchLines lines, EventIntake intake, EventSender sender, ILogger logger)
    {
        try
        {
            var taken = await intake.TakeAsync(lines.Drafts(), sender, http.RequestAborted);
            if (taken.Count(one => !one.IsAccepted) is > 0 and var refused)
            {
                Refused(logger, refused, taken.Count, sender.Id);
            }

            return new BatchAnswer(lines.Numbers, taken);
        }
        catch (Exception away) when (away is AuditUnavailableException or System.Data.Common.DbException)
        {
            http.Response.Headers.RetryAfter = "5";
            return new PageProblem(Problems.Unavailable, "The log takes no events at the moment. Send the batch again with the same ids.");
        }
    }

    private static PageProblem ComeAgain(HttpContext http, bool own, ReceivingOptions options)
    {
        http.Response.Headers.RetryAfter = "1";
        return own
            ? new PageProblem(Problems.TooManyRequests, $"At most {options.MostBatchesPerSender} batches of one sender at once.")
            : new PageProblem(Problems.Unavailable, $"At most {options.MostBatches} batches at once.");
    }

    [LoggerMessage(3200, LogLevel.Information, "{Refused} of {Count} events of the sender {Sender} were refused")]
    private static partial void Refused(ILogger logger, int refused, int count, string sender);
}
