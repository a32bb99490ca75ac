using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>The log lines of spools that are received: 3220 to 3229.</summary>
internal static partial class SpoolLines
{
    [LoggerMessage(3220, LogLevel.Warning, "The host {Client} goes on with event {First} of its spool {Spool}, and this log has those before {Next} only; it is asked to go back")]
    public static partial void Behind(ILogger logger, string client, Guid spool, long first, long next);

    [LoggerMessage(3221, LogLevel.Error, "Events {From} to before {To} of the spool {Spool} of host {Client} are neither in this log nor any more at that host")]
    public static partial void Missing(ILogger logger, string client, Guid spool, long from, long to);

    [LoggerMessage(3223, LogLevel.Warning, "The marks of spools could not be moved on: {Reason}")]
    public static partial void NotMoved(ILogger logger, string reason);

    [LoggerMessage(3222, LogLevel.Warning, "{Refused} of {Count} events forwarded by the host {Client} were refused; they lie in its file of refused events")]
    public static partial void Refused(ILogger logger, int refused, int count, string client);

    [LoggerMessage(3224, LogLevel.Error, "{Reused} of {Count} events from {First} on of the spool {Spool} of host {Client} came under numbers that others had before: its disk was rolled back, or two hosts share one image. They are in the log; see docs/forwarding.md")]
    public static partial void Reused(ILogger logger, int reused, int count, long first, Guid spool, string client);
}
