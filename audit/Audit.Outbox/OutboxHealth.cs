using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Outbox;

/// <summary>Degraded when a row of the outbox was refused, or one waits for the log longer than a minute; never worse, for it is kept.</summary>
internal sealed class OutboxHealth<TDb>(TDb db, ModuleOutbox<TDb> outbox, TimeProvider clock) : IHealthCheck
    where TDb : DbContext
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var refused = await db.Set<OutboxEntry>().CountAsync(entry => entry.RefusedAt != null, cancellationToken);
        if (refused > 0)
        {
            return HealthCheckResult.Degraded(string.Create(
                CultureInfo.InvariantCulture,
                $"{refused} entries of {outbox.Name}'s outbox are kept from the audit log: not written by a host with this master key, so somebody changed the database, or longer than the log takes; see host doctor"));
        }

        var oldest = await db.Set<OutboxEntry>().OrderBy(entry => entry.Place).Select(entry => (long?)entry.Place).FirstOrDefaultAsync(cancellationToken);
        return oldest is { } place && TimeSpan.FromTicks(clock.GetUtcNow().UtcTicks - place) is var age && age > Late
            ? HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"an event waits for the audit log since {age.TotalMinutes:F0} min"))
            : HealthCheckResult.Healthy();
    }
}
