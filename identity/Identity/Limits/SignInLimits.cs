using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Limits;

/// <summary>
/// Lock-out of one sign-in name, in the database: it survives a restart and holds on every host. A try is counted before the password is
/// looked at, so that parallel guesses cannot outrun the count. Names nobody has are counted the same way.
/// </summary>
internal sealed class SignInLimits(IdentityDb db, MasterKey master, IOptions<LimitOptions> options, TimeProvider clock)
{
    private readonly byte[] _key = master.Derive("limits/sign-in-name");

    /// <returns>Until when the name is locked; null when this try may go on (it is counted as failed until <see cref="ForgetAsync"/>).</returns>
    public async Task<DateTimeOffset?> TryAsync(string kind, string name, CancellationToken cancellation)
    {
        var key = KeyOf(kind, name);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var now = clock.GetUtcNow();
            var expires = now + TimeSpan.FromMinutes(options.Value.LockMinutes);
            var row = await db.AttemptCounters.AsNoTracking().SingleOrDefaultAsync(c => c.Key == key, cancellation);
            if (row?.LockedUntil > now)
            {
                return row.LockedUntil;
            }

            if (row is not null && row.ExpiresAt <= now)
            {
                await db.AttemptCounters.Where(c => c.Key == key && c.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);
                row = null;
            }

            if (row is null && await InsertAsync(key, expires, cancellation))
            {
                return null;
            }

            // Never reaches the (n+1)th: the try that would is refused and sets the lock.
            var most = options.Value.FailuresBeforeLock;
            var counted = await db.AttemptCounters.Where(c => c.Key == key && c.Failures < most).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Failures, c => c.Failures + 1).SetProperty(c => c.ExpiresAt, expires), cancellation);
            if (counted == 1)
            {
                return null;
            }

            var locked = await db.AttemptCounters.Where(c => c.Key == key && c.LockedUntil == null && c.Failures >= most).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.LockedUntil, expires).SetProperty(c => c.ExpiresAt, expires), cancellation);
            if (locked == 1)
            {
                return expires;
            }

            // Neither counted nor locked: meanwhile another try of the same person succeeded and took the row away, or set the lock. Look again.
        }
    }

    /// <summary>The person proved who they are.</summary>
    public Task ForgetAsync(string kind, string name, CancellationToken cancellation)
    {
        var key = KeyOf(kind, name);
        return db.AttemptCounters.Where(c => c.Key == key).ExecuteDeleteAsync(cancellation);
    }

    private async Task<bool> InsertAsync(string key, DateTimeOffset expires, CancellationToken cancellation)
    {
        var added = db.AttemptCounters.Add(new AttemptCounter { Key = key, Failures = 1, ExpiresAt = expires });
        try
        {
            await db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException)
        {
            // A parallel try inserted it first: count there.
            return false;
        }
        finally
        {
            added.State = EntityState.Detached;
        }
    }

    private string KeyOf(string kind, string name) =>
        kind + ":" + Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(kind + "\n" + name)));
}
