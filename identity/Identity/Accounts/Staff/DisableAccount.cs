using Backbone.Identity.Events;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Accounts.Staff;

/// <summary>
/// Takes an account out of use: nobody signs in with it, and its sessions end, which pages of ours hear within five seconds and other apps at
/// their next refresh. No web page reaches it: <c>host staff disable</c> does.
/// </summary>
internal sealed class DisableAccount(IdentityDb db, EndSessions end)
{
    /// <returns>False when there is no such account, or it is out of use already; then nothing changed and there is no event.</returns>
    public async Task<bool> HandleAsync(Guid account, EventContext context, Guid? actor, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        DateTimeOffset? always = DateTimeOffset.MaxValue;
        var won = await db.Users.Where(one => one.Id == account && one.LockoutEnd == null).ExecuteUpdateAsync(
            set => set.SetProperty(one => one.LockoutEnd, always).SetProperty(one => one.ConcurrencyStamp, Guid.CreateVersion7().ToString("D")), cancellation);
        if (won == 0)
        {
            return false;
        }

        db.Record(IdentityEvents.AccountDisabled(context, actor, account));
        await db.SaveChangesAsync(cancellation);
        await end.AllAsync(account, SessionEnd.Administrator, context, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
