using System.Net;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Tests.SignIn;

public abstract class SignInTests(SignInHost host) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_right_password_signs_a_citizen_in_and_leads_back()
    {
        var person = await host.NewPersonAsync();

        using var browser = await host.TryAsync(person.Name, back: "/account/security?a=b");

        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Equal("/account/security?a=b", browser.Address.PathAndQuery);
        Assert.Contains("\"action\":\"sign-in\"", await host.AuditAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong wrong wrong 1")]
    [InlineData("ZHUO-MIAN LAN HUA 7431")]
    public async Task A_wrong_password_signs_nobody_in(string password)
    {
        var person = await host.NewPersonAsync();

        using var browser = await host.TryAsync(person.Name, password);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Null(host.TicketOf(browser));
        Assert.Empty(browser.Page.QuerySelector("#password")!.GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task An_empty_form_is_told_what_is_missing()
    {
        using var browser = await host.TryAsync("", "");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
    }

    [Fact]
    public async Task A_name_is_found_however_it_is_written()
    {
        var person = await host.NewPersonAsync();

        using var browser = await host.TryAsync($" {person.Name.ToUpperInvariant()} ");

        Assert.NotNull(host.TicketOf(browser));
    }

    [Fact]
    public async Task The_page_offers_registration_reset_and_passkeys()
    {
        using var browser = host.NewBrowser();
        await browser.GoAsync("/sign-in?return=%2Faccount%2Fapps");

        Assert.NotNull(browser.Page.QuerySelector("a[href='/register?return=%2Faccount%2Fapps']"));
        Assert.NotNull(browser.Page.QuerySelector("a[href='/reset?return=%2Faccount%2Fapps']"));
        var form = browser.Page.QuerySelector("form[data-passkey-sign-in]")!;
        Assert.Equal("/sign-in/passkey?return=%2Faccount%2Fapps", form.GetAttribute("data-complete-url"));
        Assert.NotNull(browser.Page.QuerySelector("script[src*='passkeys']"));
    }

    [Theory(DisplayName = "CWE-601: return leads to a path of this host and nowhere else")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("\\\\evil.example")]
    public async Task Open_redirect(string back)
    {
        var person = await host.NewPersonAsync();

        using var browser = await host.TryAsync(person.Name, back: back);

        Assert.Equal(new Uri(host.Backbone.Address, "/"), browser.Address);
        Assert.Null(browser.Trail.Find(address => address.Host.Contains("evil", StringComparison.Ordinal)));
        await browser.GoAsync("/sign-in?return=" + Uri.EscapeDataString(back));
        Assert.Equal(new Uri(host.Backbone.Address, "/"), browser.Address);
    }

    [Fact(DisplayName = "Session fixation: a ticket planted before sign-in is worth nothing after it, and step-up brings a new one")]
    public async Task Fixation()
    {
        var person = await host.NewPersonAsync();
        var (planted, _) = SessionTicket.Create();
        using var browser = host.NewBrowser();
        browser.Cookies.Add(new Cookie(SessionTicket.CookieName(host.Backbone.Options), planted, "/", host.Backbone.Address.Host));
        await browser.GoAsync("/sign-in?return=/account");
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = person.Name, ["password"] = SignInHost.Password });
        var first = host.TicketOf(browser);
        Assert.NotEqual(planted, first);
        Assert.False(await host.OpensAsync(planted));
        var session = await host.InDatabaseAsync(db => db.Sessions.SingleAsync(s => s.AccountId == person.Id));

        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await browser.GoAsync("/sign-in?return=/account&prompt=login");
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = person.Name, ["password"] = SignInHost.Password });

        Assert.NotEqual(first, host.TicketOf(browser));
        Assert.False(await host.OpensAsync(first));
        Assert.True(await host.OpensAsync(host.TicketOf(browser)));
        var stepped = await host.InDatabaseAsync(db => db.Sessions.SingleAsync(s => s.AccountId == person.Id));
        Assert.Equal(session.Id, stepped.Id);
        Assert.True(stepped.AuthenticatedAt > session.AuthenticatedAt);
        Assert.NotEqual(session.TicketHash, stepped.TicketHash);
    }

    [Fact]
    public async Task Another_person_in_the_same_browser_ends_the_first_ones_session()
    {
        var first = await host.NewPersonAsync();
        var second = await host.NewPersonAsync();
        using var browser = await first.SignInAsync();

        await browser.GoAsync("/sign-in?return=/account&prompt=login");
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = second.Name, ["password"] = SignInHost.Password });

        var ended = await host.InDatabaseAsync(db => db.Sessions.SingleAsync(s => s.AccountId == first.Id));
        Assert.Equal(SessionEnd.Replaced, ended.EndReason);
        Assert.Equal(1, await host.InDatabaseAsync(db => db.Sessions.CountAsync(s => s.AccountId == second.Id && s.EndedAt == null)));
    }

    [Fact]
    public async Task Nothing_of_a_person_is_in_clear_in_the_audit_log_or_the_log_files()
    {
        var person = await host.NewPersonAsync(totp: true);
        using var wrong = await host.TryAsync("nobody-of-that-name@example.cn", "secret typed by mistake");
        using var browser = await host.TryAsync(person.Name);
        var code = person.Code();
        await browser.SubmitAsync(new Dictionary<string, string> { ["code"] = code });
        var ticket = host.TicketOf(browser)!;
        var audit = await host.AuditAsync();

        Assert.Contains(person.Id.ToString("D"), audit, StringComparison.Ordinal);
        var logs = host.Files.Where(file => file.Contains("/audit/", StringComparison.Ordinal) || file.Contains("log", StringComparison.Ordinal));
        string[] secrets = ["nobody-of-that-name", "secret typed", person.Name, SignInHost.Password, $"\"{code}\"", ticket, "欧阳一鸣", "127.0.0.1", "::1"];
        Assert.All(logs.Select(OpenFile.ReadText), text => Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase)));
    }
}

public sealed class SignInOnSqliteTests(SqliteSignInHost host) : SignInTests(host), IClassFixture<SqliteSignInHost>;

public sealed class SignInOnPostgresTests(PostgresSignInHost host) : SignInTests(host), IClassFixture<PostgresSignInHost>;
