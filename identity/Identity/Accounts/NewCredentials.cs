using System.Security.Cryptography;
using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Identity.Sessions;
using Backbone.Identity.SignIn;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Identity;

namespace Backbone.Identity.Accounts;

/// <summary>
/// A new password for an account whose old one is lost or not to be trusted: whoever was signed in with it is not any more, and tries that were
/// counted against it are forgotten. What happens to its second factor the caller says, in the same transaction.
/// </summary>
internal sealed class NewCredentials(IdentityDb db, IPasswordHasher<Account> hasher, EndSessions end, SignInLimits limits)
{
    /// <param name="account">As the database has it.</param>
    /// <param name="second">Changes the second factor, and records that.</param>
    /// <param name="context">Of the events.</param>
    /// <param name="cancellation">Gives up; nothing has changed then.</param>
    /// <returns>The password. It is kept nowhere: to be shown once.</returns>
    public async Task<string> GiveAsync(Account account, Func<Task> second, EventContext context, CancellationToken cancellation)
    {
        var password = NewPassword();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            account.PasswordHash = hasher.HashPassword(account, password);
            account.SecurityStamp = RandomNumberGenerator.GetHexString(32);
            account.ConcurrencyStamp = RandomNumberGenerator.GetHexString(32);
            db.Record(IdentityEvents.CredentialChanged(context, IdentityKinds.PasswordReset, account.Id));
            await second();
            await db.SaveChangesAsync(cancellation);
            await end.AllAsync(account.Id, SessionEnd.Administrator, context, cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await limits.ForgetAsync(SecondFactor.LimitKind, account.Id.ToString("D"), cancellation);
        foreach (var name in SignInNames.Of(account))
        {
            await limits.ForgetAsync(SignInWithPassword.LimitKind, name, cancellation);
        }

        return password;
    }

    /// <summary>16 of 31 characters, 79 bits; none that look alike.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 16);
}
