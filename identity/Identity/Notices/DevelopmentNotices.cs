using Backbone.Platform.Web;
using Microsoft.Extensions.Logging;

namespace Backbone.Identity.Notices;

/// <summary>
/// Sends nothing: keeps the last notices in this process's memory for <c>/dev/notices</c>. Owner of the list: this class, under its lock.
/// </summary>
internal sealed partial class DevelopmentNotices : INoticeSender
{
    public const int Kept = 200;

    private readonly Lock gate = new();
    private readonly Queue<Notice> notices = new(Kept);

    public DevelopmentNotices(BackboneOptions options, ILogger<IdentityModule> log)
    {
        if (!options.Demo)
        {
            NoGateway(log);
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Notice> Latest
    {
        get
        {
            lock (gate)
            {
                return [.. notices.Reverse()];
            }
        }
    }

    public ValueTask SendAsync(Notice notice, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (notices.Count == Kept)
            {
                notices.Dequeue();
            }

            notices.Enqueue(notice);
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(1400, LogLevel.Warning, "No gateway for messages is configured: codes and notices stay in memory and reach nobody.")]
    private static partial void NoGateway(ILogger log);
}
