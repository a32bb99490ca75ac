using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>The log lines of holding the index against the log: 3330 to 3349.</summary>
internal static partial class ReconcileLines
{
    [LoggerMessage(3330, LogLevel.Information, "Elasticsearch, {Stream}: events {From} to {End} are as the log has them")]
    public static partial void Sound(ILogger logger, string stream, long from, long end);

    [LoggerMessage(
        3331, LogLevel.Warning,
        "Elasticsearch, {Stream}, held against the log, events {From} to {End}: {Missing} were missing, {Twice} were there more than once. "
        + "Delivered {Delivered}, refused {Refused}, removed {Removed}, may not be removed {Kept}")]
    public static partial void Found(
        ILogger logger, string stream, long from, long end, long missing, long twice, long delivered, long refused, long removed, long kept);

    [LoggerMessage(3332, LogLevel.Warning, "Elasticsearch, {Stream}, events {First} to {Last}: {Missing} were missing, {Twice} were there more than once")]
    public static partial void Range(ILogger logger, string stream, long first, long last, long missing, long twice);

    [LoggerMessage(3333, LogLevel.Information, "The index in Elasticsearch is not held against the log now: process {Owner} has it")]
    public static partial void Skipped(ILogger logger, string owner);

    [LoggerMessage(3334, LogLevel.Information, "Holding {Stream} against the log rests at event {Next} while the export is behind")]
    public static partial void Yields(ILogger logger, string stream, long next);

    [LoggerMessage(3335, LogLevel.Warning, "The index in Elasticsearch could not be held against the log, and is tried again: {Reason}")]
    public static partial void NotDone(ILogger logger, string reason, Exception cause);
}
