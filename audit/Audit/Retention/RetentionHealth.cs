using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Retention;

/// <summary>Degraded when events whose time is over could not be deleted; never worse, for nothing is lost by keeping them.</summary>
internal sealed class RetentionHealth(RetentionProgress progress) : IHealthCheck
{
    public const string Name = "audit-retention";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(progress.State.Fault is { } fault
            ? HealthCheckResult.Degraded("audit events whose time is over were not deleted: " + fault)
            : HealthCheckResult.Healthy());
}
