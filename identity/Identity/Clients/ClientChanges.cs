using System.Data.Common;
using System.Security.Cryptography;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using OpenIddict.EntityFrameworkCore.Models;

namespace Backbone.Identity.Clients;

/// <summary>
/// Whoever saves a client changes <see cref="Stamp.Clients"/> in the same commit, by which every other host notices, and empties this host's
/// cache after the commit: before it, a request could read the old client and put it back.
/// </summary>
internal sealed class ClientChanges(ClientCache cache) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        StampIfChanged(eventData.Context);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        StampIfChanged(eventData.Context);
        return ValueTask.FromResult(result);
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        ClearIfCommitted(eventData.Context);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        ClearIfCommitted(eventData.Context);
        return ValueTask.FromResult(result);
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => ClearIfStamped(eventData.Context);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ClearIfStamped(eventData.Context);
        return Task.CompletedTask;
    }

    private static void StampIfChanged(DbContext? db)
    {
        if (db?.ChangeTracker.Entries<OpenIddictEntityFrameworkCoreApplication<Guid>>()
            .Any(client => client.State is EntityState.Added or EntityState.Modified or EntityState.Deleted) != true)
        {
            return;
        }

        // Not a number: two hosts that count up at once would write the same one, and a third would see one change of two.
        var value = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var stamp = db.ChangeTracker.Entries<Stamp>().FirstOrDefault(entry => entry.Entity.Name == Stamp.Clients)
            ?? db.Attach(new Stamp { Name = Stamp.Clients, Value = "" });
        stamp.Property(s => s.Value).CurrentValue = value;
    }

    /// <summary>With a transaction of the caller's own nothing is committed yet.</summary>
    private void ClearIfCommitted(DbContext? db)
    {
        if (db?.Database.CurrentTransaction is null)
        {
            ClearIfStamped(db);
        }
    }

    private void ClearIfStamped(DbContext? db)
    {
        if (db?.ChangeTracker.Entries<Stamp>().Any(entry => entry.Entity.Name == Stamp.Clients) == true)
        {
            cache.Clear();
        }
    }
}
