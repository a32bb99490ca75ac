using System.Net;
using System.Text.Json.Nodes;
using Backbone.Identity.Tests.AccountPages;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Tests.SignIn;

public abstract class PasskeySignInTests(SignInHost host) : IAsyncLifetime
{
    private readonly SoftAuthenticator authenticator = new();

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        authenticator.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_passkey_signs_staff_in_as_two_factors_even_while_the_name_is_locked()
    {
        var person = await EnrolledAsync(staff: true);
        for (var i = 0; i < 6; i++)
        {
            using var wrong = await host.TryAsync(person.Name, "wrong");
        }

        using var browser = await OnPageAsync("/account/apps");
        var (status, body) = await PostAsync(browser, authenticator.Answer(await OptionsAsync(browser), host.Backbone.Address, person.Id), "/account/apps");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"location":"/account/apps"}""", body.ToJsonString());
        Assert.True(await host.OpensAsync(host.TicketOf(browser)));
        var session = await host.InDatabaseAsync(db => db.Sessions.SingleAsync(s => s.AccountId == person.Id));
        Assert.Equal("hwk user mfa", session.Methods);
        Assert.Contains($"\"methods\":\"{session.Methods}\"", await host.AuditAsync(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "WebAuthn 7.2: the options name nobody, this host, and demand a verified user")]
    public async Task Options()
    {
        using var browser = await OnPageAsync();
        var options = await OptionsAsync(browser);

        Assert.Equal("localhost", (string?)options["rpId"]);
        Assert.Equal("required", (string?)options["userVerification"]);
        Assert.Empty(options["allowCredentials"]?.AsArray() ?? []);
        Assert.NotEqual((string?)options["challenge"], (string?)(await OptionsAsync(browser))["challenge"]);
    }

    [Fact(DisplayName = "WebAuthn 13.4.3: a challenge works once, also for whoever kept the cookie")]
    public async Task Challenge_once()
    {
        var person = await EnrolledAsync();
        using var browser = await OnPageAsync();
        var options = await OptionsAsync(browser);
        var cookie = browser.Cookies.GetCookies(host.Backbone.Address)["bb-pk"]!.Value;
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(browser, authenticator.Answer(options, host.Backbone.Address, person.Id))).Status);

        using var thief = await OnPageAsync();
        thief.Cookies.Add(new Cookie("bb-pk", cookie, "/", host.Backbone.Address.Host));
        await RefusedAsync(thief, authenticator.Answer(options, host.Backbone.Address, person.Id), "passkey-expired");
    }

    [Fact(DisplayName = "WebAuthn 13.4.3: a challenge dies after five minutes and is worth nothing in another browser")]
    public async Task Challenge_bound()
    {
        var person = await EnrolledAsync();
        using var mine = await OnPageAsync();
        using var other = await OnPageAsync();
        var options = await OptionsAsync(mine);
        await RefusedAsync(other, authenticator.Answer(options, host.Backbone.Address, person.Id), "passkey-expired");
        await OptionsAsync(other);
        await RefusedAsync(other, authenticator.Answer(options, host.Backbone.Address, person.Id), "passkey-refused");

        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await RefusedAsync(mine, authenticator.Answer(options, host.Backbone.Address, person.Id), "passkey-expired");
    }

    [Fact(DisplayName = "WebAuthn 7.2: without user verification, from another origin, for another person or with another key: refused")]
    public async Task Wrong_answers()
    {
        var person = await EnrolledAsync();
        var victim = await host.NewPersonAsync();
        using var stranger = new SoftAuthenticator();
        using var browser = await OnPageAsync();
        var here = host.Backbone.Address;
        foreach (var answer in new Func<JsonNode, string>[]
        {
            options => authenticator.Answer(options, here, person.Id, verified: false),
            options => authenticator.Answer(options, new Uri("https://evil.example"), person.Id),
            options => authenticator.Answer(options, here, victim.Id),
            options => stranger.Answer(options, here, person.Id),
            options => authenticator.Answer(options, here, Guid.Empty),
            _ => "{}",
        })
        {
            await RefusedAsync(browser, answer(await OptionsAsync(browser)), "passkey-refused");
        }

        Assert.Contains("\"reason\":\"passkey_not_verified\"", await host.AuditAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public async Task Anything_but_an_answer_is_a_bad_request(string body)
    {
        using var browser = await OnPageAsync();
        await OptionsAsync(browser);

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(browser, body)).Status);
    }

    [Fact]
    public async Task Script_needs_the_form_token_and_return_stays_local()
    {
        var person = await EnrolledAsync();
        using var browser = await OnPageAsync();
        foreach (var path in new[] { "/sign-in/passkey/options", "/sign-in/passkey" })
        {
            using var answer = await browser.PostJsonAsync(path, "{}", withToken: false);
            Assert.Contains("stale-form", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var (_, body) = await PostAsync(
            browser, authenticator.Answer(await OptionsAsync(browser), host.Backbone.Address, person.Id), "//evil.example");
        Assert.Equal("/", (string?)body["location"]);
    }

    private async Task<SignInPerson> EnrolledAsync(bool staff = false)
    {
        var person = await host.NewPersonAsync(staff: staff);
        await authenticator.EnrolAsync(person);
        return person;
    }

    private async Task<ScriptlessBrowser> OnPageAsync(string back = "/")
    {
        var browser = host.NewBrowser();
        await browser.GoAsync("/sign-in?return=" + Uri.EscapeDataString(back));
        return browser;
    }

    private static async Task<JsonNode> OptionsAsync(ScriptlessBrowser browser)
    {
        using var answer = await browser.PostJsonAsync("/sign-in/passkey/options", "{}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(ScriptlessBrowser browser, string answer, string back = "/")
    {
        using var response = await browser.PostJsonAsync("/sign-in/passkey?return=" + Uri.EscapeDataString(back), answer);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private async Task RefusedAsync(ScriptlessBrowser browser, string answer, string code)
    {
        var (status, body) = await PostAsync(browser, answer);
        Assert.Equal((HttpStatusCode.BadRequest, $"urn:backbone:identity:{code}"), (status, (string?)body["type"]));
        Assert.Null(host.TicketOf(browser));
    }
}

public sealed class PasskeySignInOnSqliteTests(SqliteSignInHost host) : PasskeySignInTests(host), IClassFixture<SqliteSignInHost>;

public sealed class PasskeySignInOnPostgresTests(PostgresSignInHost host) : PasskeySignInTests(host), IClassFixture<PostgresSignInHost>;
