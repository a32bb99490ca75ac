using Backbone.Audit.Appending;
using Backbone.Platform.Web;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Backbone.Audit;

/// <summary>Unhealthy when the log takes no events; degraded when its disk is nearly full, before it is (NIST SP 800-53 AU-5(1)).</summary>
internal sealed class AuditLogHealth(SegmentLog log, BackboneOptions platform, IOptions<AuditOptions> options) : IHealthCheck
{
    public const string Name = "audit-log";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        return Task.FromResult(Check());
    }

    private HealthCheckResult Check()
    {
        if (log.Failure is { } failure)
        {
            return HealthCheckResult.Unhealthy("the audit log stopped after a storage error; restart once the disk is sound", failure);
        }

        if (!log.IsAccepting)
        {
            return HealthCheckResult.Unhealthy("the audit log is closed");
        }

        var free = new DriveInfo(Path.GetFullPath(platform.PathOf("audit", "log"))).AvailableFreeSpace >> 20;
        return free < options.Value.WarnFreeMegabytes
            ? HealthCheckResult.Degraded($"{free} MiB free on the audit log's disk; {options.Value.WarnFreeMegabytes} wanted")
            : HealthCheckResult.Healthy();
    }
}
