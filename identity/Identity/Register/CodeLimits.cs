using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Register;

/// <summary>
/// How many codes may be asked for: per address of a person (nobody is flooded with messages) and per network address (nobody tries out
/// a list). Counted in the database, so that all hosts count together; the keys are keyed hashes and name nobody.
/// </summary>
internal sealed class CodeLimits(IdentityDb db, MasterKey master, TimeProvider clock)
{
    public const int PerIdentifier = 5;

    public const int PerAddress = 20;

    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly byte[] _key = master.Derive("register/limits");

    /// <summary>Null when one more is allowed (and now counted); otherwise when the next one will be.</summary>
    public async Task<DateTimeOffset?> TakeAsync(Identifier to, string? address, CancellationToken cancellation) =>
        await TakeAsync($"code-from:{Commit(address ?? "")}", PerAddress, cancellation)
        ?? await TakeAsync($"code-to:{Commit(to.Value)}", PerIdentifier, cancellation);

    private string Commit(string value) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(value)).AsSpan(0, 24));

    private async Task<DateTimeOffset?> TakeAsync(string key, int limit, CancellationToken cancellation)
    {
        while (true)
        {
            // 1. A window is open and has room.
            var now = clock.GetUtcNow();
            var row = db.AttemptCounters.Where(counter => counter.Key == key);
            if (await row.Where(c => c.ExpiresAt > now && c.Failures < limit)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Failures, c => c.Failures + 1), cancellation) == 1)
            {
                return null;
            }

            // 2. A window is open and full. Full must be asked again: one may have been opened since step 1.
            if (await row.AsNoTracking().Where(c => c.ExpiresAt > now && c.Failures >= limit).Select(c => (DateTimeOffset?)c.ExpiresAt).FirstOrDefaultAsync(cancellation)
                is { } until)
            {
                return until;
            }

            // 3. None is open: open one. Of two that come at once, one inserts and the other counts in step 1.
            await db.AttemptCounters.Where(c => c.ExpiresAt <= now && c.Key.StartsWith("code-")).ExecuteDeleteAsync(cancellation);
            var counter = db.AttemptCounters.Add(new AttemptCounter { Key = key, Failures = 1, ExpiresAt = now + Window });
            try
            {
                await db.SaveChangesAsync(cancellation);
                return null;
            }
            catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
            {
                counter.State = EntityState.Detached;
                if (!await row.AnyAsync(cancellation))
                {
                    throw;
                }
            }
        }
    }
}
