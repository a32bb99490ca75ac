using System.Net;
using System.Text;
using Backbone.Audit.Contracts;
using Backbone.Audit.Doctor;
using Backbone.Audit.Privacy;
using Backbone.Audit.Publishing;
using Backbone.Audit.State;
using Backbone.Platform.Storage;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

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
            db.Outbox.AddRange(Entry(host, logged, origin), Entry(host, left, origin), Entry(host, anothers, "another.example/audit/tlog"));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        await CarryAsync(host);

        var log = Text(host);
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

    [Fact]
    public async Task What_the_database_did_not_forget_is_in_the_log_once_however_many_events_come_before_it_does()
    {
        var faults = new FaultyOutbox { Refused = "DELETE" };
        await using var host = await StartAsync(services =>
        {
            faults.On(services);
            services.Configure<AuditOptions>(options => options.DeduplicationWindow = 1_000);
        });
        var told = TemporaryLog.SignIn();
        await InDatabaseAsync(host, (_, outbox) => outbox.SaveAsync(told, TestContext.Current.CancellationToken));
        await Task.WhenAll(Enumerable.Range(0, 1_100).Select(_ => host.Log.AppendAsync(TemporaryLog.SignIn(), TestContext.Current.CancellationToken).AsTask()));

        faults.Refused = null;
        await faults.CarriedAsync();

        Assert.Equal(1_101, host.Log.Records.EndIndex);
        Assert.Equal(1, Count(Text(host), told));
        await InDatabaseAsync(host, async (db, _) => Assert.False(await db.Outbox.AnyAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_change_that_stands_is_answered_as_done_and_its_event_comes_by_itself_when_it_can()
    {
        var faults = new FaultyOutbox();
        await using var host = await StartAsync(faults.On);
        faults.Refused = "SELECT";
        var before = host.Log.Records.EndIndex;

        var answer = await host.PostAsync("/console/audit?last=24h", "/console/audit/saved", ("name", "今日"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.DoesNotContain("audit-search-save", Text(host, before), StringComparison.Ordinal);
        faults.Refused = null;
        await faults.CarriedAsync();
        Assert.Contains("audit-search-save", Text(host, before), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_watches_the_host_hears_of_an_event_that_waits_longer_than_a_minute()
    {
        var faults = new FaultyOutbox { Refused = "DELETE" };
        await using var host = await StartAsync(faults.On);
        await InDatabaseAsync(host, (_, outbox) => outbox.SaveAsync(TemporaryLog.SignIn(), TestContext.Current.CancellationToken));
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(host)).Status);

        var earlier = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(-5));
        var old = Entry(host, TemporaryLog.SignIn(), host.Services.GetRequiredService<LogSigner>().Origin, earlier);
        await InDatabaseAsync(host, (db, _) => db.Outbox.ExecuteUpdateAsync(
            set => set.SetProperty(entry => entry.EventId, old.EventId).SetProperty(entry => entry.Event, old.Event)
                .SetProperty(entry => entry.Place, old.Place).SetProperty(entry => entry.Seal, old.Seal),
            TestContext.Current.CancellationToken));

        var late = await HealthAsync(host);
        Assert.Equal(HealthStatus.Degraded, late.Status);
        Assert.Contains("5 min", late.Entries[OutboxHealth.Name].Description, StringComparison.Ordinal);
        var found = Assert.Single(await DoctorAsync(host));
        Assert.Equal(DoctorSeverity.Warning, found.Severity);
        Assert.StartsWith("1 events wait for the audit log, the oldest since", found.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no seal")]
    [InlineData("seal of another event")]
    [InlineData("seal for another log")]
    [InlineData("another event under its seal")]
    [InlineData("another id")]
    [InlineData("another place in the order")]
    public async Task Who_can_write_in_the_database_puts_no_event_into_the_log_and_what_is_true_does_not_wait_for_it(string forged)
    {
        await using var host = await StartAsync();
        var origin = host.Services.GetRequiredService<LogSigner>().Origin;
        var (told, right) = (TemporaryLog.SignIn(), TemporaryLog.SignIn());
        var (lie, truth) = (Entry(host, told, origin), Entry(host, right, origin));
        lie = new OutboxEntry
        {
            Origin = origin,
            EventId = forged == "another id" ? Guid.CreateVersion7() : told.Id.Value,
            Place = forged == "another place in the order" ? lie.Place - 1 : lie.Place,
            Event = forged == "another event under its seal" ? AuditEventJson.Encode(TemporaryLog.SignIn() with { Id = told.Id }) : lie.Event,
            Seal = forged switch
            {
                "no seal" => null,
                "seal of another event" => truth.Seal,
                "seal for another log" => Entry(host, told, "another.example/audit/tlog").Seal,
                _ => lie.Seal,
            },
        };
        await InDatabaseAsync(host, async (db, _) =>
        {
            db.Outbox.Add(lie);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            db.Outbox.Add(truth);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        await CarryAsync(host);

        var log = Text(host);
        Assert.Equal((0, 1), (Count(log, told), Count(log, right)));
        var health = await HealthAsync(host);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("was not written by this host", health.Entries[OutboxHealth.Name].Description, StringComparison.Ordinal);
        Assert.Equal(DoctorSeverity.Problem, Assert.Single(await DoctorAsync(host)).Severity);
    }

    [Fact]
    public async Task What_is_true_comes_into_the_log_from_behind_a_table_filled_by_hand_and_no_more_than_a_page_of_it_is_in_memory()
    {
        var reads = new FaultyOutbox();
        await using var host = await StartAsync(reads.On);
        var origin = host.Services.GetRequiredService<LogSigner>().Origin;
        var right = TemporaryLog.SignIn();
        await InDatabaseAsync(host, async (db, _) =>
        {
            // The same place for all: only their sequence tells them apart.
            db.Outbox.AddRange(Enumerable.Range(0, 1_050).Select(_ => new OutboxEntry
            {
                Origin = origin,
                EventId = Guid.CreateVersion7(),
                Place = 1,
                Event = AuditEventJson.Encode(TemporaryLog.SignIn()),
            }));
            db.Outbox.Add(new OutboxEntry { Origin = origin, EventId = Guid.CreateVersion7(), Place = 1, Event = new byte[OutboxSurvey.LongestEvent + 1] });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            db.Outbox.Add(Entry(host, right, origin));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        await CarryAsync(host);

        Assert.Equal(1, host.Log.Records.EndIndex);
        Assert.Equal(1, Count(Text(host), right));
        Assert.InRange(reads.MostReads, 2, 101);
        await InDatabaseAsync(host, async (db, _) => Assert.Equal(1_051, await db.Outbox.CountAsync(TestContext.Current.CancellationToken)));
    }

    private protected abstract Task<ConsoleHost> StartAsync(Action<IServiceCollection>? adjust = null);

    private static Task<HealthReport> HealthAsync(ConsoleHost host) => host.Services.GetRequiredService<HealthCheckService>()
        .CheckHealthAsync(check => check.Name == OutboxHealth.Name, TestContext.Current.CancellationToken);

    private static Task<IReadOnlyList<DoctorFinding>> DoctorAsync(ConsoleHost host) =>
        host.Services.GetServices<IDoctorCheck>().OfType<OutboxCheck>().Single().ExamineAsync(TestContext.Current.CancellationToken);

    private static string Text(ConsoleHost host, long from = 0) =>
        string.Concat(host.Log.Records.Read(from, int.MaxValue).Select(record => Encoding.UTF8.GetString(record.Payload)));

    private static OutboxEntry Entry(ConsoleHost host, AuditEvent told, string origin, TimeProvider? clock = null) =>
        (clock is null ? host.Services.GetRequiredService<AuditOutboxSeal>() : new AuditOutboxSeal(host.Services.GetRequiredService<PrivacyKeys>(), clock))
        .Close(new OutboxEntry { Origin = origin, EventId = told.Id.Value, Event = AuditEventJson.Encode(told) });

    private static int Count(string log, AuditEvent told) => log.Split(told.Id.ToString()).Length - 1;

    /// <summary>What the next start does first.</summary>
    private static Task CarryAsync(ConsoleHost host) =>
        host.Services.GetServices<IHostedService>().OfType<OutboxCarrier>().Single().StartingAsync(TestContext.Current.CancellationToken);

    private static async Task InDatabaseAsync(ConsoleHost host, Func<AuditDb, Audit.State.Outbox, Task> work)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<AuditDb>(), scope.ServiceProvider.GetRequiredService<Audit.State.Outbox>());
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
    private protected override Task<ConsoleHost> StartAsync(Action<IServiceCollection>? adjust = null) => ConsoleHost.StartAsync(adjust);
}

public sealed class AuditOutboxOnPostgresTests : AuditOutboxTests
{
    private protected override async Task<ConsoleHost> StartAsync(Action<IServiceCollection>? adjust = null) =>
        await ConsoleHost.StartAsync(adjust, await PostgresServer.CreateDatabaseAsync());
}
