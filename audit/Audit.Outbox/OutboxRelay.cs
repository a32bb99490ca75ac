using Backbone.Audit.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using EventId = Backbone.Platform.EventId;

namespace Backbone.Audit.Outbox;

/// <summary>
/// Carries committed events from the outbox to the audit log, in the order of their places, and deletes each only after the log
/// acknowledged it. A crash in between sends an event twice; the log recognises it by id. Drains before the host listens and again at stop.
/// What no host with this master key has sealed as it stands there, and what is longer than the log takes, is kept aside, loudly, and nothing else waits for it.
/// </summary>
internal sealed partial class OutboxRelay<TDb>(
    IServiceScopeFactory scopes, IAuditTrail trail, ModuleOutbox<TDb> outbox, TimeProvider clock, ILogger<OutboxRelay<TDb>> logger)
    : IHostedLifecycleService, IDisposable
    where TDb : DbContext
{
    private const int BatchSize = 200;

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
            LogLeftBehind(logger, outbox.Name, exception);
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
                LogBackOff(logger, outbox.Name, backOff.TotalSeconds, exception);
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
            await outbox.HeardAsync(either.Token);
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
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        await using var transaction = db.Database.IsNpgsql() ? await db.Database.BeginTransactionAsync(cancellation) : null;
        if (transaction is not null && !await TryLockAsync(db, cancellation))
        {
            return false;
        }

        var batch = await db.Set<OutboxEntry>().AsNoTracking().Where(entry => entry.RefusedAt == null)
            .OrderBy(entry => entry.Place).ThenBy(entry => entry.Sequence).Take(BatchSize).ToListAsync(cancellation);
        if (batch.Count == 0)
        {
            return false;
        }

        // One after another is the log's order; all at once lets its group commit put the batch on disk with one fsync.
        var seal = outbox.Seal;
        var sealedRows = batch.Where(entry => seal.Holds(entry)).ToList();
        var reasons = await Task.WhenAll(sealedRows.Select(entry => AppendAsync(entry, cancellation)));
        var ours = sealedRows.Where((_, at) => reasons[at] is null).ToList();

        var carried = ours.Select(entry => entry.Sequence).ToList();
        await db.Set<OutboxEntry>().Where(entry => carried.Contains(entry.Sequence)).ExecuteDeleteAsync(cancellation);
        await RefuseAsync(db, [.. batch.Except(ours)], cancellation);
        foreach (var entry in batch.Except(sealedRows))
        {
            LogRefused(logger, entry.Sequence, outbox.Name);
        }

        for (var at = 0; at < sealedRows.Count; at++)
        {
            if (reasons[at] is { } reason)
            {
                LogNeverTaken(logger, sealedRows[at].Sequence, outbox.Name, reason);
            }
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        return batch.Count == BatchSize;
    }

    /// <returns>Null once the log has it; else why it will never take it.</returns>
    private async Task<string?> AppendAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        try
        {
            await trail.AppendAsync(new EventId(entry.EventId), entry.Event, cancellation);
            return null;
        }
        catch (ArgumentException never)
        {
            return never.Message;
        }
    }

    private async Task RefuseAsync(TDb db, List<OutboxEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var (now, sequences) = (clock.GetUtcNow(), entries.Select(entry => entry.Sequence).ToList());
        await db.Set<OutboxEntry>().Where(entry => sequences.Contains(entry.Sequence))
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.RefusedAt, now), cancellation);
    }

    /// <summary>What was wrong may have been mended, a key file restored: then it goes to the log now. Else it is said again.</summary>
    private async Task LookAgainAtRefusedAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TDb>().Set<OutboxEntry>().Where(entry => entry.RefusedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.RefusedAt, (DateTimeOffset?)null), cancellation);
    }

    private async Task<bool> TryLockAsync(TDb db, CancellationToken cancellation) =>
        await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({outbox.RelayLock}) AS \"Value\"").SingleAsync(cancellation);

    [LoggerMessage(EventId = 3510, Level = LogLevel.Warning, Message = "Audit events wait in the outbox of {Module}; next try in {Seconds} s")]
    private static partial void LogBackOff(ILogger logger, string module, double seconds, Exception exception);

    [LoggerMessage(EventId = 3511, Level = LogLevel.Error, Message = "Audit events stay in the outbox of {Module} until the next start")]
    private static partial void LogLeftBehind(ILogger logger, string module, Exception exception);

    [LoggerMessage(EventId = 3512, Level = LogLevel.Error, Message = "Entry {Sequence} of the outbox of {Module} was not written by a host with this master key, or was altered since: it does not come into the audit log")]
    private static partial void LogRefused(ILogger logger, long sequence, string module);

    [LoggerMessage(EventId = 3513, Level = LogLevel.Error, Message = "Entry {Sequence} of the outbox of {Module} is kept aside, and what comes after it goes on, for the audit log will never take it: {Reason}")]
    private static partial void LogNeverTaken(ILogger logger, long sequence, string module, string reason);
}
