using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Accounts.Staff;

/// <summary>Takes an account into use again that <see cref="DisableAccount"/> took out of it. No session comes back.</summary>
internal sealed class EnableAccount(IdentityDb db)
{
    /// <returns>False when there is no such account, or it is in use; then nothing changed and there is no event.</returns>
    public async Task<bool> HandleAsync(Guid account, EventContext context, Guid? actor, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        DateTimeOffset? never = null;
        var won = await db.Users.Where(one => one.Id == account && one.LockoutEnd != null).ExecuteUpdateAsync(
            set => set.SetProperty(one => one.LockoutEnd, never).SetProperty(one => one.ConcurrencyStamp, Guid.CreateVersion7().ToString("D")), cancellation);
        if (won == 0)
        {
            return false;
        }

        db.Record(IdentityEvents.AccountEnabled(context, actor, account));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
