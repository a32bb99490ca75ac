using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// Unhealthy when events that fail closed are refused: the spool stopped, or is full. Degraded when it fills, when nothing goes on, when the log
/// refused events or some were dropped: then somebody should look, and the host goes on.
/// </summary>
internal sealed class SpoolHealth(SpoolTrail spool, ForwardProgress progress, RefusedEvents refused, TimeProvider clock) : IHealthCheck
{
    public const string Name = "audit-spool";

    /// <summary>A log's host that restarts is no fault.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    /// <summary>A second host from the same image comes again within it.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (spool.Failure is { } failure)
        {
            return HealthCheckResult.Unhealthy("the audit spool stopped after a storage error; restart once the disk is sound", failure);
        }

        if (!spool.IsAccepting)
        {
            return HealthCheckResult.Unhealthy("the audit spool is closed");
        }

        var waiting = spool.Records.EndIndex - progress.Next;
        if (spool.IsFull)
        {
            return HealthCheckResult.Unhealthy($"the audit spool is full: {waiting} events, {spool.MostBytes} bytes");
        }

        if (progress.Fault is { } fault && clock.GetUtcNow() - fault.Since > Tolerated)
        {
            return HealthCheckResult.Degraded($"{waiting} audit events wait for the log since {fault.Since:u}: {fault.Reason}. {fault.Cure}");
        }

        if (progress.LastReuse is { } reuse && clock.GetUtcNow() - reuse < Remembered)
        {
            return HealthCheckResult.Degraded($"at {reuse:u} audit events came to the log under numbers that others had before; they are in the log. {ForwardTrouble.ReuseCure}");
        }

        if (spool.Bytes > spool.MostBytes / 5 * 4)
        {
            return HealthCheckResult.Degraded($"the audit spool takes {spool.Bytes} of {spool.MostBytes} bytes");
        }

        if (spool.Drops.Waiting is > 0 and var dropped)
        {
            return HealthCheckResult.Degraded($"{dropped} audit events were dropped, which no event says yet");
        }

        return refused.Bytes > 0
            ? HealthCheckResult.Degraded($"the log refused events; see {refused.FullPath}, and move the file once they are dealt with")
            : HealthCheckResult.Healthy();
    }
}
