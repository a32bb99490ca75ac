using System.Security.Cryptography;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Accounts.Staff;

/// <summary>
/// <c>host staff</c>: what an operator does to staff accounts by hand, the first administrator among them. Works beside a running host or without one.
/// The events wait in the outbox: only a serving host writes the audit log, and a running one picks them up at its next look. Who typed is not known
/// to us, so the events name nobody: machines on which it can be typed keep their own record of who was at them. Each answers an exit code:
/// 0 when it is done, 1 when it was refused, and then nothing changed.
/// </summary>
public sealed class StaffAccounts
{
    private const int LongestDisplayName = 50;

    private readonly IServiceScopeFactory scopes;
    private readonly TimeProvider clock;

    internal StaffAccounts(IServiceScopeFactory scopes, TimeProvider clock)
    {
        this.scopes = scopes;
        this.clock = clock;
    }

    private EventContext Context => new(clock);

    /// <summary>Makes an account. Its first sign-in is by the password that is shown here, once, and leads to setting up a second factor.</summary>
    /// <param name="name">What the person signs in by: <see cref="StaffName"/>.</param>
    /// <param name="displayName">What pages call them; 1–50 characters.</param>
    /// <param name="roles">Beside the role of all staff.</param>
    /// <param name="output">Takes the password, or why not.</param>
    /// <param name="cancellation">Gives up; nothing has changed then.</param>
    public Task<int> AddAsync(string name, string displayName, IReadOnlyCollection<string> roles, TextWriter output, CancellationToken cancellation) =>
        InDatabaseAsync(async (services, db) =>
        {
            if (Refusal(name, displayName, WithStaff(roles)) is { } refusal)
            {
                return await RefuseAsync(output, refusal);
            }

            if (await SignInNames.FindAsync(db, SignInNames.Normalize(name)!, cancellation) is not null)
            {
                return await RefuseAsync(output, $"There is an account '{name}' already.");
            }

            var password = NewCredentials.NewPassword();
            var account = New(name, displayName);
            account.PasswordHash = services.GetRequiredService<IPasswordHasher<Account>>().HashPassword(account, password);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            db.Users.Add(account);
            db.Record(IdentityEvents.AccountCreated(Context, account.Id, "staff"));
            await db.SaveChangesAsync(cancellation);
            await services.GetRequiredService<AssignRoles>().HandleAsync(account, WithStaff(roles), Context, null, cancellation);
            await transaction.CommitAsync(cancellation);
            await ShowAsync(output, name, password);
            return 0;
        }, cancellation);

    /// <summary>Sets the roles to exactly these and the one of all staff. Whoever loses one is signed out.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<int> SetRolesAsync(string name, IReadOnlyCollection<string> roles, TextWriter output, CancellationToken cancellation) =>
        OfAsync(name, output, async (services, account) =>
        {
            var outcome = await services.GetRequiredService<AssignRoles>().HandleAsync(account, WithStaff(roles), Context, null, cancellation);
            if (outcome != AssignOutcome.Assigned)
            {
                return await RefuseAsync(output, RoleRefusal(outcome, roles));
            }

            await output.WriteLineAsync($"{name}: {string.Join(", ", WithStaff(roles))}");
            return 0;
        }, cancellation);

