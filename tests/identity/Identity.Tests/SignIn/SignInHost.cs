using System.Net;
using System.Security.Cryptography;
using System.Text;
using Backbone.Identity.Accounts;
using Backbone.Identity.Accounts.Staff;
using Backbone.Identity.Events;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Identity.Tests.SignIn;

/// <summary>One host per class and engine, started by the first test: a test without its server is skipped, not failed.</summary>
public abstract class SignInHost : IAsyncLifetime
{
    internal const string Password = "zhuo-mian lan hua 7431";

    private BackboneFixture? backbone;
    private int count;

    /// <summary>Begins now: browsers drop cookies that expired by their own clock.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    internal BackboneFixture Backbone => backbone ?? throw new InvalidOperationException("The host has not started.");

    protected abstract bool Postgres { get; }

    protected virtual IEnumerable<KeyValuePair<string, string>> Settings => [new("Backbone:Identity:Limits:SignInsPerAddressPerMinute", "100000")];

    /// <summary>Probes of the class under test.</summary>
    protected virtual void Adjust(IServiceCollection services)
    {
    }

    public async Task StartAsync() => backbone ??= await BackboneFixture.StartAsync(settings =>
    {
        settings.Postgres = Postgres;
        settings.Demo = true;
        settings.Clock = Clock;
        settings.Observe = Adjust;
        foreach (var (name, value) in Settings)
        {
            settings.Settings[name] = value;
        }
    });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (backbone is not null)
        {
            await backbone.DisposeAsync();
        }
    }

    internal async Task<SignInPerson> NewPersonAsync(bool staff = false, bool totp = false, params string[] roles)
    {
        await using var scope = Backbone.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var accounts = services.GetRequiredService<UserManager<Account>>();
        var number = Interlocked.Increment(ref count);
        var account = new Account
        {
            Id = SubjectId.New(Clock).Value,
            Kind = staff ? AccountKind.Staff : AccountKind.Citizen,
            DisplayName = "欧阳一鸣",
            UserName = $"W{number:D6}",
            Email = $"someone{number}@example.cn",
            CreatedAt = Clock.GetUtcNow(),
        };
        Assert.Empty((await accounts.CreateAsync(account, Password)).Errors);
        string? secret = null;
        IReadOnlyList<string> codes = [];
        if (totp)
        {
            secret = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32);
            await services.GetRequiredService<AccountStore>().SetAuthenticatorKeyAsync(account, secret, default);
            Assert.True((await accounts.SetTwoFactorEnabledAsync(account, true)).Succeeded);
            codes = [.. (await accounts.GenerateNewTwoFactorRecoveryCodesAsync(account, 3))!];
        }

        if (roles.Length > 0)
        {
            var assigned = await services.GetRequiredService<AssignRoles>().HandleAsync(account, roles, new EventContext(Clock), null, default);
            Assert.Equal(AssignOutcome.Assigned, assigned);
        }

        return new SignInPerson(this, account.Id, account.Email!, secret, codes);
    }

    internal ScriptlessBrowser NewBrowser() => new(Backbone.Address);

    /// <summary>Types name and password on the sign-in page.</summary>
    internal async Task<ScriptlessBrowser> TryAsync(string name, string password = Password, string back = "/account")
    {
        var browser = NewBrowser();
        await browser.GoAsync("/sign-in?return=" + Uri.EscapeDataString(back));
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = name, ["password"] = password });
        return browser;
    }

    internal async Task<T> InDatabaseAsync<T>(Func<IdentityDb, Task<T>> work)
    {
        await using var scope = Backbone.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<IdentityDb>());
    }

    internal string? TicketOf(ScriptlessBrowser browser) =>
        browser.Cookies.GetCookies(Backbone.Address)[SessionTicket.CookieName(Backbone.Options)]?.Value;

    /// <summary>True when a request with this ticket is somebody's.</summary>
    internal async Task<bool> OpensAsync(string? ticket)
    {
        using var client = Backbone.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account");
        request.Headers.Add("Cookie", $"{SessionTicket.CookieName(Backbone.Options)}={ticket}");
        request.Headers.Add("Accept", "text/html");
        using var answer = await client.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Everything in the audit log, once nothing waits in the outbox.</summary>
    internal async Task<string> AuditAsync()
    {
        var relay = Backbone.Services.GetServices<IHostedService>().OfType<OutboxRelay<IdentityDb>>().Single();
        do
        {
            await relay.DrainAsync(TestContext.Current.CancellationToken);
        }
        while (await InDatabaseAsync(db => db.Outbox.AnyAsync(entry => entry.RefusedAt == null)));
        return OpenFile.ReadLog(Backbone.DataDirectory);
    }

    internal IEnumerable<string> Files => OpenFile.Of(Backbone.DataDirectory);
}

public sealed class SqliteSignInHost : SignInHost
{
    protected override bool Postgres => false;
}

public sealed class PostgresSignInHost : SignInHost
{
    protected override bool Postgres => true;
}

/// <summary>Someone with an account, and how they prove it.</summary>
internal sealed record SignInPerson(SignInHost Host, Guid Id, string Name, string? Secret, IReadOnlyList<string> Codes)
{
    /// <summary>The authenticator's code now, or so many steps away.</summary>
    public string Code(int steps = 0) => VerifyTotp.At(Secret!, (Host.Clock.GetUtcNow().ToUnixTimeSeconds() / 30) + steps);

    /// <summary>A browser of theirs, signed in with all they have.</summary>
    public async Task<ScriptlessBrowser> SignInAsync()
    {
        var browser = await Host.TryAsync(Name);
        if (Secret is not null)
        {
            await browser.SubmitAsync(new Dictionary<string, string> { ["code"] = Code() });
        }

        Assert.Equal("/account", browser.Address.AbsolutePath);
        return browser;
    }
}
