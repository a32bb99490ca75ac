using System.Globalization;
using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.State;

/// <summary>Degraded when an entry is not this host's, or when the event of an administrator's change waits for the log longer than a minute; never worse, for it is kept.</summary>
internal sealed class OutboxHealth(AuditDb db, AuditOutboxSeal seal, LogSigner signer, TimeProvider clock) : IHealthCheck
{
    public const string Name = "audit-outbox";

    /// <summary>Rarely one waits; what is beyond so many is not needed to say that something is wrong.</summary>
    private const int Looked = 100;

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var waiting = await db.Outbox.AsNoTracking().Where(entry => entry.Origin == signer.Origin && entry.Event.Length <= AuditEventJson.MaxBytes)
            .OrderBy(entry => entry.Place).Take(Looked).ToListAsync(cancellationToken);
        if (waiting.Find(entry => !seal.Holds(entry)) is { } foreign)
        {
            return HealthCheckResult.Degraded(
                $"entry {foreign.Sequence} of the audit database's outbox was not written by this host: somebody changed the database, or the key file");
        }

        return waiting.Count > 0 && TimeSpan.FromTicks(clock.GetUtcNow().UtcTicks - waiting[0].Place) is var age && age > Late
            ? HealthCheckResult.Degraded(string.Create(
                CultureInfo.InvariantCulture, $"the event of an administrator's change waits for the audit log since {age.TotalMinutes:F0} min"))
            : HealthCheckResult.Healthy();
    }
}
