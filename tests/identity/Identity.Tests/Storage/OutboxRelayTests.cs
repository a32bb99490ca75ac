using Backbone.Audit.Contracts;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Identity.Tests.Storage;

/// <summary>The relay alone, on a database of its own and a log that fails as told.</summary>
public sealed class OutboxRelayTests
{
    [Fact]
    public async Task A_fault_of_any_kind_stops_the_relay_for_a_moment_and_not_until_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("outbox-relay-").FullName;
        var seal = new IdentityOutboxSeal(new MasterKey(new byte[MasterKey.Size]), TimeProvider.System);
        var options = new DbContextOptionsBuilder<SqliteIdentityDb>().UseSqlite($"Data Source={Path.Combine(folder, "identity.db")};Pooling=False")
            .UseApplicationServiceProvider(DesignTimeOptions.Create()).AddInterceptors(new SealOutbox(() => seal)).Options;
        await using var services = new ServiceCollection().AddScoped<IdentityDb>(_ => new SqliteIdentityDb(options)).BuildServiceProvider();
        var trail = new FailsOnce();
        using var relay = new OutboxRelay<IdentityDb>(
            services.GetRequiredService<IServiceScopeFactory>(), trail, new ModuleOutbox<IdentityDb>("identity", 1, () => seal), TimeProvider.System,
            NullLogger<OutboxRelay<IdentityDb>>.Instance);
        await using (var db = new SqliteIdentityDb(options))
        {
            await db.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
            db.Record(IdentityEvents.CredentialChanged(new EventContext(TimeProvider.System), IdentityKinds.PasswordChange, Guid.CreateVersion7()));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await relay.StartAsync(TestContext.Current.CancellationToken);
        await trail.Taken.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await relay.StopAsync(TestContext.Current.CancellationToken);

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>As Npgsql's strategy does: what passes by itself comes as an InvalidOperationException.</summary>
    private sealed class FailsOnce : IAuditTrail
    {
        private bool failed;

        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default)
        {
            if (!failed)
            {
                failed = true;
                throw new InvalidOperationException("An exception has been raised that is likely due to a transient failure.");
            }

            Taken.TrySetResult();
            return new(0L);
        }

        public ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default) =>
            AppendAsync(AuditEventJson.Decode(encoded), cancellation);
    }
}
