using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Forwarding;

/// <summary>The log lines of forwarding: 3400 to 3419.</summary>
internal static partial class ForwardLines
{
    [LoggerMessage(3400, LogLevel.Information, "Audit events go to the log at {Url} by way of the spool {Directory}, which holds {Waiting} that it has not acknowledged")]
    public static partial void Opened(ILogger logger, string url, string directory, long waiting);

    [LoggerMessage(3401, LogLevel.Warning, "Audit events wait in the spool; this host goes on: {Reason}. {Cure}")]
    public static partial void StandsStill(ILogger logger, string reason, string cure);

    [LoggerMessage(3402, LogLevel.Information, "Audit events go on to the log, from event {Next} of the spool")]
    public static partial void GoesOn(ILogger logger, long next);

    [LoggerMessage(3403, LogLevel.Error, "The log will not take {Count} audit events of this host, first {Sequence} of the spool: {Reason}. They lie in {Path}")]
    public static partial void Refused(ILogger logger, int count, long sequence, string reason, string path);

    [LoggerMessage(3404, LogLevel.Warning, "The log has less of this spool than it had acknowledged; events are sent again from {Next} on, instead of {Before}")]
    public static partial void GoesBack(ILogger logger, long next, long before);

    [LoggerMessage(3405, LogLevel.Error, "Forwarding of audit events begins anew after an error: {Reason}")]
    public static partial void BeginsAnew(ILogger logger, string reason, Exception cause);

    [LoggerMessage(3406, LogLevel.Warning, "Spool: torn tail cut from {Path} at offset {Offset}: {Bytes} bytes that were never acknowledged")]
    public static partial void TailCut(ILogger logger, string path, long offset, long bytes);

    [LoggerMessage(3407, LogLevel.Warning, "The cursor {Path} is not of this spool {Spool} as it is: its folder was restored from a copy, or begun anew. Events are sent again from {Next} on; the log recognises those it has")]
    public static partial void CursorOfAnother(ILogger logger, string path, Guid spool, long next);

    [LoggerMessage(3408, LogLevel.Error, "{Count} audit events of this host, first {Sequence} of the spool, came to the log under numbers that others had before. They are in the log. {Cure}")]
    public static partial void Reused(ILogger logger, int count, long sequence, string cure);
}
