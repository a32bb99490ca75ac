using Backbone.Audit.Integrating;

namespace Backbone.Audit.Publishing;

/// <summary>For callers who want more than "on disk": waits until an event is under a published checkpoint.</summary>
public sealed class AuditPublication
{
    private readonly PublishedLog published;

    internal AuditPublication(PublishedLog published)
    {
        this.published = published;
    }

    /// <summary>Completes once the newest signed checkpoint covers the event.</summary>
    /// <param name="index">As <c>IAuditTrail.AppendAsync</c> gave it.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task WaitAsync(long index, CancellationToken cancellation) => published.WaitPublishedAsync(index, cancellation);
}
