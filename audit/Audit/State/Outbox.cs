using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;
using Backbone.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Audit.State;

/// <summary>
/// What people change in this module's database, and the event that tells of it, commit in one transaction: after a crash both are there or
/// neither. From here the event comes into the log before the answer leaves, or at the next start before anything listens.
/// </summary>
internal sealed class Outbox(AuditDb db, SegmentLog log, IAuditTrail trail, LogSigner signer)
{
    /// <summary>Commits what was changed in the context together with the event, and hands that to the log.</summary>
    /// <exception cref="AuditUnavailableException">
    /// The log takes nothing, and nothing was changed. If it stopped at this very moment the change stands, and its event comes with the next start.
    /// </exception>
    public async Task SaveAsync(AuditEvent told, CancellationToken cancellation)
    {
        if (!log.IsAccepting)
        {
            throw new AuditUnavailableException("the audit log takes no events, so nothing is changed");
        }

        db.Outbox.Add(new OutboxEntry { Origin = signer.Origin, EventId = told.Id.Value, Event = AuditEventJson.Encode(told) });
        await db.SaveChangesAsync(cancellation);

        // It stands, whether or not the person still waits for the answer.
        await CarryAsync(CancellationToken.None);
    }

    /// <summary>
    /// Hands everything that waits to the log, in the order of the commits, and forgets it once it is on disk there. The log knows a second copy by
    /// its id, so that two requests, or a crash in between, may carry the same one.
    /// </summary>
    public async Task CarryAsync(CancellationToken cancellation)
    {
        foreach (var entry in await db.Outbox.AsNoTracking().Where(entry => entry.Origin == signer.Origin).OrderBy(entry => entry.Sequence).ToListAsync(cancellation))
        {
            await trail.AppendAsync(new EventId(entry.EventId), entry.Event, cancellation);
            await db.Outbox.Where(carried => carried.Sequence == entry.Sequence).ExecuteDeleteAsync(cancellation);
        }
    }
}

/// <summary>Carries what a crash left between commit and log. Registered after the log has been held against what it signed.</summary>
internal sealed class CarryLeftEvents(IServiceScopeFactory scopes) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Outbox>().CarryAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
