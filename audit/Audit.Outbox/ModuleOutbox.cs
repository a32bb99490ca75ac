using System.Threading.Channels;
using Backbone.Audit.Contracts;
using Backbone.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Outbox;

/// <summary>
/// A module's outbox: a table of its own database in which audit events commit together with the state they tell of, and from which they go to the
/// log in order, each once. Registered for the module's context by <see cref="OutboxSetup.AddOutbox{TDb}"/>.
/// </summary>
/// <typeparam name="TDb">The module's context, which maps <see cref="OutboxEntry"/> (<see cref="OutboxSetup.MapOutbox"/>).</typeparam>
/// <param name="name">The module's name, as its database and health check are called.</param>
/// <param name="relayLock">Number of PostgreSQL's advisory lock: one relay at a time among all hosts, so that the order holds. Each module has its own.</param>
/// <param name="seal">Asked for when there is something to seal: who only looks at the database must make no key.</param>
public sealed class ModuleOutbox<TDb>(string name, long relayLock, Func<OutboxSeal> seal)
    where TDb : DbContext
{
    /// <summary>One bell between writers and the relay; ringing twice before it is heard is one ring.</summary>
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public string Name => name;

    public OutboxSeal Seal => seal();

    internal long RelayLock => relayLock;

    internal void Ring() => bell.Writer.TryWrite(true);

    internal async Task HeardAsync(CancellationToken cancellation) => await bell.Reader.ReadAsync(cancellation);
}

/// <summary>Registers and maps a module's outbox.</summary>
public static class OutboxSetup
{
    /// <summary>Registers the relay and its health check; the relay drains before the host listens, so call it after what brings the schema up to date.</summary>
    public static void AddOutbox<TDb>(this IServiceCollection services, string name, long relayLock, Func<IServiceProvider, OutboxSeal> seal)
        where TDb : DbContext
    {
        services.AddSingleton(provider => new ModuleOutbox<TDb>(name, relayLock, () => seal(provider)));
        services.AddHostedService<OutboxRelay<TDb>>();
        services.AddHealthChecks().AddCheck<OutboxHealth<TDb>>(name + "-outbox", HealthStatus.Degraded);
    }

    /// <summary>What the module's context must pass through, for its events to be sealed and heard of.</summary>
    public static IInterceptor[] OutboxInterceptors<TDb>(this IServiceProvider services)
        where TDb : DbContext
    {
        var outbox = services.GetRequiredService<ModuleOutbox<TDb>>();
        return [new SealOutbox(() => outbox.Seal), new OutboxWake<TDb>(outbox)];
    }

    public static void MapOutbox(this ModelBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Entity<OutboxEntry>(entry =>
        {
            entry.ToTable("Outbox");
            entry.HasKey(e => e.Sequence);
            entry.Property(e => e.Sequence).ValueGeneratedOnAdd();
            entry.HasIndex(e => e.EventId).IsUnique();
            entry.HasIndex(e => e.Place);
        });
    }

    /// <summary>
    /// Adds the event to the same unit of work as the state it tells of: the next <c>SaveChanges</c> commits both or neither. The relay
    /// carries it to the audit log afterwards.
    /// </summary>
    public static void Record(this DbContext db, AuditEvent auditEvent)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(auditEvent);
        db.Set<OutboxEntry>().Add(new OutboxEntry { EventId = auditEvent.Id.Value, Event = AuditEventJson.Encode(auditEvent) });
    }
}
