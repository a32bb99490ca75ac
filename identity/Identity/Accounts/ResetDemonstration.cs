using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform.Storage;
using Backbone.Platform.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Accounts;

/// <summary>
/// New passwords and authenticators for the demonstration accounts that exist. Whoever was signed in as one is not any more. The events wait
/// in the outbox: only a serving host writes the audit log, and a running one picks them up at its next look.
/// </summary>
internal sealed class ResetDemonstration(IServiceScopeFactory scopes, DemonstrationSheet sheet, TimeProvider clock) : IDemonstrationPasswords
{
    public async Task ResetAsync(CancellationToken cancellation)
    {
        await using (var scope = scopes.CreateAsyncScope())
        {
            // A folder no host has served yet has no tables, hence no accounts.
            await scope.ServiceProvider.GetRequiredService<IdentityDb>().Database.MigrateAloneAsync(clock, cancellation);
        }

        foreach (var person in SeedDemonstration.People)
        {
            await using var scope = scopes.CreateAsyncScope();
            if (await ResetAsync(scope.ServiceProvider, person, cancellation) is { } account)
            {
                sheet.Add(account);
            }
        }
    }

    private async Task<DemonstrationAccount?> ResetAsync(IServiceProvider services, DemonstrationPerson person, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<IdentityDb>();
        var store = services.GetRequiredService<AccountStore>();
        if (await SignInNames.FindAsync(db, SignInNames.Normalize(person.Name)!, cancellation) is not { } account)
        {
            return null;
        }

        var context = new EventContext(clock);
        string? secret = null;
        var password = await services.GetRequiredService<NewCredentials>().GiveAsync(
            account,
            async () =>
            {
                if (person.Kind == AccountKind.Staff || account.TwoFactorEnabled)
                {
                    secret = SeedDemonstration.NewSecret();
                    await store.SetAuthenticatorKeyAsync(account, secret, cancellation);
                    await store.ReplaceCodesAsync(account, [], cancellation);
                    account.TwoFactorEnabled = true;
                    account.LastTotpStep = null;
                    db.Record(IdentityEvents.CredentialChanged(context, IdentityKinds.AuthenticatorAdd, account.Id));
                }
            },
            context,
            cancellation);
        return new DemonstrationAccount(person.Name, password, secret, person.Roles);
    }
}
