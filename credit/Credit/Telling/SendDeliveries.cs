using System.Runtime.CompilerServices;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Telling;

/// <summary>
/// Sends what waits, some at once. A host takes a message by putting its next time ahead; if it dies, the message is due again then, and is sent once more
/// with the same id. So each comes at least once, in no order. Of two hosts one takes it.
/// </summary>
internal sealed partial class SendDeliveries : BackgroundService
{
    /// <summary>Of those that are due, read at once.</summary>
    private const int Look = 64;

    /// <summary>Of what is on its way at once, one program has at most this part.</summary>
    private const int Shares = 4;

    /// <summary>What was delivered, or had nobody to go to, is kept so long.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>What was given up waits so long for somebody to have it sent again.</summary>
    private static readonly TimeSpan ParkedKept = TimeSpan.FromDays(180);

    /// <summary>Organisations whose old messages are deleted by one sweep.</summary>
    private const int MostSwept = 20_000;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    private readonly IServiceScopeFactory scopes;
    private readonly WebhookOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<CreditModule> logger;
    private readonly Receivers receivers;

    /// <summary>Rung when something on its way has ended: there is room.</summary>
    private readonly SemaphoreSlim room = new(0);

    private DateTimeOffset swept;

    public SendDeliveries(IServiceScopeFactory scopes, IOptions<WebhookOptions> options, TimeProvider clock, ILogger<CreditModule> logger)
    {
        (this.scopes, this.options, this.clock, this.logger) = (scopes, options.Value, clock, logger);
        receivers = new Receivers(Math.Max(1, this.options.AtOnce / Shares), clock);
    }

    /// <summary>How long a message is this host's: longer than an attempt can take.</summary>
    private TimeSpan Lease => TimeSpan.FromSeconds(options.Seconds + 10);

    public override void Dispose()
    {
        room.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Sends)
        {
            return;
        }

        var sending = new HashSet<Task>();
        var wait = First;
        while (true)
        {
            await WaitAsync(wait, stoppingToken);
            sending.RemoveWhere(task => task.IsCompleted);
            if (stoppingToken.IsCancellationRequested)
            {
                await Task.WhenAll(sending);
                return;
            }

            try
            {
                await foreach (var taken in TakeAsync(stoppingToken))
                {
                    sending.Add(SendAsync(taken, stoppingToken));
                }

                await SweepAsync(stoppingToken);
                wait = Between;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Ends above.
            }
#pragma warning disable CA1031 // A database that is away: it is told, and tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(logger, failure.Message, failure);
                wait = AfterFailure;
            }
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(wait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
        try
        {
            await room.WaitAsync(either.Token);
            while (room.Wait(0, CancellationToken.None))
            {
                // Several that ended are one reason to look.
            }
        }
        catch (OperationCanceledException)
        {
            // Time to look, or to stop.
        }
    }

    /// <summary>
    /// Takes as much of what is due as there is room for, the longest due first. Each comes to the caller before the next is taken: when the database fails
    /// in between, no place is left to a message that nobody sends.
    /// </summary>
    private async IAsyncEnumerable<Delivery> TakeAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var free = options.AtOnce - receivers.OnTheWay();
        if (free <= 0)
        {
            yield break;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        var now = clock.GetUtcNow();
        while (free > 0)
        {
            var (closed, full) = (receivers.Closed(), receivers.Full());
            var due = await db.Deliveries.AsNoTracking()
                .Where(row => row.State == DeliveryState.Waiting && row.NextAt <= now && !closed.Contains(row.Receiver) && !full.Contains(row.Client))
                .OrderBy(row => row.NextAt).Take(Look).ForAllOrganisations("messages that are due").ToListAsync(cancellation);
            var before = free;
            foreach (var row in due.Where(row => free > 0 && receivers.TryBegin(row.Receiver, row.Client)))
            {
                if (await TryClaimAsync(db, row, now, cancellation))
                {
                    free--;
                    yield return row;
                }
            }

            // What fills the first page may all be for a few, who have enough now.
            if (due.Count < Look || free == before)
            {
                break;
            }
        }
    }

    /// <summary>The place is given back unless the message is this host's now; one that is, and this host does not know it, is due again when the lease is over.</summary>
    private async Task<bool> TryClaimAsync(CreditDb db, Delivery row, DateTimeOffset now, CancellationToken cancellation)
    {
        var (next, attempts) = (now + Lease, row.Attempts + 1);
        var claimed = false;
        try
        {
            claimed = await NoteOutcome.Mine(db, row).ExecuteUpdateAsync(set => set.SetProperty(one => one.NextAt, next).SetProperty(one => one.Attempts, attempts), cancellation) == 1;
            row.Attempts = attempts;
            return claimed;
        }
        finally
        {
            if (!claimed)
            {
                receivers.End(row.Receiver, row.Client, answered: true);
            }
        }
    }

    private async Task SendAsync(Delivery row, CancellationToken stopping)
    {
        var answered = false;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var note = scope.ServiceProvider.GetRequiredService<NoteOutcome>();
            if (await Addressee.OfAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), row, clock.GetUtcNow(), stopping) is not { } addressee)
            {
                answered = true;
                await note.EndAsync(row, DeliveryState.Dropped, stopping);
                return;
            }

            var outcome = await scope.ServiceProvider.GetRequiredService<SendMessage>().RunAsync(row, addressee, stopping);
            answered = outcome.IsNoFaultOfReceiver;

            // What the receiver has taken is noted even when the host is being stopped: else it would come twice for nothing.
            if (await note.OfAsync(row, addressee, outcome, CancellationToken.None) is > 0 and var parked)
            {
                Parked(logger, parked, outcome.Failure!);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Due again when the lease is over.
        }
#pragma warning disable CA1031 // The database is away: the message is due again when the lease is over.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failed(logger, failure.Message, failure);
        }
        finally
        {
            receivers.End(row.Receiver, row.Client, answered);
            room.Release();
        }
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now - swept < BetweenSweeps)
        {
            return;
        }

        swept = now;
        var (oldest, oldestParked) = (now - Kept, now - ParkedKept);
        await using var scope = scopes.CreateAsyncScope();
        var done = scope.ServiceProvider.GetRequiredService<CreditDb>().Deliveries
            .Where(one => ((one.State == DeliveryState.Delivered || one.State == DeliveryState.Dropped) && one.DoneAt < oldest)
                || (one.State == DeliveryState.Parked && one.DoneAt < oldestParked));
        foreach (var entity in await done.Select(one => one.Entity).Distinct().OrderBy(entity => entity).Take(MostSwept).ForAllOrganisations("messages that are done with").ToListAsync(cancellation))
        {
            await done.Where(one => one.Entity == entity).ExecuteDeleteAsync(cancellation);
        }
    }

    [LoggerMessage(2700, LogLevel.Error, "Messages to subscribed programs could not be sent: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception failure);

    [LoggerMessage(2701, LogLevel.Warning, "{Count} messages to a subscribed program are given up: {Reason}")]
    private static partial void Parked(ILogger logger, int count, string reason);
}
