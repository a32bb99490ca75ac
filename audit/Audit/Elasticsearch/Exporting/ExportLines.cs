using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>The log lines of the export: 3300 to 3329.</summary>
internal static partial class ExportLines
{
    [LoggerMessage(3300, LogLevel.Information, "Audit events go to Elasticsearch, data stream {Stream}, from event {Next} on; indices are kept by {Lifecycle}")]
    public static partial void Begins(ILogger logger, string stream, long next, string lifecycle);

    [LoggerMessage(3301, LogLevel.Warning, "The export of audit events stands still; the log goes on: {Reason}")]
    public static partial void StandsStill(ILogger logger, string reason);

    [LoggerMessage(3302, LogLevel.Information, "The export of audit events goes on")]
    public static partial void GoesOn(ILogger logger);

    [LoggerMessage(3303, LogLevel.Warning, "Elasticsearch will not take {Count} audit events, first {Index}: {Status} {Type}. Why: {Path}")]
    public static partial void DeadLetters(ILogger logger, int count, long index, int status, string type, string path);

    [LoggerMessage(3304, LogLevel.Warning, "The credentials may not install the index template of Elasticsearch; what an operator installed before is in force")]
    public static partial void TemplateNotInstalled(ILogger logger);

    [LoggerMessage(3305, LogLevel.Information, "Elasticsearch index rolled over: {Index}")]
    public static partial void RolledOver(ILogger logger, string index);

    [LoggerMessage(3306, LogLevel.Information, "Elasticsearch index {Index} deleted: its newest event is {Newest}, older than it is to be kept")]
    public static partial void Deleted(ILogger logger, string index, string newest);

    [LoggerMessage(3307, LogLevel.Error, "The export of audit events begins anew after an error: {Reason}")]
    public static partial void BeginsAnew(ILogger logger, string reason, Exception cause);

    [LoggerMessage(3308, LogLevel.Warning, "The indices of Elasticsearch could not be looked after: {Reason}")]
    public static partial void NotKept(ILogger logger, string reason);
}
