using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.AccountPages;

/// <summary>The sessions of one person; never another's.</summary>
internal sealed class OwnSessions(IdentityDb db, IOptions<SessionOptions> limits, TimeProvider clock)
{
    /// <summary>Those that still open pages, the latest used first. One past its time may not be marked as ended yet.</summary>
    public async Task<List<Session>> OpenAsync(Guid account, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var idleSince = now - limits.Value.Idle;
        var oldest = now - limits.Value.Absolute;
        return await db.Sessions.AsNoTracking()
            .Where(s => s.AccountId == account && s.EndedAt == null && s.LastSeenAt > idleSince && s.CreatedAt > oldest)
            .OrderByDescending(s => s.LastSeenAt)
            .ToListAsync(cancellation);
    }

    /// <summary>The sign-in before this one, open or ended: a person sees whether it was theirs.</summary>
    public async Task<Session?> PreviousAsync(Guid account, Guid current, CancellationToken cancellation) =>
        await db.Sessions.AsNoTracking()
            .Where(s => s.AccountId == account && s.Id != current)
            .OrderByDescending(s => s.CreatedAt)
            .FirstOrDefaultAsync(cancellation);
}
