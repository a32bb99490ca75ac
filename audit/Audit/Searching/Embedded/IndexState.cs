using Backbone.Audit.Appending;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>Whether feeding goes on, for pages and health.</summary>
internal sealed class IndexState
{
    private volatile Exception? failure;

    /// <summary>Why the index is not being fed; null when it is.</summary>
    public Exception? Failure => failure;

    public void Fail(Exception cause) => failure = cause;

    public void Succeed() => failure = null;
}

/// <summary>Degraded while the index is not being fed: searches go on and say how far they see.</summary>
internal sealed class EmbeddedIndexHealth(IndexState state, EmbeddedIndex index, SegmentLog log) : IHealthCheck
{
    public const string Name = "audit-index";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        state.Failure is { } failure
            ? HealthCheckResult.Degraded($"the event index is {log.Records.EndIndex - index.Views.Newest.End} events behind: {failure.Message}", failure)
            : HealthCheckResult.Healthy());
}

internal static partial class EmbeddedIndexLines
{
    [LoggerMessage(3250, LogLevel.Information, "Event index opened with {Files} files up to event {End} of {LogEnd}")]
    public static partial void Opened(ILogger logger, int files, long end, long logEnd);

    [LoggerMessage(3251, LogLevel.Warning, "Event index: file {File} is dropped, its events are read from the log again where it has them: {Reason}")]
    public static partial void Dropped(ILogger logger, string file, string reason);

    [LoggerMessage(3252, LogLevel.Information, "Event index: events {From} to {Until} are being made again from the log")]
    public static partial void Filled(ILogger logger, long from, long until);

    [LoggerMessage(3253, LogLevel.Error, "Event index: feeding failed and is tried again: {Reason}")]
    public static partial void Failed(ILogger logger, string reason, Exception cause);

    [LoggerMessage(3254, LogLevel.Debug, "Event index: leaf {Index} is no event and is found by its index and hash only")]
    public static partial void Unreadable(ILogger logger, long index);
}
