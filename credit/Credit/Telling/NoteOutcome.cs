using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Telling;

/// <summary>Writes down what came of an attempt. Whoever took the message last has the word; the event of an end commits with it.</summary>
internal sealed class NoteOutcome(CreditDb db, IOptions<WebhookOptions> options, TimeProvider clock)
{
    /// <summary>The row as long as nobody has taken it since.</summary>
    public static IQueryable<Delivery> Mine(CreditDb db, Delivery row)
    {
        var (entity, id, attempts) = (row.Entity, row.Id, row.Attempts);
        return db.Deliveries.Where(one => one.Entity == entity && one.Id == id && one.State == DeliveryState.Waiting && one.Attempts == attempts);
    }

    /// <returns>How many were given up now.</returns>
    public async Task<int> OfAsync(Delivery row, Addressee addressee, SendOutcome outcome, CancellationToken cancellation)
    {
        if (outcome.IsDelivered)
        {
            await EndAsync(row, DeliveryState.Delivered, cancellation);
            return 0;
        }

        if (outcome.IsGone)
        {
            await GoneAsync(addressee, cancellation);
            return 0;
        }

        var (now, failure) = (clock.GetUtcNow(), outcome.Failure!);
        if (now - row.TriedSince < TimeSpan.FromHours(options.Value.Hours))
        {
            var (failures, next) = (row.Failures + 1, now + Receivers.WaitAfter(row.Failures + 1));
            await Mine(db, row).ExecuteUpdateAsync(
                set => set.SetProperty(one => one.NextAt, next).SetProperty(one => one.Failures, failures).SetProperty(one => one.Failure, failure), cancellation);
            return 0;
        }

        return await ParkAsync(addressee, row, failure, now, cancellation);
    }

    /// <summary>Ends one message.</summary>
    public async Task EndAsync(Delivery row, DeliveryState state, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await Mine(db, row).ExecuteUpdateAsync(
            set => set.SetProperty(one => one.State, state).SetProperty(one => one.Failure, "").SetProperty(one => one.DoneAt, now), cancellation);
    }

    private Task GoneAsync(Addressee addressee, CancellationToken cancellation) => addressee.Subscription is { } subscription
        ? EndSubscription.RunAsync(db, subscription, SubscriptionEnd.Gone, clock, cancellation)
        : NoticeAddress.ForgetAsync(db, addressee.Client, addressee.Target, NoticeAddress.Gone, clock, cancellation);

    /// <summary>All of the subscription that is too old, at once: a receiver that is away so long is asked no more for each.</summary>
    private async Task<int> ParkAsync(Addressee addressee, Delivery row, string failure, DateTimeOffset now, CancellationToken cancellation)
    {
        var oldest = now - TimeSpan.FromHours(options.Value.Hours);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var parked = await db.Deliveries
            .Where(one => one.Entity == row.Entity && one.Client == row.Client && one.Subscription == row.Subscription && one.State == DeliveryState.Waiting && one.TriedSince <= oldest)
            .ExecuteUpdateAsync(
                set => set.SetProperty(one => one.State, DeliveryState.Parked).SetProperty(one => one.Failure, failure).SetProperty(one => one.DoneAt, now), cancellation);
        if (parked > 0)
        {
            db.Record((addressee.Subscription is { } subscription
                ? TellingKinds.Of(TellingKinds.Park, subscription, clock)
                : TellingKinds.Of(TellingKinds.Park, row.Client, row.Entity, clock, null)).With("resource.count", parked));
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return parked;
    }
}
