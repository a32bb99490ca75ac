using System.Net;
using Backbone.Identity.Accounts;
using Backbone.Identity.Storage;
using Backbone.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.SignIn;

public abstract class SecondFactorTests(SignInHost host) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_password_alone_opens_nothing()
    {
        var person = await host.NewPersonAsync(totp: true);

        using var browser = await host.TryAsync(person.Name);

        Assert.Equal("/sign-in/second-factor", browser.Address.AbsolutePath);
        Assert.Null(host.TicketOf(browser));
        await browser.GoAsync("/account");
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
    }

    [Fact(DisplayName = "RFC 6238 5.2: a code works once")]
    public async Task Code_once()
    {
        var person = await host.NewPersonAsync(totp: true);
        using var first = await host.TryAsync(person.Name);
        using var second = await host.TryAsync(person.Name);
        var code = person.Code();

        await first.SubmitAsync(Code(code));
        await second.SubmitAsync(Code(code));

        Assert.NotNull(host.TicketOf(first));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.Status);
        Assert.Null(host.TicketOf(second));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await second.SubmitAsync(Code(person.Code()));
        Assert.NotNull(host.TicketOf(second));
    }

    [Theory(DisplayName = "RFC 6238 5.2: one step of drift either way, no more")]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Drift(int steps, bool accepted)
    {
        var person = await host.NewPersonAsync(totp: true);
        using var browser = await host.TryAsync(person.Name);

        await browser.SubmitAsync(Code(person.Code(steps)));

        Assert.Equal(accepted, host.TicketOf(browser) is not null);
    }

    [Theory(DisplayName = "RFC 6238 Appendix B: the codes of the test vectors")]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Vectors(long seconds, string code) => Assert.Equal(code, VerifyTotp.At("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds / 30));

    [Fact]
    public async Task A_recovery_code_works_once_and_is_recorded()
    {
        var person = await host.NewPersonAsync(totp: true);
        using var first = await host.TryAsync(person.Name);
        using var second = await host.TryAsync(person.Name);
        await first.GoAsync("/sign-in/recovery?return=/account");
        await second.GoAsync("/sign-in/recovery?return=/account");

        await first.SubmitAsync(Code(person.Codes[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)));
        await second.SubmitAsync(Code(person.Codes[0]));

        Assert.Equal("/account", first.Address.AbsolutePath);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.Status);
        Assert.Null(host.TicketOf(second));
        var audit = await host.AuditAsync();
        Assert.Contains("\"action\":\"recovery-code-use\"", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(person.Codes[0], audit, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Guessing_codes_locks_the_second_factor()
    {
        var person = await host.NewPersonAsync(totp: true);
        using var browser = await host.TryAsync(person.Name);
        for (var i = 0; i < 5; i++)
        {
            await browser.SubmitAsync(Code(person.Code(50 + i)));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        }

        await browser.SubmitAsync(Code(person.Code()));

        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
        Assert.Null(host.TicketOf(browser));
    }

    [Fact]
    public async Task A_pending_sign_in_dies_after_ten_minutes_and_with_the_password()
    {
        var person = await host.NewPersonAsync(totp: true);
        using var late = await host.TryAsync(person.Name);
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await late.SubmitAsync(Code(person.Code()));
        Assert.Equal("/sign-in", late.Address.AbsolutePath);

        using var stale = await host.TryAsync(person.Name);
        await using (var scope = host.Backbone.Services.CreateAsyncScope())
        {
            var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            Assert.True((await accounts.UpdateSecurityStampAsync((await accounts.FindByIdAsync(person.Id.ToString("D")))!)).Succeeded);
        }

        await stale.SubmitAsync(Code(person.Code()));
        Assert.Equal("/sign-in", stale.Address.AbsolutePath);
        Assert.Null(host.TicketOf(stale));
    }

    [Fact]
    public async Task Staff_without_a_second_factor_set_one_up_before_they_are_signed_in()
    {
        var person = await host.NewPersonAsync(staff: true);
        using var browser = await host.TryAsync(person.Name, back: "/account/apps");
        Assert.Equal("/sign-in/set-up", browser.Address.AbsolutePath);
        Assert.Null(host.TicketOf(browser));

        await browser.SubmitAsync(Code("000"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        await browser.SubmitAsync(Code(CodeOn(browser)));

        Assert.Equal("/account/security/recovery-codes", browser.Address.AbsolutePath);
        Assert.Equal(10, browser.Page.QuerySelectorAll("#codes li").Length);
        Assert.NotNull(browser.Page.QuerySelector("a.btn[href='/account/apps']"));
        var session = await host.InDatabaseAsync(db => db.Sessions.SingleAsync(s => s.AccountId == person.Id));
        Assert.Equal("pwd otp mfa", session.Methods);
        using var next = await host.TryAsync(person.Name);
        Assert.Equal("/sign-in/second-factor", next.Address.AbsolutePath);
    }

    [Fact]
    public async Task The_set_up_is_bound_to_the_pending_sign_in_and_closed_to_whoever_has_a_factor()
    {
        var person = await host.NewPersonAsync(staff: true);
        using var first = await host.TryAsync(person.Name);
        using var second = await host.TryAsync(person.Name);
        var planted = first.Page.QuerySelector("input[name=enrolment]")!.GetAttribute("value")!;
        await second.SubmitAsync(new Dictionary<string, string> { ["enrolment"] = planted, ["code"] = CodeOn(first) });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.Status);
        Assert.Null(host.TicketOf(second));

        await first.SubmitAsync(Code(CodeOn(first)));
        await second.SubmitAsync(Code(CodeOn(second)));
        Assert.Equal("/sign-in", second.Address.AbsolutePath);
        Assert.Null(host.TicketOf(second));

        var citizen = await host.NewPersonAsync(totp: true);
        using var other = await host.TryAsync(citizen.Name);
        await other.GoAsync("/sign-in/set-up");
        Assert.Equal("/sign-in", other.Address.AbsolutePath);
    }

    [Fact]
    public async Task Staff_with_a_passkey_and_no_authenticator_are_not_offered_a_new_one_for_the_password()
    {
        var person = await host.NewPersonAsync(staff: true);
        await using (var scope = host.Backbone.Services.CreateAsyncScope())
        {
            var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            await accounts.AddOrUpdatePasskeyAsync(
                (await accounts.FindByIdAsync(person.Id.ToString("D")))!,
                new UserPasskeyInfo(Guid.CreateVersion7().ToByteArray(), [1], host.Clock.GetUtcNow(), 0, ["internal"], true, false, false, [1], [1]));
        }

        using var browser = await host.TryAsync(person.Name);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Contains("通行密钥", browser.Page.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        await browser.GoAsync("/sign-in/set-up");
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
    }

    private static Dictionary<string, string> Code(string code) => new() { ["code"] = code };

    private string CodeOn(ScriptlessBrowser browser) => VerifyTotp.At(
        browser.Page.QuerySelector("#totp-key")!.TextContent.Replace(" ", "", StringComparison.Ordinal),
        host.Clock.GetUtcNow().ToUnixTimeSeconds() / 30);
}

public sealed class SecondFactorOnSqliteTests(SqliteSignInHost host) : SecondFactorTests(host), IClassFixture<SqliteSignInHost>;

public sealed class SecondFactorOnPostgresTests(PostgresSignInHost host) : SecondFactorTests(host), IClassFixture<PostgresSignInHost>;
