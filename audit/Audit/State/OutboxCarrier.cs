using System.Threading.Channels;
using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;
using Backbone.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using EventId = Backbone.Platform.EventId;

namespace Backbone.Audit.State;

/// <summary>
/// Carries to the log what waits in the outbox, in the order of the places: what a crash left before anything listens, and what a failed request
/// or another fault left while the host runs. Registered after the log has been held against what it signed.
/// </summary>
internal sealed partial class OutboxCarrier(
    IServiceScopeFactory scopes, IAuditTrail trail, AuditOutboxSeal seal, LogSigner signer, TimeProvider clock, ILogger<AuditModule> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ShortestBackOff = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    /// <summary>Entries in memory at once: somebody may have filled the table by hand.</summary>
    private const int Page = 100;

    private const int Said = 100;

    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>
    /// In the log, and not yet forgotten in the database, for it did not let us: however many events come before it does, none is appended again.
    /// Only for whoever holds <see cref="one"/>; after a crash the log's own memory of ids takes its place.
    /// </summary>
    private readonly HashSet<Guid> logged = [];

    /// <summary>Entries that were said not to be ours, at most <see cref="Said"/>: the doctor counts them all.</summary>
    private readonly HashSet<long> foreign = [];

    private bool begun;

    /// <summary>Makes the carrier look now.</summary>
    public void Ring() => bell.Writer.TryWrite(true);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await CarryAsync(cancellationToken);
        begun = true;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // A start that was refused before this may have left no table.
        if (begun && !await TryCarryAsync(cancellationToken))
        {
            LogLeftBehind(logger);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    /// <summary>The same as <see cref="CarryAsync"/>; whatever kept something back is in the host's log.</summary>
    /// <returns>Nothing waits that was there before the call.</returns>
    public async Task<bool> TryCarryAsync(CancellationToken cancellation)
    {
        try
        {
            await CarryAsync(cancellation);
            return true;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // Of any kind: the providers wrap what passes in exceptions of several, and whoever changed something is not to hear of it.
            LogWaits(logger, exception);
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backOff = ShortestBackOff;
        var pause = LookAgain;
        while (true)
        {
            await WaitAsync(pause, stoppingToken);
            if (await TryCarryAsync(stoppingToken))
            {
                (pause, backOff) = (LookAgain, ShortestBackOff);
            }
            else
            {
                pause = backOff;
                backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            }
        }
    }

    /// <summary>
    /// Hands everything that waits to the log and forgets it once it is on disk there. One at a time: two would append the same event twice when
    /// one of them is late by more than the ids the log remembers.
    /// </summary>
    private async Task CarryAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
            for (var page = await PageAsync(db, null, cancellation); page.Count > 0; page = await PageAsync(db, page[^1], cancellation))
            {
                foreach (var entry in page)
                {
                    await CarryAsync(db, entry, cancellation);
                }
            }
        }
        finally
        {
            one.Release();
        }
    }

    private async Task CarryAsync(AuditDb db, OutboxEntry entry, CancellationToken cancellation)
    {
        if (!seal.Holds(entry))
        {
            // It stays where it is, as evidence; what is ours does not wait for it.
            if (foreign.Count < Said && foreign.Add(entry.Sequence))
            {
                LogForeign(logger, entry.Sequence);
            }

            return;
        }

        if (!logged.Contains(entry.EventId))
        {
            await trail.AppendAsync(new EventId(entry.EventId), entry.Event, cancellation);
            logged.Add(entry.EventId);
        }

        await db.Outbox.Where(carried => carried.Sequence == entry.Sequence).ExecuteDeleteAsync(cancellation);
        logged.Remove(entry.EventId);
    }

    /// <summary>What waits behind an entry, in the log's order. By key and never by offset: what is carried is gone from the table by then.</summary>
    private Task<List<OutboxEntry>> PageAsync(AuditDb db, OutboxEntry? after, CancellationToken cancellation)
    {
        // What is longer than the log takes is none of ours; the doctor counts it.
        var waiting = db.Outbox.AsNoTracking().Where(entry => entry.Origin == signer.Origin && entry.Event.Length <= AuditEventJson.MaxBytes);
        if (after is not null)
        {
            waiting = waiting.Where(entry => entry.Place > after.Place || (entry.Place == after.Place && entry.Sequence > after.Sequence));
        }

        return waiting.OrderBy(entry => entry.Place).ThenBy(entry => entry.Sequence).Take(Page).ToListAsync(cancellation);
    }

    /// <summary>Until the bell rings, at most so long.</summary>
    private async Task WaitAsync(TimeSpan longest, CancellationToken stopping)
    {
        using var look = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, look.Token);
        try
        {
            await bell.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Time to look.
        }
    }

    [LoggerMessage(3500, LogLevel.Warning, "Events of administrators' changes wait in the audit database for the audit log, and are tried again")]
    private static partial void LogWaits(ILogger logger, Exception exception);

    [LoggerMessage(3501, LogLevel.Error, "Events of administrators' changes stay in the audit database until the next start")]
    private static partial void LogLeftBehind(ILogger logger);

    [LoggerMessage(3502, LogLevel.Error, "Entry {Sequence} of the audit database's outbox was not written by this host, was altered since, or its key is gone: it does not come into the log")]
    private static partial void LogForeign(ILogger logger, long sequence);
}
