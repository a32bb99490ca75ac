using System.Globalization;
using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.State;

/// <summary>Degraded when an entry is not this host's, or when the event of an administrator's change waits for the log longer than a minute; never worse, for it is kept.</summary>
internal sealed class OutboxHealth(AuditDb db, OutboxSeal seal, LogSigner signer, TimeProvider clock) : IHealthCheck
{
    public const string Name = "audit-outbox";

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var oldest = await db.Outbox.AsNoTracking().Where(entry => entry.Origin == signer.Origin)
            .OrderBy(entry => entry.Sequence).FirstOrDefaultAsync(cancellationToken);
        if (oldest is null)
        {
            return HealthCheckResult.Healthy();
        }

        if (seal.Open(oldest) is not { } told)
        {
            return HealthCheckResult.Degraded($"entry {oldest.Sequence} of the audit database's outbox was not written by this host: somebody changed the database, or the key file");
        }

        return clock.GetUtcNow() - AuditEventJson.Decode(told).Timestamp is var age && age > Late
            ? HealthCheckResult.Degraded(string.Create(
                CultureInfo.InvariantCulture, $"the event of an administrator's change waits for the audit log since {age.TotalMinutes:F0} min"))
            : HealthCheckResult.Healthy();
    }
}
