using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>
/// Writes a message for each subscription that a change concerns, within the transaction of the change: so none is missing and none tells of what was
/// rolled back. Sending is another's matter.
/// </summary>
internal static class TellSubscribers
{
    /// <summary>Adds the messages of other grades to the context; the caller's save commits them with the grades.</summary>
    /// <param name="entities">Some hundred.</param>
    public static async Task OfGradesAsync(CreditDb db, IReadOnlyCollection<string> entities, TimeProvider clock, CancellationToken cancellation)
    {
        if (entities.Count == 0)
        {
            return;
        }

        var subscribed = await Open(db, clock).Where(one => one.Grades && entities.Contains(one.Entity))
            .ForAllOrganisations("subscriptions to the grades of a batch").ToListAsync(cancellation);
        Add(db, subscribed, Message.GradeChanged, null, clock);
    }

    /// <summary>Adds one message for each subscription about whose organisation the batch has records. The caller saves.</summary>
    /// <param name="recorded">The store's time of the batch, which is in the current transaction.</param>
    public static async Task OfFactsAsync(CreditDb db, long recorded, TimeProvider clock, CancellationToken cancellation)
    {
        var subscribed = await Open(db, clock).Where(one => one.Facts && db.Facts.Any(fact => fact.Recorded == recorded && fact.Entity == one.Entity))
            .ForAllOrganisations("subscriptions to the records of a batch").ToListAsync(cancellation);
        Add(db, subscribed, Message.FactsChanged, recorded, clock);
    }

    /// <summary>The same where all records are of one organisation.</summary>
    public static async Task OfFactsAsync(CreditDb db, string entity, long recorded, TimeProvider clock, CancellationToken cancellation) =>
        Add(db, await Open(db, clock).Where(one => one.Facts && one.Entity == entity).ToListAsync(cancellation), Message.FactsChanged, recorded, clock);

    private static IQueryable<Subscription> Open(CreditDb db, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return db.Subscriptions.AsNoTracking().Where(one => one.EndedAt == null && one.Until > now);
    }

    private static void Add(CreditDb db, List<Subscription> subscriptions, string type, long? known, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        foreach (var subscription in subscriptions)
        {
            db.Deliveries.Add(DeliveryOf(subscription, Guid.CreateVersion7(now), type, Message.Write(type, subscription, now, known), now));
        }
    }

    /// <summary>A message on its way to a subscription.</summary>
    public static Delivery DeliveryOf(Subscription subscription, Guid id, string type, byte[] body, DateTimeOffset now) =>
        DeliveryOf(subscription.Entity, subscription.Client, subscription.Target, subscription.Id, id, type, body, now);

    /// <summary>A notice on its way to the program's own address for them.</summary>
    public static Delivery DeliveryOf(Notice notice, string target) =>
        DeliveryOf(notice.Entity, notice.Client, target, Guid.Empty, notice.Id, Notice.StopUsing, notice.Body, notice.At);

    private static Delivery DeliveryOf(string entity, string client, string target, Guid subscription, Guid id, string type, byte[] body, DateTimeOffset now) => new()
    {
        Entity = entity,
        Id = id,
        Subscription = subscription,
        Client = client,
        Receiver = ReceiverOf(target),
        Type = type,
        Body = body,
        At = now,
        TriedSince = now,
        NextAt = now,
    };

    /// <summary>Scheme, host and port; without the path, where programs put passwords. Never longer than the column: a message is written with what it tells of.</summary>
    public static string ReceiverOf(string target) =>
        new Uri(target).GetLeftPart(UriPartial.Authority) is var receiver && receiver.Length <= Delivery.LongestReceiver ? receiver : receiver[..Delivery.LongestReceiver];
}
