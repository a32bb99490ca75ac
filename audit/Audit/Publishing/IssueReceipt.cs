using System.Globalization;
using Backbone.Audit.Appending;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Receiving;
using Backbone.Audit.Searching;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Audit.Publishing;

/// <summary>
/// What somebody takes away as evidence: the event's leaf, byte for byte, and a receipt (C2SP tlog-proof) that anybody can verify offline
/// with the log's key.
/// </summary>
internal static class IssueReceipt
{
    public const string Prefix = "/audit/v1/events/{index:long:min(0)}";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Prefix).RequireAuthorization(ListEvents.Policy);
        group.MapGet("leaf", Leaf).WithName("audit.event.leaf");
        group.MapGet("receipt", Receipt).WithName("audit.event.receipt");

        // Says how far, never what: senders ask it about what they sent.
        endpoints.MapGet(Prefix + "/state", State).WithName("audit.event.state").RequireAuthorization(AuditPrograms.StaffOrWriter);
    }

    /// <summary>The receipt of a leaf under the newest checkpoint; null while none covers it.</summary>
    public static EvidenceReceipt? Of(long index, PublishedLog published, TlogFolder folder, LogSigner signer) =>
        published.State is { Checkpoint: { } note } state && index < state.Published && signer.Read(note) is { } checkpoint
            ? new EvidenceReceipt(index, InclusionProof.Generate(index, checkpoint.Checkpoint.Size, folder.ReadTile), checkpoint)
            : null;

    /// <summary>The receipt as soon as a checkpoint covers the event, with the event's bytes as its extra data: for modules, which hand it on.</summary>
    /// <exception cref="AuditUnavailableException">Checkpoints are not signed any more.</exception>
    public static async Task<byte[]> WhenCoveredAsync(
        long index, ReadOnlyMemory<byte> entry, PublishedLog published, TlogFolder folder, LogSigner signer, CancellationToken cancellation)
    {
        try
        {
            await published.WaitPublishedAsync(index, cancellation);
        }
        catch (SplitLogException stopped)
        {
            throw new AuditUnavailableException(stopped.Message, stopped);
        }

        return Of(index, published, folder, signer) is { } receipt
            ? (receipt with { Extra = entry }).ToArray()
            : throw new AuditUnavailableException($"event {index} is under no checkpoint that can be read");
    }

    private static async Task<IResult> Leaf(HttpContext http, SegmentLog log, ReadingPurposes purposes, TimeProvider clock, long index)
    {
        if (log.Records.Read(index, 1).Select(EventRow.Of).FirstOrDefault() is not { } row)
        {
            return NotFound(index, log);
        }

        var purpose = purposes.Of(http);
        return purpose is null && StaffReading.IsPersonal(http.User, row)
            ? StatePurpose.Ask(http)
            : await StaffReading.AnswerAsync(
                http, log, StaffReading.OfView(http.User, row, purpose, clock), Results.Bytes(row.Json, "application/json", Name(index, "json")));
    }

    private static IResult Receipt(HttpContext http, SegmentLog log, PublishedLog published, TlogFolder folder, LogSigner signer, long index)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (index >= log.Records.EndIndex)
        {
            return NotFound(index, log);
        }

        if (Of(index, published, folder, signer) is { } receipt)
        {
            return Results.Bytes(receipt.ToArray(), "text/plain; charset=utf-8", Name(index, "tlog-proof"));
        }

        http.Response.Headers.RetryAfter = "1";
        return new PageProblem(
            Problems.Unavailable, $"Event {index} is not under a checkpoint yet; the newest covers {published.State.Published} events.");
    }

    private static IResult State(SegmentLog log, PublishedLog published, IEventIndex search, long index)
    {
        if (index >= log.Records.EndIndex)
        {
            return NotFound(index, log);
        }

        return Results.Json(EventState.Of(index, published.State, search), EventStateJson.Default.EventState);
    }

    private static string Name(long index, string extension) => string.Create(CultureInfo.InvariantCulture, $"event-{index}.{extension}");

    private static PageProblem NotFound(long index, SegmentLog log) =>
        new(Problems.NotFound, $"index: {log.Records.StartIndex} to {log.Records.EndIndex - 1}, is {index}");
}
