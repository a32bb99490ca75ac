using Backbone.Credit.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Programs;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>To whom a message goes, as it is now and not as it was when the message was written.</summary>
/// <param name="Subscription">Null for a notice that goes to the program's own address for them.</param>
/// <param name="Secret">Null where the program has none.</param>
internal sealed record Addressee(string Client, string Target, Subscription? Subscription, WebhookSecret? Secret)
{
    /// <returns>Null when nobody wants it any more: the subscription is over, the address was taken back.</returns>
    public static async Task<Addressee?> OfAsync(CreditDb db, Delivery delivery, DateTimeOffset now, CancellationToken cancellation)
    {
        var secret = await db.WebhookSecrets.AsNoTracking().SingleOrDefaultAsync(one => one.Client == delivery.Client, cancellation);
        if (delivery.Subscription == Guid.Empty)
        {
            return secret?.NoticeTarget is { } target ? new(delivery.Client, target, null, secret) : null;
        }

        var subscription = await db.Subscriptions.AsNoTracking()
            .SingleOrDefaultAsync(one => one.Entity == delivery.Entity && one.Id == delivery.Subscription, cancellation);
        return subscription is null || subscription.EndedAt is not null || subscription.Until <= now ? null : new(delivery.Client, subscription.Target, subscription, secret);
    }

    /// <summary>Whether the program may still ask, where this host can know it.</summary>
    public bool MayAsk(IEnumerable<ProgramScopes> catalogues) => catalogues.All(catalogue => catalogue.May(Client, CreditPrograms.ReadScope));
}
