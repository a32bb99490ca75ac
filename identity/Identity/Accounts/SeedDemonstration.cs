using System.Security.Cryptography;
using Backbone.Identity.Accounts.Staff;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Identity.Accounts;

/// <summary>
/// Demonstration accounts, made once. Passwords and authenticator secrets are random, stand on the sheet of the process that made them and
/// nowhere in clear afterwards. Made when the server listens already: the first page need not wait for them, the ready file does.
/// </summary>
internal sealed class SeedDemonstration(IServiceScopeFactory scopes, DemonstrationSheet sheet, TimeProvider clock) : IHostedLifecycleService
{
    internal static readonly DemonstrationPerson[] People =
    [
        new("13800000001", AccountKind.Citizen, "张晓梅", []),
        new("li.ming@example.com", AccountKind.Citizen, "李明", []),
        new("office", AccountKind.Staff, "王办公", [Roles.Staff]),
        new("system-admin", AccountKind.Staff, "系统管理员", [Roles.Staff, Roles.SystemAdministrator]),
        new("security-admin", AccountKind.Staff, "安全管理员", [Roles.Staff, Roles.SecurityAdministrator]),
        new("audit-admin", AccountKind.Staff, "审计管理员", [Roles.Staff, Roles.AuditAdministrator]),

        // Two: who proposes a change of the credit record does not approve it.
        new("credit-1", AccountKind.Staff, "钱信用", [Roles.Staff, Roles.CreditOfficer]),
        new("credit-2", AccountKind.Staff, "孙信用", [Roles.Staff, Roles.CreditOfficer]),

        // Three: who hands a policy pack in approves it neither first nor second.
        new("policy-1", AccountKind.Staff, "赵规则", [Roles.Staff, Roles.CreditPolicy]),
        new("policy-2", AccountKind.Staff, "冯规则", [Roles.Staff, Roles.CreditPolicy]),
        new("policy-3", AccountKind.Staff, "陈规则", [Roles.Staff, Roles.CreditPolicy]),

        // Two: a file that corrects or withdraws is stored by another than who uploaded it.
        new("clerk-1", AccountKind.Staff, "李录入", [Roles.Staff, Roles.CreditClerk]),
        new("clerk-2", AccountKind.Staff, "周录入", [Roles.Staff, Roles.CreditClerk]),
        new("supervisor-1", AccountKind.Staff, "吴督办", [Roles.Staff, Roles.CreditSupervisor]),
    ];

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var missing = await MissingAsync(scope.ServiceProvider.GetRequiredService<IdentityDb>(), cancellationToken);
        Hash(missing.Values, scope.ServiceProvider.GetRequiredService<IPasswordHasher<Account>>());
        foreach (var person in People)
        {
            await using var own = scopes.CreateAsyncScope();
            sheet.Add(missing.TryGetValue(person, out var made)
                ? await StoreAsync(own.ServiceProvider, person, made, cancellationToken)
                : new DemonstrationAccount(person.Name, null, null, person.Roles));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<Dictionary<DemonstrationPerson, NewAccount>> MissingAsync(IdentityDb db, CancellationToken cancellation)
    {
        Dictionary<DemonstrationPerson, NewAccount> missing = [];
        foreach (var person in People)
        {
            var normal = SignInNames.Normalize(person.Name)!;
            if (await SignInNames.FindAsync(db, normal, cancellation) is null)
            {
                missing.Add(person, new NewAccount(New(person, normal), NewCredentials.NewPassword()));
            }
        }

        return missing;
    }

    private Account New(DemonstrationPerson person, string normal)
    {
        var id = SubjectId.New(clock).Value;
        var isMail = normal.Contains('@', StringComparison.Ordinal);
        var isPhone = normal.StartsWith('+');
        var userName = isMail || isPhone ? $"c-{id:N}" : person.Name;
        return new Account
        {
            Id = id,
            Kind = person.Kind,
            DisplayName = person.DisplayName,
            CreatedAt = clock.GetUtcNow(),
            UserName = userName,
            NormalizedUserName = userName.ToUpperInvariant(),
            Email = isMail ? person.Name : null,
            NormalizedEmail = isMail ? normal : null,
            EmailConfirmed = isMail,
            PhoneNumber = isPhone ? normal : null,
            PhoneNumberConfirmed = isPhone,
            SecurityStamp = RandomNumberGenerator.GetHexString(32),
            TwoFactorEnabled = person.Kind == AccountKind.Staff,
        };
    }

    /// <summary>A hash is slow on purpose: thirteen in a row would be a third of the first start.</summary>
    private static void Hash(IEnumerable<NewAccount> accounts, IPasswordHasher<Account> hasher) =>
        Parallel.ForEach(accounts, made => made.Account.PasswordHash = hasher.HashPassword(made.Account, made.Password));

    private async Task<DemonstrationAccount> StoreAsync(
        IServiceProvider services, DemonstrationPerson person, NewAccount made, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<IdentityDb>();
        var account = made.Account;
        string? secret = null;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        db.Users.Add(account);
        if (person.Kind == AccountKind.Staff)
        {
            secret = NewSecret();
            await services.GetRequiredService<AccountStore>().SetAuthenticatorKeyAsync(account, secret, cancellation);
        }

        var context = new EventContext(clock);
        db.Record(IdentityEvents.AccountCreated(context, account.Id, person.Kind == AccountKind.Staff ? "staff" : "citizen"));
        await db.SaveChangesAsync(cancellation);
        if (person.Roles.Length > 0)
        {
            await services.GetRequiredService<AssignRoles>().HandleAsync(account, person.Roles, context, null, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return new DemonstrationAccount(person.Name, made.Password, secret, person.Roles);
    }

    /// <summary>Base32, 160 bits (RFC 4226 4, R6).</summary>
    internal static string NewSecret() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32);

    private sealed record NewAccount(Account Account, string Password);
}

/// <param name="Name">What the person types to sign in.</param>
/// <param name="Kind">Staff get an authenticator, too.</param>
/// <param name="DisplayName">What pages call them.</param>
/// <param name="Roles">Their roles.</param>
internal sealed record DemonstrationPerson(string Name, AccountKind Kind, string DisplayName, string[] Roles);
