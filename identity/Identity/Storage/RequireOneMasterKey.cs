using System.Buffers.Text;
using System.Security.Cryptography;
using Backbone.Identity.Keys;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Identity.Storage;

/// <summary>
/// One database, one master key. A host with another key would make signing keys that the others cannot open, and see strangers in the
/// people it knows; it must not start, nor write anything before that is known. The first host leaves a trace of its key, one-way.
/// </summary>
internal sealed class RequireOneMasterKey(IServiceScopeFactory scopes, MasterKey master, BackboneOptions options) : IHostedLifecycleService
{
    private const int TraceBytes = 16;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var own = Base64Url.EncodeToString(master.Derive("database-trace", TraceBytes));
        var known = await KnownAsync(db, cancellationToken) ?? await LeaveAsync(db, own, cancellationToken);
        if (known != own)
        {
            throw new MasterKeyException(
                $"The identity database was sealed with another master key than {options.MasterKeyPath}. Hosts of one database need the same: "
                + $"copy the key file of the first host and name it with {BackboneOptions.Section}:{nameof(BackboneOptions.MasterKey)}=file:PATH (docs/trust.md).");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Task<string?> KnownAsync(IdentityDb db, CancellationToken cancellation) =>
        db.Stamps.AsNoTracking().Where(stamp => stamp.Name == Stamp.MasterKey).Select(stamp => stamp.Value).SingleOrDefaultAsync(cancellation);

    /// <summary>Of hosts that come first at once the database takes one; the others read whose.</summary>
    private async Task<string?> LeaveAsync(IdentityDb db, string own, CancellationToken cancellation)
    {
        // A database from before there were traces: what it holds says whose it is.
        if (await db.SigningKeys.AsNoTracking().OrderBy(key => key.Id).FirstOrDefaultAsync(cancellation) is { } key && !Opens(key))
        {
            return null;
        }

        db.Stamps.Add(new Stamp { Name = Stamp.MasterKey, Value = own });
        try
        {
            await db.SaveChangesAsync(cancellation);
            return own;
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            return await KnownAsync(db, cancellation);
        }
    }

    private bool Opens(SigningKey key)
    {
        try
        {
            CryptographicOperations.ZeroMemory(master.Open($"{SigningKeyRing.SealLabel}/{key.Id}", key.SealedPrivateKey));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
