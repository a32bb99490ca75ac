using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Backbone.Credit.Grading;

/// <summary>How the rounds go on this host; for the check of health.</summary>
internal sealed class GradingProgress
{
    private volatile string? failure;
    private long succeeded;

    public string? Failure => failure;

    /// <summary>When a round last came to its end; null before the first.</summary>
    public DateTimeOffset? Succeeded => Volatile.Read(ref succeeded) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public void Succeed(DateTimeOffset now)
    {
        Volatile.Write(ref succeeded, now.UtcTicks);
        failure = null;
    }

    public void Fail(string message) => failure = message;
}

/// <summary>Degraded while rounds fail: grades are then those of before, and facts that came since have no effect.</summary>
internal sealed class GradingHealth(GradingProgress progress) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        progress.Failure is { } failure
            ? HealthCheckResult.Degraded($"grades are not brought up to date{Since()}: {failure}")
            : HealthCheckResult.Healthy());

    private string Since() => progress.Succeeded is { } last ? " since " + last.ToString("u", CultureInfo.InvariantCulture) : "";
}

internal static partial class GradingLines
{
    [LoggerMessage(2100, LogLevel.Information, "Shard {Shard}: {Entities} organisations have a grade, {Evaluated} were computed anew, {Changed} changed")]
    public static partial void Graded(ILogger logger, string shard, long entities, long evaluated, long changed);

    [LoggerMessage(2101, LogLevel.Error, "Grades could not be brought up to date: {Reason}")]
    public static partial void Failed(ILogger logger, string reason, Exception failure);
}