    /// <summary>A new password, and no second factor until the next sign-in sets one up: for who lost them. Whoever is signed in with the account is signed out.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<int> ResetAsync(string name, TextWriter output, CancellationToken cancellation) => OfAsync(name, output, async (services, account) =>
    {
        var password = await services.GetRequiredService<NewCredentials>().GiveAsync(
            account, () => RemoveFactorsAsync(services, account, cancellation), Context, cancellation);
        await ShowAsync(output, name, password);
        return 0;
    }, cancellation);

    /// <summary>Out of use until <see cref="EnableAsync"/>: no sign-in, and its sessions end.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<int> DisableAsync(string name, TextWriter output, CancellationToken cancellation) => OfAsync(name, output, async (services, account) =>
    {
        var changed = await services.GetRequiredService<DisableAccount>().HandleAsync(account.Id, Context, null, cancellation);
        await output.WriteLineAsync(changed ? $"{name} is out of use; its sessions have ended." : $"{name} was out of use already.");
        return 0;
    }, cancellation);

    /// <summary>In use again.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<int> EnableAsync(string name, TextWriter output, CancellationToken cancellation) => OfAsync(name, output, async (services, account) =>
    {
        var changed = await services.GetRequiredService<EnableAccount>().HandleAsync(account.Id, Context, null, cancellation);
        await output.WriteLineAsync(changed ? $"{name} is in use again." : $"{name} was in use already.");
        return 0;
    }, cancellation);

    /// <summary>A line for each staff account: name, display name, second factor, whether it is in use, roles.</summary>
    public Task<int> ListAsync(TextWriter output, CancellationToken cancellation) => InDatabaseAsync(async (_, db) =>
    {
        var roles = await (from assignment in db.UserRoles join role in db.Roles on assignment.RoleId equals role.Id select new { assignment.UserId, role.Name })
            .ToListAsync(cancellation);
        var passkeys = await db.UserPasskeys.Select(passkey => passkey.UserId).Distinct().ToListAsync(cancellation);
        var accounts = await db.Users.AsNoTracking().Where(account => account.Kind == AccountKind.Staff).OrderBy(account => account.UserName).ToListAsync(cancellation);
        foreach (var account in accounts)
        {
            var factor = account.TwoFactorEnabled || passkeys.Contains(account.Id) ? "second factor" : "no second factor yet";
            var use = account.IsDisabled ? "out of use" : "in use";
            var held = roles.Where(role => role.UserId == account.Id).Select(role => role.Name!).Order(StringComparer.Ordinal);
            await output.WriteLineAsync($"{account.UserName}\t{account.DisplayName}\t{factor}\t{use}\t{string.Join(", ", held)}");
        }

        if (accounts.Count == 0)
        {
            await output.WriteLineAsync("There is no staff account yet: host staff add NAME --display-name TEXT --role ROLE");
        }

        return 0;
    }, cancellation);

    private static async Task RemoveFactorsAsync(IServiceProvider services, Account account, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<IdentityDb>();
        var store = services.GetRequiredService<AccountStore>();
        var context = new EventContext(services.GetRequiredService<TimeProvider>());
        await store.RemoveTokenAsync(account, "[AspNetUserStore]", "AuthenticatorKey", cancellation);
        await store.ReplaceCodesAsync(account, [], cancellation);
        if (account.TwoFactorEnabled)
        {
            account.TwoFactorEnabled = false;
            account.LastTotpStep = null;
            db.Record(IdentityEvents.CredentialChanged(context, IdentityKinds.AuthenticatorRemove, account.Id));
        }

        if (await db.UserPasskeys.Where(passkey => passkey.UserId == account.Id).ExecuteDeleteAsync(cancellation) > 0)
        {
            db.Record(IdentityEvents.CredentialChanged(context, IdentityKinds.PasskeyRemove, account.Id));
        }
    }

    private static string? Refusal(string name, string displayName, IReadOnlyCollection<string> roles) =>
        !StaffName.IsOne(name) ? $"NAME must be {StaffName.Rule}, but is '{name}'."
        : displayName.Length is 0 or > LongestDisplayName || displayName.Any(char.IsControl) || displayName.Trim().Length != displayName.Length
            ? $"--display-name must be 1 to {LongestDisplayName} characters without line breaks or blanks at its ends, but has {displayName.Length}."
        : AssignRoles.Check(AccountKind.Staff, roles) is var outcome and not AssignOutcome.Assigned ? RoleRefusal(outcome, roles)
        : null;

    private static string RoleRefusal(AssignOutcome outcome, IReadOnlyCollection<string> roles) => outcome switch
    {
        AssignOutcome.UnknownRole => $"--role must be one of {string.Join(", ", Roles.All.Select(role => role.Name))}, but is "
            + $"{string.Join(", ", roles.Except(Roles.All.Select(role => role.Name)).Select(role => $"'{role}'"))}.",
        AssignOutcome.AdministratorsExclude =>
            $"One account can have one of {string.Join(", ", Roles.Administrators.Select(role => role.Name))}, not several: they watch one another.",
        _ => "Roles are for staff accounts only.",
    };

    private static string[] WithStaff(IReadOnlyCollection<string> roles) => [.. roles.Append(Roles.Staff).Distinct(StringComparer.Ordinal)];

    private static async Task<int> RefuseAsync(TextWriter output, string why)
    {
        await output.WriteLineAsync(why);
        return 1;
    }

    private static Task ShowAsync(TextWriter output, string name, string password) => output.WriteLineAsync(
        $"{name} signs in with the password {password} (shown once, kept nowhere), and sets up a second factor then. Until that is done, whoever has the password can.");

    private Account New(string name, string displayName) => new()
    {
        Id = SubjectId.New(clock).Value,
        Kind = AccountKind.Staff,
        DisplayName = displayName,
        CreatedAt = clock.GetUtcNow(),
        UserName = name,
        NormalizedUserName = SignInNames.Normalize(name),
        SecurityStamp = RandomNumberGenerator.GetHexString(32),
    };

    private Task<int> OfAsync(string name, TextWriter output, Func<IServiceProvider, Account, Task<int>> work, CancellationToken cancellation) =>
        InDatabaseAsync(
            async (services, db) => SignInNames.Normalize(name) is { } normal
                && await SignInNames.FindAsync(db, normal, cancellation) is { Kind: AccountKind.Staff } account
                    ? await work(services, account)
                    : await RefuseAsync(output, $"There is no staff account '{name}'. host staff list names them."),
            cancellation);

    private async Task<int> InDatabaseAsync(Func<IServiceProvider, IdentityDb, Task<int>> work, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();

        // A folder no host has served yet has no tables.
        await db.Database.MigrateAloneAsync(clock, cancellation);
        return await work(scope.ServiceProvider, db);
    }
}
