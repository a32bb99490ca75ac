using Backbone.Audit.Contracts;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Storage;

public abstract class OutboxTests(SignInHost host) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task State_and_event_commit_together_or_not_at_all()
    {
        var person = await host.NewPersonAsync();
        var (given, kept) = (Event(person.Id), Event(person.Id));
        await WriteAsync(person.Id, "given up", given, commit: false);
        Assert.NotEqual("given up", await NameAsync(person.Id));

        await WriteAsync(person.Id, "kept", kept, commit: true);

        Assert.Equal("kept", await NameAsync(person.Id));
        var audit = await host.AuditAsync();
        Assert.Equal((0, 1), (Count(audit, given), Count(audit, kept)));
    }

    [Fact]
    public async Task A_failed_save_leaves_no_event()
    {
        var person = await host.NewPersonAsync();
        var auditEvent = Event(person.Id);

        await Assert.ThrowsAsync<DbUpdateException>(() => host.InDatabaseAsync(db =>
        {
            db.Record(auditEvent);
            db.SessionGrants.Add(new SessionGrant { SessionId = Guid.CreateVersion7(), AuthorizationId = Guid.CreateVersion7() });
            return db.SaveChangesAsync();
        }));

        Assert.Equal(0, Count(await host.AuditAsync(), auditEvent));
    }

    [Fact]
    public async Task What_a_crash_left_between_commit_and_log_is_in_the_log_before_the_host_is_ready_and_nothing_twice()
    {
        var person = await host.NewPersonAsync();
        var (left, logged) = (Event(person.Id), Event(person.Id));
        await host.Backbone.Services.GetRequiredService<IAuditTrail>().AppendAsync(logged, TestContext.Current.CancellationToken);
        await host.AuditAsync();
        var seal = host.Backbone.Services.GetRequiredService<IdentityOutboxSeal>();
        var address = await host.InDatabaseAsync(db => Task.FromResult((db.Database.GetConnectionString()!, db is PostgresIdentityDb)));
        await host.Backbone.StopAsync();

        // As after kill -9: one event never reached the log, one reached it and was not yet deleted here.
        await using (var db = OutsideDatabase.Open(address, new SealOutbox(() => seal)))
        {
            db.Record(logged);
            db.Record(left);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await host.Backbone.RestartAsync();

        Assert.False(await host.InDatabaseAsync(db => db.Outbox.AnyAsync()));
        var audit = await host.AuditAsync();
        Assert.Equal((1, 1), (Count(audit, left), Count(audit, logged)));
    }

    [Fact]
    public async Task Events_reach_the_log_in_the_order_of_their_commits()
    {
        var person = await host.NewPersonAsync();
        var events = Enumerable.Range(0, 450).Select(_ => Event(person.Id)).ToList();
        await host.InDatabaseAsync(async db =>
        {
            foreach (var auditEvent in events)
            {
                db.Record(auditEvent);
                await db.SaveChangesAsync();
            }

            return true;
        });

        var audit = await host.AuditAsync();
        var places = events.Select(auditEvent => audit.IndexOf(auditEvent.Id.ToString(), StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    private async Task WriteAsync(Guid account, string name, AuditEvent auditEvent, bool commit) => await host.InDatabaseAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        (await db.Users.SingleAsync(a => a.Id == account)).DisplayName = name;
        db.Record(auditEvent);
        await db.SaveChangesAsync();
        if (commit)
        {
            await transaction.CommitAsync();
        }

        return true;
    });

    private Task<string> NameAsync(Guid account) =>
        host.InDatabaseAsync(db => db.Users.Where(a => a.Id == account).Select(a => a.DisplayName).SingleAsync());

    private AuditEvent Event(Guid account) => IdentityEvents.CredentialChanged(new EventContext(host.Clock), IdentityKinds.PasswordChange, account);

    private static int Count(string audit, AuditEvent auditEvent) => audit.Split(auditEvent.Id.ToString()).Length - 1;
}

public sealed class OutboxOnSqliteTests(SqliteSignInHost host) : OutboxTests(host), IClassFixture<SqliteSignInHost>;

public sealed class OutboxOnPostgresTests(PostgresSignInHost host) : OutboxTests(host), IClassFixture<PostgresSignInHost>;
