using System.Net.Http.Headers;
using Backbone.Audit.Events;
using Backbone.Platform.Web.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Receiving.Otlp;

/// <summary>
/// Log records over OTLP/HTTP (OpenTelemetry Protocol 1.x), in Protocol Buffers or JSON, for systems that export them already. OTLP promises no
/// delivery; what is answered is on disk all the same. A record that may come twice carries <c>log.record.uid</c> or <c>event.id</c>.
/// </summary>
internal static class ReceiveOtlpLogs
{
    /// <summary>An exporter's endpoint is <c>/audit/v1/otlp</c>; it adds the rest.</summary>
    public const string Path = "/audit/v1/otlp/v1/logs";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, Handle).WithName("audit.otlp.logs").RequireAuthorization(AuditPrograms.Write).DisableAntiforgery();

    private static async Task<IResult> Handle(HttpContext http, Senders senders, EventEntrance entrance, EventIntake intake, ILogger<AuditModule> logger)
    {
        var type = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var given) ? given.MediaType : null;
        var json = string.Equals(type, OtlpAnswer.Json, StringComparison.OrdinalIgnoreCase);
        if (!json && !string.Equals(type, OtlpAnswer.Protobuf, StringComparison.OrdinalIgnoreCase))
        {
            return OtlpAnswer.Refused(json, new(StatusCodes.Status415UnsupportedMediaType, $"Content-Type: {OtlpAnswer.Protobuf} or {OtlpAnswer.Json}"));
        }

        var sender = senders.Of(http.User);
        var (batch, refusal) = await entrance.EnterAsync(http, sender.Id);
        if (batch is null)
        {
            return OtlpAnswer.Refused(json, refusal!);
        }

        using (batch)
        {
            try
            {
                using var document = json ? OtlpJson.Parse(batch.Bytes) : null;
                var records = document is null ? OtlpProtobuf.Read(batch.Bytes) : OtlpJson.Read(document);
                var taken = await intake.TakeAsync(Drafts(records), sender, http.RequestAborted);
                ReceivingLines.Note(logger, taken, sender);
                return OtlpAnswer.Exported(json, taken);
            }
            catch (TooManyRecordsException)
            {
                return OtlpAnswer.Refused(json, new(StatusCodes.Status413PayloadTooLarge, $"A batch has at most {BatchLines.Most} log records."));
            }
            catch (OtlpFormatException wrong)
            {
                return OtlpAnswer.Refused(json, new(StatusCodes.Status400BadRequest, $"The body is no ExportLogsServiceRequest: {wrong.Message}."));
            }
            catch (Exception away) when (LogAway.Is(away))
            {
                return OtlpAnswer.Refused(json, LogAway.Refusal);
            }
        }
    }

    private static IEnumerable<EventDraft> Drafts(IEnumerable<OtlpLog> records)
    {
        var count = 0;
        foreach (var record in records)
        {
            if (++count > BatchLines.Most)
            {
                throw new TooManyRecordsException();
            }

            yield return OtlpEvents.Draft(record);
        }
    }

    private sealed class TooManyRecordsException : Exception;
}
