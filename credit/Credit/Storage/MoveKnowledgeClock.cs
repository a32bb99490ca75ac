using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Storage;

/// <summary>Moves the store's clock of knowledge forward within the current transaction, and holds it until that ends: so writers commit in the order of their times.</summary>
internal static class MoveKnowledgeClock
{
    /// <returns>The time of the records that are written next, in microseconds since 1970.</returns>
    public static async Task<long> RunAsync(CreditDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var now = (clock.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        await db.Clock.Where(row => row.Id == KnowledgeClock.OnlyId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Last, row => row.Last + 1 > now ? row.Last + 1 : now), cancellation);
        return await db.Clock.Where(row => row.Id == KnowledgeClock.OnlyId).Select(row => row.Last).SingleAsync(cancellation);
    }
}
