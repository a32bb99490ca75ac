using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Grading;

/// <summary>
/// Held while a shard is scored and its grades are kept, or an agency's folder is read: one host at a time among all of a database. On PostgreSQL it falls
/// with its connection, and so with its process; on SQLite there is one host.
/// </summary>
internal sealed class ShardLease : IAsyncDisposable
{
    /// <summary>The first of the two numbers of PostgreSQL's advisory lock; the second is the shard's.</summary>
    private const int OfShards = 0x6262_6773;

    private readonly AsyncServiceScope scope;
    private readonly CreditDb db;
    private readonly bool locks;
    private readonly int kind;
    private readonly int number;

    private ShardLease(AsyncServiceScope scope, CreditDb db, bool locks, int kind, int number) =>
        (this.scope, this.db, this.locks, this.kind, this.number) = (scope, db, locks, kind, number);

    /// <summary>Null when another host has it.</summary>
    /// <param name="scopes">For a connection that stays open until the lease ends.</param>
    public static Task<ShardLease?> TryTakeAsync(IServiceScopeFactory scopes, Shard shard, CancellationToken cancellation) =>
        TryTakeAsync(scopes, OfShards, shard.Of << 8 | shard.Number, cancellation);

    /// <summary>Null when another host has it.</summary>
    /// <param name="kind">What such leases are for: the first of the lock's two numbers.</param>
    /// <param name="number">Which of them: the second.</param>
    public static async Task<ShardLease?> TryTakeAsync(IServiceScopeFactory scopes, int kind, int number, CancellationToken cancellation)
    {
        var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        if (db is not PostgresCreditDb)
        {
            return new(scope, db, locks: false, kind, number);
        }

        try
        {
            await db.Database.OpenConnectionAsync(cancellation);
            if (await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({kind}, {number}) AS \"Value\"").SingleAsync(cancellation))
            {
                return new(scope, db, locks: true, kind, number);
            }
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }

        await scope.DisposeAsync();
        return null;
    }

    /// <summary>Whether the connection that holds it still answers; without it another host may have begun.</summary>
    public async Task<bool> HoldsAsync(CancellationToken cancellation) => !locks
        || await db.Database.SqlQuery<bool>(
            $"SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid = {kind} AND objid = {number}) AS \"Value\"").SingleAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        if (locks && db.Database.GetDbConnection().State == System.Data.ConnectionState.Open)
        {
            await db.Database.SqlQuery<bool>($"SELECT pg_advisory_unlock({kind}, {number}) AS \"Value\"").SingleAsync();
        }

        await scope.DisposeAsync();
    }
}
