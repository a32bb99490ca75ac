using System.Globalization;
using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.State;

/// <summary>Degraded when the event of an administrator's change waits for the log longer than a minute; never worse, for it is kept.</summary>
internal sealed class OutboxHealth(AuditDb db, LogSigner signer, TimeProvider clock) : IHealthCheck
{
    public const string Name = "audit-outbox";

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var oldest = await db.Outbox.AsNoTracking().Where(entry => entry.Origin == signer.Origin)
            .OrderBy(entry => entry.Sequence).Select(entry => entry.Event).FirstOrDefaultAsync(cancellationToken);
        return oldest is not null && clock.GetUtcNow() - AuditEventJson.Decode(oldest).Timestamp is var age && age > Late
            ? HealthCheckResult.Degraded(string.Create(
                CultureInfo.InvariantCulture, $"the event of an administrator's change waits for the audit log since {age.TotalMinutes:F0} min"))
            : HealthCheckResult.Healthy();
    }
}
