using System.Security.Cryptography;
using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Identity.Sessions;
using Backbone.Identity.SignIn;
using Backbone.Identity.Storage;
using Backbone.Platform.Storage;
using Backbone.Platform.Web.Hosting;
using Microsoft.AspNetCore.Identity;
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
        var password = SeedDemonstration.NewPassword();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        account.PasswordHash = services.GetRequiredService<IPasswordHasher<Account>>().HashPassword(account, password);
        account.SecurityStamp = RandomNumberGenerator.GetHexString(32);
        account.ConcurrencyStamp = RandomNumberGenerator.GetHexString(32);
        db.Record(IdentityEvents.CredentialChanged(context, IdentityKinds.PasswordReset, account.Id));
        string? secret = null;
        if (person.Kind == AccountKind.Staff || account.TwoFactorEnabled)
        {
            secret = SeedDemonstration.NewSecret();
            await store.SetAuthenticatorKeyAsync(account, secret, cancellation);
            await store.ReplaceCodesAsync(account, [], cancellation);
            account.TwoFactorEnabled = true;
            account.LastTotpStep = null;
            db.Record(IdentityEvents.CredentialChanged(context, IdentityKinds.AuthenticatorAdd, account.Id));
        }

        await db.SaveChangesAsync(cancellation);
        await services.GetRequiredService<EndSessions>().AllAsync(account.Id, SessionEnd.Administrator, context, cancellation);
        await transaction.CommitAsync(cancellation);

        var limits = services.GetRequiredService<SignInLimits>();
        await limits.ForgetAsync(SecondFactor.LimitKind, account.Id.ToString("D"), cancellation);
        foreach (var name in SignInNames.Of(account))
        {
            await limits.ForgetAsync(SignInWithPassword.LimitKind, name, cancellation);
        }

        return new DemonstrationAccount(person.Name, password, secret, person.Roles);
    }
}
