using System.Linq.Expressions;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;

namespace Backbone.Identity.Sessions;

/// <summary>
/// Ends sessions. The row, the tokens issued in it and the audit event change in one transaction: once the call returns, no ticket and no
/// refresh token of the session works on any host.
/// </summary>
internal sealed class EndSessions(IdentityDb db, TimeProvider clock)
{
    /// <returns>False when the account has no such live session.</returns>
    public async Task<bool> OneAsync(Guid account, Guid session, string reason, EventContext context, CancellationToken cancellation) =>
        await EndAsync(s => s.Id == session && s.AccountId == account, reason, context, cancellation) > 0;

    /// <returns>How many ended.</returns>
    public Task<int> AllAsync(Guid account, string reason, EventContext context, CancellationToken cancellation) =>
        EndAsync(s => s.AccountId == account, reason, context, cancellation);

    /// <summary>All of the account but the one at hand.</summary>
    public Task<int> OthersAsync(Guid account, Guid keep, string reason, EventContext context, CancellationToken cancellation) =>
        EndAsync(s => s.AccountId == account && s.Id != keep, reason, context, cancellation);

    private async Task<int> EndAsync(
        Expression<Func<Session, bool>> which, string reason, EventContext context, CancellationToken cancellation)
    {
        // A caller may have opened one to commit more than this, e.g. a new password.
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellation) : null;
        var open = await db.Sessions.AsNoTracking().Where(session => session.EndedAt == null).Where(which)
            .Select(session => new { session.Id, session.AccountId }).ToListAsync(cancellation);
        var now = clock.GetUtcNow();
        List<Guid> ended = [];
        foreach (var session in open)
        {
            // Every host sweeps, and a person may press the button meanwhile: one of them ends it, and the log says so once.
            var won = await db.Sessions.Where(s => s.Id == session.Id && s.EndedAt == null).ExecuteUpdateAsync(
                set => set.SetProperty(s => s.EndedAt, now).SetProperty(s => s.EndReason, reason), cancellation);
            if (won == 1)
            {
                ended.Add(session.Id);
                db.Record(IdentityEvents.SessionEnded(context, session.AccountId, session.Id, reason));
            }
        }

        if (ended.Count > 0)
        {
            await RevokeTokensAsync(ended, cancellation);
            await db.SaveChangesAsync(cancellation);
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        return ended.Count;
    }

    private async Task RevokeTokensAsync(List<Guid> sessions, CancellationToken cancellation)
    {
        var authorizations = await db.SessionGrants
            .Where(grant => sessions.Contains(grant.SessionId))
            .Select(grant => grant.AuthorizationId)
            .ToListAsync(cancellation);
        if (authorizations.Count > 0)
        {
            await db.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
                .Where(token => authorizations.Contains(token.Authorization!.Id) && token.Status != OpenIddictConstants.Statuses.Revoked)
                .ExecuteUpdateAsync(set => set.SetProperty(token => token.Status, OpenIddictConstants.Statuses.Revoked), cancellation);
        }
    }
}
