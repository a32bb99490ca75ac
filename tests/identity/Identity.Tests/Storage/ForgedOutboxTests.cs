using System.Data.Common;
using System.Security.Cryptography;
using Backbone.Audit.Contracts;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.SignIn;
using Backbone.Platform.Storage;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Keys;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Backbone.Identity.Tests.Storage;

/// <summary>Somebody who can write in identity's database, and has not the master key.</summary>
public abstract class ForgedOutboxTests(SignInHost host) : IAsyncLifetime
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IdentityOutboxSeal Seal => host.Backbone.Services.GetRequiredService<IdentityOutboxSeal>();

    public async ValueTask InitializeAsync()
    {
        await host.StartAsync();
        await host.AuditAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await host.InDatabaseAsync(db => db.Outbox.Where(entry => entry.RefusedAt != null).ExecuteDeleteAsync());
    }

    [Theory]
    [InlineData("no seal")]
    [InlineData("a seal of chance")]
    [InlineData("a seal under another master key")]
    [InlineData("the seal of another event")]
    [InlineData("another event under its seal")]
    [InlineData("another id")]
    [InlineData("another place in the order")]
    public async Task What_they_put_there_never_comes_into_the_log_and_is_kept_and_said_and_what_is_true_does_not_wait_for_it(string forged)
    {
        var (told, right) = (Event(), Event());
        var (lie, truth) = (Sealed(told), Sealed(right));
        lie = forged switch
        {
            "no seal" => Copy(lie, seal: null),
            "a seal of chance" => Copy(lie, seal: RandomNumberGenerator.GetBytes(32)),
            "a seal under another master key" => Sealed(told, new IdentityOutboxSeal(new MasterKey(new byte[MasterKey.Size]), host.Clock)),
            "the seal of another event" => Copy(lie, seal: truth.Seal, place: truth.Place),
            "another event under its seal" => Copy(lie, seal: lie.Seal, told: Event(told)),
            "another id" => Copy(lie, seal: lie.Seal, id: Guid.CreateVersion7()),
            _ => Copy(lie, seal: lie.Seal, place: lie.Place - 1),
        };

        await WriteAsync(lie, truth);
        var log = await host.AuditAsync();

        Assert.Equal((0, 1), (Count(log, told), Count(log, right)));
        Assert.Equal(lie.Event, (await RefusedAsync()).Single().Event);
        var health = await HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.StartsWith("1 entries", health.Entries["identity-outbox"].Description, StringComparison.Ordinal);
        var found = Assert.Single(await DoctorAsync());
        Assert.Equal(DoctorSeverity.Problem, found.Severity);
        Assert.StartsWith("1 rows were not written with", found.What, StringComparison.Ordinal);
    }

    /// <summary>No host writes one; one that did kept back all events of its module for ever.</summary>
    [Fact]
    public async Task What_is_longer_than_the_log_takes_is_kept_aside_though_its_seal_holds_and_what_comes_after_it_goes_on()
    {
        var (told, right) = (Event(), Event());
        var endless = new OutboxEntry { EventId = told.Id.Value, Event = [.. AuditEventJson.Encode(told), .. Enumerable.Repeat((byte)' ', AuditEventJson.MaxBytes)] };
        Seal.Close(endless);

        await WriteAsync(endless, Sealed(right));
        var log = await host.AuditAsync();

        Assert.Equal((0, 1), (Count(log, told), Count(log, right)));
        Assert.Equal(endless.Event, (await RefusedAsync()).Single().Event);
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync()).Status);
    }

    [Fact]
    public async Task Rows_in_another_order_change_no_order_in_the_log()
    {
        var events = Enumerable.Range(0, 5).Select(_ => Event()).ToList();
        var rows = events.Select(told => Sealed(told)).Reverse().ToArray();

        await WriteAsync(rows);

        var log = await host.AuditAsync();
        var places = events.Select(told => log.IndexOf(told.Id.ToString(), StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task A_row_copied_before_and_brought_again_after_makes_no_second_event()
    {
        var told = Event();
        var row = Sealed(told);
        await WriteAsync(row);
        Assert.Equal(1, Count(await host.AuditAsync(), told));

        await WriteAsync(Copy(row, row.Seal));
        await WriteAsync(Copy(row, row.Seal, id: Guid.CreateVersion7()));

        Assert.Equal(1, Count(await host.AuditAsync(), told));
        Assert.Equal(row.Event, (await RefusedAsync()).Single().Event);
    }

    [Fact]
    public async Task A_page_full_of_lies_keeps_no_true_event_back()
    {
        var right = Event();
        await WriteAsync([.. Enumerable.Range(0, 250).Select(_ => Copy(Sealed(Event()), seal: null, place: 0)), Sealed(right)]);

        Assert.Equal(1, Count(await host.AuditAsync(), right));
        Assert.Equal(250, (await RefusedAsync()).Count);
    }

    [Fact]
    public async Task The_doctor_reads_a_table_filled_by_hand_a_page_at_a_time_and_says_what_it_did_not_look_at()
    {
        const int lies = OutboxSurvey.Most + 1_000;
        var pages = new ReadRows();
        await using var db = OutsideDatabase.Open(await AddressAsync(), pages);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        db.Outbox.AddRange(Sealed(Event()), new OutboxEntry { EventId = Guid.CreateVersion7(), Event = new byte[OutboxSurvey.LongestEvent + 1] });
        await db.SaveChangesAsync(Cancellation);
        await FillAsync(db, lies);
        pages.Most = 0;

        var survey = await OutboxSurvey.TakeAsync(db.Outbox, entry => Seal.Holds(entry), Cancellation);

        Assert.Equal((lies + 2, OutboxSurvey.Most, OutboxSurvey.Most - 1), (survey.Rows, survey.Looked, survey.Foreign));
        Assert.Equal(5, survey.FirstForeign.Count);
        Assert.InRange(pages.Most, 1, OutboxSurvey.Page + 1);
        var said = OutboxFindings.Of(survey, hasKey: true, "master.key", host.Clock.GetUtcNow());
        Assert.Equal([DoctorSeverity.Problem, DoctorSeverity.Sound, DoctorSeverity.Warning], said.Select(finding => finding.Severity));
        Assert.StartsWith($"{lies + 2 - OutboxSurvey.Most} of {lies + 2} rows were not looked at", said[2].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_start_looks_again_and_what_was_made_right_comes_into_the_log()
    {
        var (told, mended, right) = (Event(), Event(), Event());
        var (lie, broken) = (Copy(Sealed(told), seal: null), Sealed(mended));
        await WriteAsync(lie, Copy(broken, seal: null));
        await host.AuditAsync();
        Assert.Equal(2, (await RefusedAsync()).Count);
        var (seal, address) = (Seal, await AddressAsync());
        await host.Backbone.StopAsync();
        await using (var db = OutsideDatabase.Open(address, new SealOutbox(() => seal)))
        {
            await db.Outbox.Where(entry => entry.EventId == broken.EventId).ExecuteUpdateAsync(set => set.SetProperty(entry => entry.Seal, broken.Seal), Cancellation);
            db.Record(right);
            await db.SaveChangesAsync(Cancellation);
        }

        await host.Backbone.RestartAsync();

        var log = OpenFile.ReadLog(host.Backbone.DataDirectory);
        Assert.Equal((0, 1, 1), (Count(log, told), Count(log, mended), Count(log, right)));
        Assert.Equal(lie.EventId, (await RefusedAsync()).Single().EventId);
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync()).Status);
    }

    [Fact]
    public async Task Whoever_watches_the_host_hears_of_an_event_that_waits_longer_than_a_minute()
    {
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);
        await host.InDatabaseAsync(async db =>
        {
            // Uncommitted elsewhere, no relay takes it.
            await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
            var before = host.Clock.GetUtcNow().AddMinutes(-5).UtcTicks;
            db.Record(Event());
            await db.SaveChangesAsync(Cancellation);
            await db.Outbox.ExecuteUpdateAsync(set => set.SetProperty(entry => entry.Place, before), Cancellation);
            var health = await new OutboxHealth<IdentityDb>(db, new ModuleOutbox<IdentityDb>("identity", 1, () => Seal), host.Clock).CheckHealthAsync(new HealthCheckContext(), Cancellation);
            Assert.Equal(HealthStatus.Degraded, health.Status);
            Assert.Contains("5 min", health.Description, StringComparison.Ordinal);
            return true;
        });
    }

    private OutboxEntry Sealed(AuditEvent told, IdentityOutboxSeal? seal = null)
    {
        var entry = new OutboxEntry { EventId = told.Id.Value, Event = AuditEventJson.Encode(told) };
        (seal ?? Seal).Close(entry);
        return entry;
    }

    private static OutboxEntry Copy(OutboxEntry of, byte[]? seal, Guid? id = null, AuditEvent? told = null, long? place = null) => new()
    {
        EventId = id ?? of.EventId,
        Place = place ?? of.Place,
        Event = told is null ? of.Event : AuditEventJson.Encode(told),
        Seal = seal,
    };

    private AuditEvent Event(AuditEvent? under = null)
    {
        var told = IdentityEvents.CredentialChanged(new EventContext(host.Clock), IdentityKinds.PasswordChange, Guid.CreateVersion7());
        return under is null ? told : told with { Id = under.Id };
    }

    /// <summary>In the order given, each its own commit, as no host would.</summary>
    private async Task WriteAsync(params OutboxEntry[] rows)
    {
        await using var db = OutsideDatabase.Open(await AddressAsync());
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        foreach (var row in rows)
        {
            db.Outbox.Add(row);
            await db.SaveChangesAsync(Cancellation);
        }

        await transaction.CommitAsync(Cancellation);
    }

    /// <summary>By one statement, as whoever floods it would. Never committed.</summary>
    private static Task FillAsync(IdentityDb db, int rows) => db.Database.ExecuteSqlRawAsync(
        db is PostgresIdentityDb
            ? """INSERT INTO "Outbox" ("EventId", "Event", "Place") SELECT gen_random_uuid(), '\x7b7d'::bytea, n FROM generate_series(1, {0}) AS n"""
            : """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
                INSERT INTO "Outbox" ("EventId", "Event", "Place")
                SELECT '00000000-0000-7000-8000-' || printf('%012d', i), x'7b7d', i FROM n
                """,
        [rows], Cancellation);

    private Task<(string, bool)> AddressAsync() =>
        host.InDatabaseAsync(db => Task.FromResult((db.Database.GetConnectionString()!, db is PostgresIdentityDb)));

    private Task<List<OutboxEntry>> RefusedAsync() =>
        host.InDatabaseAsync(db => db.Outbox.AsNoTracking().Where(entry => entry.RefusedAt != null).ToListAsync(Cancellation));

    private Task<HealthReport> HealthAsync() => host.Backbone.Services.GetRequiredService<HealthCheckService>()
        .CheckHealthAsync(check => check.Name == "identity-outbox", Cancellation);

    private Task<IReadOnlyList<DoctorFinding>> DoctorAsync() =>
        host.Backbone.Services.GetServices<IDoctorCheck>().Single(check => check.Area == "identity outbox").ExamineAsync(Cancellation);

    private static int Count(string log, AuditEvent told) => log.Split(told.Id.ToString()).Length - 1;
}

/// <summary>The most times that one command was asked for a next row: one more than it brought.</summary>
internal sealed class ReadRows : DbCommandInterceptor
{
    public int Most { get; set; }

    public override InterceptionResult DataReaderClosing(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result) => Count(eventData, result);

    public override ValueTask<InterceptionResult> DataReaderClosingAsync(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result) =>
        ValueTask.FromResult(Count(eventData, result));

    private InterceptionResult Count(DataReaderClosingEventData eventData, InterceptionResult result)
    {
        Most = Math.Max(Most, eventData.ReadCount);
        return result;
    }
}

public sealed class ForgedOutboxOnSqliteTests(SqliteSignInHost host) : ForgedOutboxTests(host), IClassFixture<SqliteSignInHost>;

public sealed class ForgedOutboxOnPostgresTests(PostgresSignInHost host) : ForgedOutboxTests(host), IClassFixture<PostgresSignInHost>;
