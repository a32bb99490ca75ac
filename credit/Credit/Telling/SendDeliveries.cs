using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
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

    /// <summary>What was delivered, or had nobody to go to, is kept so long.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

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
        receivers = new Receivers(clock);
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
                foreach (var taken in await TakeAsync(stoppingToken))
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

    /// <summary>Takes as much of what is due as there is room for, the longest due first.</summary>
    private async Task<List<Delivery>> TakeAsync(CancellationToken cancellation)
    {
        List<Delivery> taken = [];
        var free = options.AtOnce - receivers.OnTheWay();
        if (free <= 0)
        {
            return taken;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        var now = clock.GetUtcNow();
        while (free > 0)
        {
            var closed = receivers.Closed();
            var due = await db.Deliveries.AsNoTracking().Where(row => row.State == DeliveryState.Waiting && row.NextAt <= now && !closed.Contains(row.Receiver))
                .OrderBy(row => row.NextAt).Take(Look).ForAllOrganisations("messages that are due").ToListAsync(cancellation);
            var before = taken.Count;
            foreach (var row in due.Where(row => free > 0 && receivers.TryBegin(row.Receiver)))
            {
                if (await TryClaimAsync(db, row, now, cancellation))
                {
                    taken.Add(row);
                    free--;
                }
                else
                {
                    receivers.End(row.Receiver, answered: true);
                }
            }

            // What fills the first page may all be for a few, who have enough now.
            if (due.Count < Look || taken.Count == before)
            {
                break;
            }
        }

        return taken;
    }

    private async Task<bool> TryClaimAsync(CreditDb db, Delivery row, DateTimeOffset now, CancellationToken cancellation)
    {
        var (next, attempts) = (now + Lease, row.Attempts + 1);
        try
        {
            var claimed = await Mine(db, row).ExecuteUpdateAsync(set => set.SetProperty(one => one.NextAt, next).SetProperty(one => one.Attempts, attempts), cancellation) == 1;
            row.Attempts = attempts;
            return claimed;
        }
        catch
        {
            receivers.End(row.Receiver, answered: true);
            throw;
        }
    }

    /// <summary>The row as long as nobody has taken it since.</summary>
    private static IQueryable<Delivery> Mine(CreditDb db, Delivery row)
    {
        var (entity, id, attempts) = (row.Entity, row.Id, row.Attempts);
        return db.Deliveries.Where(one => one.Entity == entity && one.Id == id && one.State == DeliveryState.Waiting && one.Attempts == attempts);
    }

    private async Task SendAsync(Delivery row, CancellationToken stopping)
    {
        var answered = false;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
            var subscription = await db.Subscriptions.AsNoTracking().SingleAsync(one => one.Entity == row.Entity && one.Id == row.Subscription, stopping);
            if (subscription.EndedAt is not null || subscription.Until <= clock.GetUtcNow())
            {
                answered = true;
                await EndAsync(db, row, DeliveryState.Dropped, "", stopping);
                return;
            }

            var secret = await db.WebhookSecrets.AsNoTracking().SingleOrDefaultAsync(one => one.Client == subscription.Client, stopping);
            var outcome = await scope.ServiceProvider.GetRequiredService<SendMessage>().RunAsync(row, subscription, secret, stopping);
            answered = outcome.IsDelivered || outcome.IsGone;

            // What the receiver has taken is noted even when the host is being stopped: else it would come twice for nothing.
            await NoteAsync(db, row, subscription, outcome, CancellationToken.None);
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
            receivers.End(row.Receiver, answered);
            room.Release();
        }
    }

    private async Task NoteAsync(CreditDb db, Delivery row, Subscription subscription, SendOutcome outcome, CancellationToken cancellation)
    {
        if (outcome.IsDelivered)
        {
            await EndAsync(db, row, DeliveryState.Delivered, "", cancellation);
            return;
        }

        var failure = outcome.Failure!;
        if (outcome.IsGone)
        {
            await EndSubscription.RunAsync(db, subscription, SubscriptionEnd.Gone, clock, cancellation);
            return;
        }

        var now = clock.GetUtcNow();
        if (now - row.At < TimeSpan.FromHours(options.Hours))
        {
            var next = now + Receivers.WaitAfter(row.Attempts);
            await Mine(db, row).ExecuteUpdateAsync(set => set.SetProperty(one => one.NextAt, next).SetProperty(one => one.Failure, failure), cancellation);
            return;
        }

        await ParkAsync(db, subscription, failure, now, cancellation);
    }

    private async Task EndAsync(CreditDb db, Delivery row, DeliveryState state, string failure, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await Mine(db, row).ExecuteUpdateAsync(
            set => set.SetProperty(one => one.State, state).SetProperty(one => one.Failure, failure).SetProperty(one => one.DoneAt, now), cancellation);
    }

    /// <summary>All of the subscription that is too old, at once: a receiver that is away so long is asked no more for each.</summary>
    private async Task ParkAsync(CreditDb db, Subscription subscription, string failure, DateTimeOffset now, CancellationToken cancellation)
    {
        var oldest = now - TimeSpan.FromHours(options.Hours);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var parked = await db.Deliveries
            .Where(one => one.Entity == subscription.Entity && one.Subscription == subscription.Id && one.State == DeliveryState.Waiting && one.At <= oldest)
            .ExecuteUpdateAsync(
                set => set.SetProperty(one => one.State, DeliveryState.Parked).SetProperty(one => one.Failure, failure).SetProperty(one => one.DoneAt, now), cancellation);
        if (parked > 0)
        {
            db.Record(TellingKinds.Of(TellingKinds.Park, subscription, clock).With("resource.count", parked));
            await db.SaveChangesAsync(cancellation);
            Parked(logger, parked, failure);
        }

        await transaction.CommitAsync(cancellation);
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now - swept < BetweenSweeps)
        {
            return;
        }

        swept = now;
        var oldest = now - Kept;
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CreditDb>().Deliveries
            .Where(one => (one.State == DeliveryState.Delivered || one.State == DeliveryState.Dropped) && one.DoneAt < oldest)
            .ForAllOrganisations("messages that are done with").ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(2700, LogLevel.Error, "Messages to subscribed programs could not be sent: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception failure);

    [LoggerMessage(2701, LogLevel.Warning, "{Count} messages to a subscribed program are given up: {Reason}")]
    private static partial void Parked(ILogger logger, int count, string reason);
}
