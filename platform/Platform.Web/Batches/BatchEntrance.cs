using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Batches;

/// <summary>The door of a module's ways in over HTTP: a place for the batch, then its body, whole; or why not. Each module derives its own.</summary>
public abstract class BatchEntrance(BatchBounds bounds, TimeProvider clock)
{
    /// <summary>Seconds after which it is worth coming again.</summary>
    private const int Soon = 1;

    private readonly Admission admission = new(bounds);

    /// <summary>One of the two is null.</summary>
    /// <param name="http">The request; its body is read to its end.</param>
    /// <param name="sender">Whose places it takes.</param>
    public async Task<(AdmittedBatch? Batch, BatchRefusal? Refusal)> EnterAsync(HttpContext http, string sender)
    {
        if (admission.TryEnter(sender, out var own) is not { } place)
        {
            return (null, own
                ? new(StatusCodes.Status429TooManyRequests, $"At most {bounds.MostPerSender} batches of one sender at once.", Soon)
                : new(StatusCodes.Status503ServiceUnavailable, $"At most {bounds.Most} batches at once.", Soon));
        }

        try
        {
            var (body, refusal) = await BatchBody.ReadAsync(http, bounds.Within, clock);
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
public sealed class AdmittedBatch : IDisposable
{
    private readonly BatchBody body;
    private readonly IDisposable place;

    internal AdmittedBatch(BatchBody body, IDisposable place) => (this.body, this.place) = (body, place);

    public ReadOnlyMemory<byte> Bytes => body.Bytes;

    public void Dispose()
    {
        body.Dispose();
        place.Dispose();
    }
}
