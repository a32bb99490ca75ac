using Backbone.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Backbone.Audit.Outbox;

/// <summary>Seals the events of a save just before it, in the order in which they were recorded, so that none gets into the database without.</summary>
/// <param name="seal">Asked for when there is something to seal: who only looks at the database must make no key.</param>
internal sealed class SealOutbox(Func<OutboxSeal> seal) : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Seal(eventData.Context);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Seal(eventData.Context);
        return ValueTask.FromResult(result);
    }

    private void Seal(DbContext? db)
    {
        if (db is null)
        {
            return;
        }

        // What is added is known without looking for changes, which the save itself does.
        var tracker = db.ChangeTracker;
        var detects = tracker.AutoDetectChangesEnabled;
        tracker.AutoDetectChangesEnabled = false;
        try
        {
            // Until the database gives the number, EF's own is there, which only grows.
            foreach (var entry in tracker.Entries<OutboxEntry>().Where(entry => entry.State == EntityState.Added)
                .OrderBy(entry => entry.Property(row => row.Sequence).CurrentValue).ToList())
            {
                seal().Close(entry.Entity);
            }
        }
        finally
        {
            tracker.AutoDetectChangesEnabled = detects;
        }
    }
}
