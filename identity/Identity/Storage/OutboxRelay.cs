using Backbone.Audit.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using EventId = Backbone.Platform.EventId;

namespace Backbone.Identity.Storage;

/// <summary>
/// Carries committed events from the outbox to the audit log, in the order of their places, and deletes each only after the log
/// acknowledged it. A crash in between sends an event twice; the log recognises it by id. Drains before the host listens and again at stop.
/// What no host with this master key has sealed as it stands there is kept aside, loudly, and nothing else waits for it.
/// </summary>
internal sealed partial class OutboxRelay(
    IServiceScopeFactory scopes, IAuditTrail trail, IdentityOutboxSeal seal, OutboxSignal signal, TimeProvider clock, ILogger<IdentityModule> logger)
    : IHostedLifecycleService, IDisposable
{
    private const int BatchSize = 200;

    /// <summary>Advisory lock of PostgreSQL: one relay at a time among all hosts, so that the order holds.</summary>
    private const long RelayLock = 0x6262_6f75_7462_6f78;

    /// <summary>Events another host left behind are found at the latest then.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _begun;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await LookAgainAtRefusedAsync(cancellationToken);
        await DrainAsync(cancellationToken);
        _begun = true;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running;
        if (!_begun)
        {
            // The start was refused before: there may be no table, and what others left in it is not this host's to take.
            return;
        }

        try
        {
            await DrainAsync(cancellationToken);
        }
#pragma warning disable CA1031 // What is left is carried at the next start; a stop must not fail by it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogLeftBehind(logger, exception);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();

    /// <summary>Returns when the outbox was seen empty (or another host's relay is at work on it).</summary>
    internal async Task DrainAsync(CancellationToken cancellation)
    {
        while (await RelayBatchAsync(cancellation))
        {
        }
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        var backOff = TimeSpan.FromMilliseconds(200);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await DrainAsync(cancellation);
                backOff = TimeSpan.FromMilliseconds(200);
                await WaitAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was (Npgsql wraps what passes by itself in InvalidOperationException), the relay must not end before its host.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogBackOff(logger, backOff.TotalSeconds, exception);
                await Task.Delay(backOff, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        using var look = new CancellationTokenSource(LookAgain, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, look.Token);
        try
        {
            await signal.HeardAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Time to look again.
        }
    }

    /// <returns>True when there may be more.</returns>
    private async Task<bool> RelayBatchAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        await using var transaction = db is PostgresIdentityDb ? await db.Database.BeginTransactionAsync(cancellation) : null;
        if (transaction is not null && !await TryLockAsync(db, cancellation))
        {
            return false;
        }

        var batch = await db.Outbox.AsNoTracking().Where(entry => entry.RefusedAt == null)
            .OrderBy(entry => entry.Place).ThenBy(entry => entry.Sequence).Take(BatchSize).ToListAsync(cancellation);
        if (batch.Count == 0)
        {
            return false;
        }

        // One after another is the log's order; all at once lets its group commit put the batch on disk with one fsync.
        var ours = batch.Where(entry => seal.Holds(entry)).ToList();
        await Task.WhenAll(ours.Select(entry => trail.AppendAsync(new EventId(entry.EventId), entry.Event, cancellation).AsTask()));

        var carried = ours.Select(entry => entry.Sequence).ToList();
        await db.Outbox.Where(entry => carried.Contains(entry.Sequence)).ExecuteDeleteAsync(cancellation);
        await RefuseAsync(db, [.. batch.Select(entry => entry.Sequence).Except(carried)], cancellation);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        return batch.Count == BatchSize;
    }

    private async Task RefuseAsync(IdentityDb db, List<long> sequences, CancellationToken cancellation)
    {
        if (sequences.Count == 0)
        {
            return;
        }

        var now = clock.GetUtcNow();
        await db.Outbox.Where(entry => sequences.Contains(entry.Sequence))
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.RefusedAt, now), cancellation);
        foreach (var sequence in sequences)
        {
            LogRefused(logger, sequence);
        }
    }

    /// <summary>What was wrong may have been mended, a key file restored: then it goes to the log now. Else it is said again.</summary>
    private async Task LookAgainAtRefusedAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IdentityDb>().Outbox.Where(entry => entry.RefusedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.RefusedAt, (DateTimeOffset?)null), cancellation);
    }

    private static async Task<bool> TryLockAsync(IdentityDb db, CancellationToken cancellation) =>
        await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({RelayLock}) AS \"Value\"").SingleAsync(cancellation);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Audit events wait in the outbox; next try in {Seconds} s")]
    private static partial void LogBackOff(ILogger logger, double seconds, Exception exception);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Error, Message = "Audit events stay in the outbox until the next start")]
    private static partial void LogLeftBehind(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Error, Message = "Entry {Sequence} of identity's outbox was not written by a host with this master key, or was altered since: it does not come into the audit log")]
    private static partial void LogRefused(ILogger logger, long sequence);
}
