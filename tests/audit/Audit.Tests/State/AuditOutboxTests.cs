using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;
using Backbone.Audit.State;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Audit.Tests.State;

/// <summary>What administrators change and the event that tells of it: both or neither, and in the log once. On both databases.</summary>
public abstract class AuditOutboxTests
{
    [Fact]
    public async Task A_change_that_the_database_refuses_leaves_no_event()
    {
        await using var host = await StartAsync();
        var held = Held();
        await InDatabaseAsync(host, async (db, outbox) =>
        {
            db.HeldDisclosures.Add(held);
            await outbox.SaveAsync(TemporaryLog.SignIn(), TestContext.Current.CancellationToken);
        });
        Assert.Equal(1, host.Log.Records.EndIndex);
        await Assert.ThrowsAsync<DbUpdateException>(() => InDatabaseAsync(host, async (db, outbox) =>
        {
            db.HeldDisclosures.Add(held);
            await outbox.SaveAsync(TemporaryLog.SignIn(), TestContext.Current.CancellationToken);
        }));
        await CarryAsync(host);
        Assert.Equal(1, host.Log.Records.EndIndex);
    }

    [Fact]
    public async Task What_a_crash_left_between_commit_and_log_is_in_the_log_before_the_host_listens_and_nothing_twice()
    {
        await using var host = await StartAsync();
        var (left, logged, anothers) = (TemporaryLog.SignIn(), TemporaryLog.SignIn(), TemporaryLog.SignIn());
        await host.Log.AppendAsync(logged, TestContext.Current.CancellationToken);

        // As after kill -9: one event never reached the log, one reached it and was not yet forgotten here. And one of another host's log.
        var origin = host.Services.GetRequiredService<LogSigner>().Origin;
        await InDatabaseAsync(host, async (db, _) =>
        {
            db.Outbox.AddRange(Entry(logged, origin), Entry(left, origin), Entry(anothers, "another.example/audit/tlog"));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        await CarryAsync(host);

        var log = string.Concat(host.Log.Records.Read(0, int.MaxValue).Select(record => System.Text.Encoding.UTF8.GetString(record.Payload)));
        Assert.Equal((1, 1, 0), (Count(log, logged), Count(log, left), Count(log, anothers)));
        await InDatabaseAsync(host, async (db, _) =>
            Assert.Equal(anothers.Id.Value, (await db.Outbox.SingleAsync(TestContext.Current.CancellationToken)).EventId));
    }

    [Fact]
    public async Task A_log_that_takes_nothing_changes_nothing()
    {
        await using var host = await StartAsync();
        await host.Log.DisposeAsync();
        await Assert.ThrowsAsync<AuditUnavailableException>(() => InDatabaseAsync(host, async (db, outbox) =>
        {
            db.HeldDisclosures.Add(Held());
            await outbox.SaveAsync(TemporaryLog.SignIn(), TestContext.Current.CancellationToken);
        }));
        await InDatabaseAsync(host, async (db, _) =>
        {
            Assert.False(await db.HeldDisclosures.AnyAsync(TestContext.Current.CancellationToken));
            Assert.False(await db.Outbox.AnyAsync(TestContext.Current.CancellationToken));
        });
    }

    private protected abstract Task<ConsoleHost> StartAsync();

    private static OutboxEntry Entry(AuditEvent told, string origin) => new() { Origin = origin, EventId = told.Id.Value, Event = AuditEventJson.Encode(told) };

    private static int Count(string log, AuditEvent told) => log.Split(told.Id.ToString()).Length - 1;

    /// <summary>What the next start does first.</summary>
    private static Task CarryAsync(ConsoleHost host) =>
        host.Services.GetServices<IHostedService>().OfType<CarryLeftEvents>().Single().StartingAsync(TestContext.Current.CancellationToken);

    private static async Task InDatabaseAsync(ConsoleHost host, Func<AuditDb, Outbox, Task> work)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<AuditDb>(), scope.ServiceProvider.GetRequiredService<Outbox>());
    }

    private static HeldDisclosure Held() => new()
    {
        Id = Guid.CreateVersion7(),
        EventId = Guid.CreateVersion7(),
        LegalBasis = "刑事诉讼法第一百五十二条",
        RequestedBy = Guid.CreateVersion7(),
        RequestedAt = TimeProvider.System.GetUtcNow(),
    };
}

public sealed class AuditOutboxOnSqliteTests : AuditOutboxTests
{
    private protected override Task<ConsoleHost> StartAsync() => ConsoleHost.StartAsync();
}

public sealed class AuditOutboxOnPostgresTests : AuditOutboxTests
{
    private protected override async Task<ConsoleHost> StartAsync() => await ConsoleHost.StartAsync(postgres: await PostgresServer.CreateDatabaseAsync());
}
