using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Backbone.Audit.Outbox;

/// <summary>Rings after a save that carried events and after every commit, so the relay does not wait for its next look.</summary>
internal sealed class OutboxWake<TDb>(ModuleOutbox<TDb> outbox) : SaveChangesInterceptor, IDbTransactionInterceptor
    where TDb : DbContext
{
    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        RingIfRecorded(eventData);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        RingIfRecorded(eventData);
        return ValueTask.FromResult(result);
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => outbox.Ring();

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        outbox.Ring();
        return Task.CompletedTask;
    }

    private void RingIfRecorded(SaveChangesCompletedEventData eventData)
    {
        if (eventData.Context?.ChangeTracker.Entries<OutboxEntry>().Any() == true)
        {
            outbox.Ring();
        }
    }
}
