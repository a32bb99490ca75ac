using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Tests.AccountPages;

/// <summary>A host with people who are signed in already: sign-in itself has tests of its own.</summary>
public class AccountFixture : BackboneFixture
{
    internal const string Password = "zhuo-mian lan hua 7431";

    private int count;

    internal async Task<Person> NewPersonAsync(bool staff = false)
    {
        await using var scope = Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var number = Interlocked.Increment(ref count);
        var account = new Account
        {
            Id = SubjectId.New(TimeProvider.System).Value,
            Kind = staff ? AccountKind.Staff : AccountKind.Citizen,
            DisplayName = "欧阳一鸣",
            UserName = $"P{number:D6}",
            PhoneNumber = $"+861380000{number:D4}",
            Email = $"someone{number}@example.cn",
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        var created = await accounts.CreateAsync(account, Password);
        Xunit.Assert.True(created.Succeeded, string.Join(", ", created.Errors.Select(error => error.Code)));
        return new Person(this, account.Id);
    }

    internal async Task<T> InDatabaseAsync<T>(Func<IdentityDb, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<IdentityDb>());
    }

    internal async Task<T> WithAccountAsync<T>(Guid id, Func<UserManager<Account>, Account, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        return await work(accounts, (await accounts.FindByIdAsync(id.ToString("D")))!);
    }
}

internal sealed record Person(AccountFixture Fixture, Guid Id)
{
    /// <summary>A browser of this person, signed in.</summary>
    /// <param name="provedAgo">How long ago they last proved who they are.</param>
    public async Task<(ScriptlessBrowser Browser, Guid Session)> SignInAsync(TimeSpan? provedAgo = null, string language = "zh-CN")
    {
        var ticket = RandomNumberGenerator.GetBytes(32);
        var now = TimeProvider.System.GetUtcNow();
        var session = new Session
        {
            Id = SessionId.New(TimeProvider.System).Value,
            AccountId = Id,
            TicketHash = SHA256.HashData(ticket),
            CreatedAt = now - (provedAgo ?? TimeSpan.Zero),
            LastSeenAt = now,
            AuthenticatedAt = now - (provedAgo ?? TimeSpan.Zero),
            Methods = "pwd",
            Device = "Chrome · Linux",
            Address = "192.0.2.7",
        };
        await Fixture.InDatabaseAsync(async db =>
        {
            db.Sessions.Add(session);
            return await db.SaveChangesAsync();
        });
        var browser = new ScriptlessBrowser(Fixture.Address, language);
        browser.Cookies.Add(new Cookie(SessionTicket.CookieName(Fixture.Options), Base64Url.EncodeToString(ticket), "/", Fixture.Address.Host));
        return (browser, session.Id);
    }

    public Task<bool> IsOpenAsync(Guid session) =>
        Fixture.InDatabaseAsync(db => db.Sessions.AnyAsync(s => s.Id == session && s.EndedAt == null));

    public Task<bool> HasPasswordAsync(string password) =>
        Fixture.WithAccountAsync(Id, (accounts, account) => accounts.CheckPasswordAsync(account, password));

    public Task<bool> HasTotpAsync() => Fixture.WithAccountAsync(Id, (accounts, account) => accounts.GetTwoFactorEnabledAsync(account));

    /// <summary>A passkey in the database; no authenticator holds its key.</summary>
    public async Task<string> AddPasskeyAsync(string name = "旧电脑")
    {
        var id = RandomNumberGenerator.GetBytes(16);
        await Fixture.WithAccountAsync(Id, (accounts, account) => accounts.AddOrUpdatePasskeyAsync(account, new UserPasskeyInfo(
            id, [1], TimeProvider.System.GetUtcNow(), 0, ["internal"], true, false, false, [1], [1])
        { Name = name }));
        return Base64Url.EncodeToString(id);
    }

    public async Task<IReadOnlyList<string?>> PasskeyNamesAsync() =>
        [.. (await Fixture.WithAccountAsync(Id, (accounts, account) => accounts.GetPasskeysAsync(account))).Select(passkey => passkey.Name)];

    /// <summary>The person has consented and the app holds a refresh token; the authorization's id.</summary>
    public Task<Guid> AllowAsync(string client, params string[] scopes) => Fixture.InDatabaseAsync(async db =>
    {
        var apps = db.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>();
        var app = await apps.SingleOrDefaultAsync(a => a.ClientId == client)
            ?? apps.Add(new OpenIddictEntityFrameworkCoreApplication<Guid> { Id = Guid.NewGuid(), ClientId = client }).Entity;
        var authorization = new OpenIddictEntityFrameworkCoreAuthorization<Guid>
        {
            Id = Guid.NewGuid(),
            Application = app,
            CreationDate = TimeProvider.System.GetUtcNow().UtcDateTime,
            Scopes = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]).ToJsonString(),
            Status = Statuses.Valid,
            Subject = Id.ToString("D"),
            Type = AuthorizationTypes.Permanent,
        };
        db.Add(authorization);
        db.Add(new OpenIddictEntityFrameworkCoreToken<Guid>
        {
            Id = Guid.NewGuid(),
            Application = app,
            Authorization = authorization,
            Status = Statuses.Valid,
            Subject = Id.ToString("D"),
            Type = TokenTypeIdentifiers.RefreshToken,
        });
        await db.SaveChangesAsync();
        return authorization.Id;
    });
}
