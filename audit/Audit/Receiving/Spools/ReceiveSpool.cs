using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Backbone.Audit.Forwarding;
using Backbone.Platform.Web.Batches;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>
/// Events of other hosts of the same operator, from their spools: a batch of lines, each an event as that host's modules wrote it, numbered
/// from <c>first</c>. The answer comes when all that was taken is on disk. 409 names the sequence to go on from.
/// </summary>
internal static class ReceiveSpool
{
    public const string Path = "/audit/v1/spools";

    /// <summary>No spool comes so far, and a batch beyond it could not be numbered.</summary>
    private const long MostSequence = 1L << 62;

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost(Path + "/{spool:guid}", Handle)
        .WithName("audit.spool.receive").RequireAuthorization(AuditPrograms.Forward).DisableAntiforgery();

    private static async Task<IResult> Handle(
        Guid spool, HttpContext http, Senders senders, EventEntrance entrance, SpoolIntake intake, ILogger<AuditModule> logger)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != BatchAnswer.ContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType, $"Content-Type: {BatchAnswer.ContentType}");
        }

        if (Number(http, "first") is not { } first || Number(http, "oldest") is not { } oldest || oldest > first)
        {
            return new BatchRefusal(StatusCodes.Status400BadRequest, $"first and oldest: whole numbers from 0 to {MostSequence}, oldest not above first.").Answer(http);
        }

        var sender = senders.Of(http.User);
        var (batch, refusal) = await entrance.EnterAsync(http, sender.Id);
        if (batch is null)
        {
            return refusal!.Answer(http);
        }

        using (batch)
        {
            if (Lines(batch.Bytes) is not { } lines)
            {
                return new BatchRefusal(StatusCodes.Status400BadRequest, $"1 to {BatchLines.Most} lines, each ended by a line feed.").Answer(http);
            }

            try
            {
                var answer = await intake.TakeAsync(new SpoolName(sender.Id, spool), first, oldest, lines);
                if (answer.Refused is { } refused)
                {
                    SpoolLines.Refused(logger, refused.Count, lines.Count, sender.Id);
                }

                return Results.Text(
                    JsonSerializer.SerializeToUtf8Bytes(answer, SpoolJson.Default.SpoolAnswer), "application/json",
                    answer.Next == first + lines.Count ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
            }
            catch (Exception away) when (LogAway.Is(away))
            {
                return LogAway.Refusal.Answer(http);
            }
        }
    }

    private static List<ReadOnlyMemory<byte>>? Lines(ReadOnlyMemory<byte> body)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            if (end < 0 || lines.Count == BatchLines.Most)
            {
                return null;
            }

            lines.Add(body[..end]);
            body = body[(end + 1)..];
        }

        return lines.Count == 0 ? null : lines;
    }

    private static long? Number(HttpContext http, string name) =>
        long.TryParse(http.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostSequence
            ? number
            : null;
}
