using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>Ends a subscription: what waits for it is dropped, and the event of it commits with both.</summary>
internal static class EndSubscription
{
    public static async Task RunAsync(CreditDb db, Subscription subscription, SubscriptionEnd why, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var ended = await db.Subscriptions.Where(one => one.Entity == subscription.Entity && one.Id == subscription.Id && one.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.EndedAt, now).SetProperty(one => one.Ending, why), cancellation);
        if (ended > 0)
        {
            await db.Deliveries.Where(one => one.Entity == subscription.Entity && one.Subscription == subscription.Id && one.State == DeliveryState.Waiting)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.State, DeliveryState.Dropped).SetProperty(one => one.DoneAt, now), cancellation);
            db.Record(TellingKinds.Of(TellingKinds.Unsubscribe, subscription, clock).With("credit.decision", why.ToString().ToLowerInvariant()));
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }
}
