using System.Data.Common;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>The door of every way in over HTTP: a place for the batch, then its body, whole; or why not.</summary>
internal sealed class BatchEntrance(Admission admission, IOptions<ReceivingOptions> options, TimeProvider clock)
{
    /// <summary>Seconds after which it is worth coming again.</summary>
    private const int Soon = 1;

    /// <summary>One of the two is null.</summary>
    public async Task<(AdmittedBatch? Batch, BatchRefusal? Refusal)> EnterAsync(HttpContext http, EventSender sender)
    {
        if (admission.TryEnter(sender.Id, out var own) is not { } place)
        {
            return (null, own
                ? new(StatusCodes.Status429TooManyRequests, $"At most {options.Value.MostBatchesPerSender} batches of one sender at once.", Soon)
                : new(StatusCodes.Status503ServiceUnavailable, $"At most {options.Value.MostBatches} batches at once.", Soon));
        }

        try
        {
            var (body, refusal) = await BatchBody.ReadAsync(http, TimeSpan.FromSeconds(options.Value.BatchSeconds), clock);
            if (body is not null)
            {
                var admitted = new AdmittedBatch(body, place);
                place = null;
                return (admitted, null);
            }

            return (null, refusal);
        }
        finally
        {
            place?.Dispose();
        }
    }
}

/// <summary>A batch that has its place and its body; both are given back when it is disposed of.</summary>
internal sealed class AdmittedBatch(BatchBody body, Admission.Place place) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => body.Bytes;

    public void Dispose()
    {
        body.Dispose();
        place.Dispose();
    }
}

/// <summary>Why a batch was not taken as a whole: the status, what about it for the sender, and when to come again, if that helps.</summary>
internal sealed record BatchRefusal(int Status, string Detail, int? RetryAfterSeconds = null)
{
    /// <summary>The log itself takes nothing: storage failed, or it is closing.</summary>
    public static BatchRefusal LogAway { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "The log takes no events at the moment. Send the batch again with the same ids.", 5);

    /// <summary>What says so: the log, or the database of the keys that personal values are sealed under.</summary>
    public static bool IsLogAway(Exception failure) => failure is AuditUnavailableException or DbException or DbUpdateException

        // As Npgsql's strategy gives what passes by itself.
        or InvalidOperationException { InnerException: DbException or DbUpdateException or TimeoutException };
}
