using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Sessions;

/// <summary>
/// What the token endpoint asks about the session its tokens belong to. The protocol side binds every authorization it issues for, so that
/// ending the session revokes the tokens, and asks again at each refresh: a token issued at the very moment of the end dies there.
/// </summary>
internal sealed class SessionGate(IdentityDb db, IOptions<SessionOptions> options, TimeProvider clock)
{
    /// <summary>
    /// True while the session is neither ended, idle nor too old, nor its account out of use. An app that refreshes keeps its person's session from idling (their
    /// work in the app is activity), but never past the absolute end.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="isActivity">False when only somebody's page asks, by itself.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> IsAliveAsync(Guid session, bool isActivity, CancellationToken cancellation)
    {
        var row = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(
            s => s.Id == session && s.EndedAt == null && db.Users.Any(account => account.Id == s.AccountId && account.LockoutEnd == null), cancellation);
        var now = clock.GetUtcNow();
        if (row is null || BrowserSessions.EndReasonAt(row, options.Value, now) is not null)
        {
            return false;
        }

        if (isActivity && now - row.LastSeenAt >= TimeSpan.FromMinutes(1))
        {
            await db.Sessions.Where(s => s.Id == session && s.EndedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenAt, now), cancellation);
        }

        return true;
    }

    /// <summary>Ties an authorization's tokens to the session; idempotent.</summary>
    public async Task TieAsync(Guid session, Guid authorization, CancellationToken cancellation)
    {
        if (await db.SessionGrants.AnyAsync(g => g.SessionId == session && g.AuthorizationId == authorization, cancellation))
        {
            return;
        }

        db.SessionGrants.Add(new SessionGrant { SessionId = session, AuthorizationId = authorization });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
        {
            // Two requests of one browser bound it at once; the other row says the same.
            db.ChangeTracker.Clear();
            if (!await db.SessionGrants.AnyAsync(g => g.SessionId == session && g.AuthorizationId == authorization, cancellation))
            {
                throw;
            }
        }
    }
}
