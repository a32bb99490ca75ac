using Backbone.Audit.State;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Publishing;

/// <summary>
/// The newest signed checkpoint, kept in the database, apart from the log's storage. Moved before the checkpoint leaves the process, by
/// compare and swap on the size: a second writer of the same log, or one on an older copy of it, is stopped here.
/// </summary>
internal sealed class Anchors(IServiceScopeFactory scopes)
{
    public async Task<CheckpointAnchor?> FindAsync(string origin, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AuditDb>().Anchors.AsNoTracking()
            .SingleOrDefaultAsync(anchor => anchor.Origin == origin, cancellation);
    }

    /// <summary>The newest statement of what was deleted, word for word; null when nothing was.</summary>
    public async Task<string?> FindMinimumAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AuditDb>().RetentionStatements.AsNoTracking()
            .OrderByDescending(statement => statement.EndIndex).Select(statement => statement.Note).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Durable when it returns.</summary>
    public async Task AddMinimumAsync(RetentionStatement statement, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
        db.RetentionStatements.Add(statement);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Durable when it returns.</summary>
    /// <param name="previous">The size that must stand there now; null when none does.</param>
    /// <param name="next">A larger tree.</param>
    /// <param name="cancellation">Gives up waiting; the swap may still have happened.</param>
    /// <exception cref="SplitLogException">Something else stands there: two logs sign under one name.</exception>
    public async Task MoveAsync(long? previous, CheckpointAnchor next, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
        try
        {
            if (previous is { } size)
            {
                var moved = await db.Anchors.Where(anchor => anchor.Origin == next.Origin && anchor.Size == size)
                    .ExecuteUpdateAsync(
                        change => change.SetProperty(a => a.Size, next.Size).SetProperty(a => a.Root, next.Root)
                            .SetProperty(a => a.Note, next.Note).SetProperty(a => a.SignedAt, next.SignedAt),
                        cancellation);
                if (moved == 1)
                {
                    return;
                }
            }
            else
            {
                db.Anchors.Add(next);
                await db.SaveChangesAsync(cancellation);
                return;
            }
        }
        catch (DbUpdateException refused) when (previous is null)
        {
            // A database that takes nothing for a while refuses too; only what stands there tells who signs.
            var there = await FindAsync(next.Origin, cancellation);
            if (there is null)
            {
                throw;
            }

            // Our own, of an earlier try that was given no answer.
            if (there.Size == next.Size && there.Note == next.Note)
            {
                return;
            }

            throw Split(next.Origin, previous, refused);
        }

        throw Split(next.Origin, previous, null);
    }

    private static SplitLogException Split(string origin, long? previous, Exception? cause) => new(
        $"the checkpoint of {origin} in the database is not the one of size {previous?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} "
        + "that this process wrote: another process signs for the same log. Stop one of them.",
        cause);
}

/// <summary>The log contradicts what was signed before, or another process signs for it: rolled back, forked or doubled. It does not go on.</summary>
internal sealed class SplitLogException(string message, Exception? inner = null) : Exception(message, inner);
