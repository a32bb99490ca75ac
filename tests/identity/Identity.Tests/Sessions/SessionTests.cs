using System.Net;
using Backbone.Identity.Events;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.AccountPages;
using Backbone.Identity.Tests.SignIn;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Identity.Tests.Sessions;

public abstract class SessionTests(SignInHost host) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_session_ends_after_thirty_minutes_without_a_request()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        var ticket = host.TicketOf(browser);

        host.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await host.OpensAsync(ticket));
        host.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await host.OpensAsync(ticket));
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.False(await host.OpensAsync(ticket));

        Assert.Equal(SessionEnd.Idle, await EndOfAsync(person.Id));
        Assert.Contains("\"action\":\"session-end\"", await host.AuditAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ends_twelve_hours_after_sign_in_however_busy()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        var ticket = host.TicketOf(browser);
        for (var minutes = 0; minutes < 680; minutes += 20)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(20));
            Assert.True(await host.OpensAsync(ticket));
        }

        // Proving who one is once more does not make the session younger.
        await browser.GoAsync("/sign-in?return=/account&prompt=login");
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = person.Name, ["password"] = SignInHost.Password });
        ticket = host.TicketOf(browser);
        host.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await host.OpensAsync(ticket));
        host.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.False(await host.OpensAsync(ticket));
        Assert.Equal(SessionEnd.Expired, await EndOfAsync(person.Id));
    }

    [Fact]
    public async Task A_session_ended_elsewhere_is_dead_at_the_next_request()
    {
        var person = await host.NewPersonAsync();
        using var here = await person.SignInAsync();
        using var there = await person.SignInAsync();
        var ticket = host.TicketOf(there);
        Assert.True(await host.OpensAsync(ticket));

        await here.GoAsync("/account/sessions");
        var form = here.Page.Forms.Single(f => f.GetAttribute("action")!.EndsWith("/end", StringComparison.Ordinal));
        await here.SubmitAsync(form: form.GetAttribute("action"));

        Assert.False(await host.OpensAsync(ticket));
        Assert.True(await host.OpensAsync(host.TicketOf(here)));
        await there.GoAsync("/account");
        Assert.Equal("/sign-in", there.Address.AbsolutePath);
    }

    [Fact]
    public async Task Signing_out_takes_the_form_token_and_a_post()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        var ticket = host.TicketOf(browser);

        await browser.GoAsync("/sign-out");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, browser.Status);
        await browser.GoAsync("/account");
        Assert.Equal(HttpStatusCode.BadRequest, await browser.PostAsync("/sign-out", withToken: false));
        Assert.True(await host.OpensAsync(ticket));

        await browser.SubmitAsync(form: "/sign-out");
        Assert.False(await host.OpensAsync(ticket));
        Assert.Null(host.TicketOf(browser));
        Assert.Equal(SessionEnd.SignedOut, await EndOfAsync(person.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    public async Task A_made_up_ticket_is_nobodys(string ticket) => Assert.False(await host.OpensAsync(ticket));

    [Fact]
    public async Task The_database_holds_no_ticket()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        var ticket = host.TicketOf(browser)!;

        var stored = (await host.InDatabaseAsync(db => db.Sessions.SingleAsync(s => s.AccountId == person.Id))).TicketHash;

        Assert.Equal(32, stored.Length);
        Assert.NotEqual(System.Buffers.Text.Base64Url.DecodeFromChars(ticket), stored);
        Assert.All(host.Files.Select(OpenFile.ReadText), text => Assert.DoesNotContain(ticket, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_has_to_come_back_for_an_idle_session_to_end_in_the_log()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(31));

        var sweep = host.Backbone.Services.GetServices<IHostedService>().OfType<EndExpiredSessions>().Single();
        await sweep.SweepAsync(TestContext.Current.CancellationToken);

        Assert.Equal(SessionEnd.Idle, await EndOfAsync(person.Id));
    }

    [Fact]
    public async Task Of_many_who_end_a_session_at_once_one_does()
    {
        var person = await host.NewPersonAsync();
        using var browser = await person.SignInAsync();
        var session = await host.InDatabaseAsync(db => db.Sessions.Where(s => s.AccountId == person.Id).Select(s => s.Id).SingleAsync());

        var ended = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var scope = host.Backbone.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<EndSessions>()
                .OneAsync(person.Id, session, SessionEnd.Administrator, new EventContext(host.Clock), TestContext.Current.CancellationToken);
        }));

        Assert.Single(ended, one => one);
        Assert.Contains(session.ToString("D"), await host.AuditAsync(), StringComparison.Ordinal);
    }

    private Task<string?> EndOfAsync(Guid account) => host.InDatabaseAsync(db => db.Sessions.Where(s => s.AccountId == account)
        .Select(s => s.EndReason).SingleAsync());
}

public sealed class SessionOnSqliteTests(SqliteSignInHost host) : SessionTests(host), IClassFixture<SqliteSignInHost>;

public sealed class SessionOnPostgresTests(PostgresSignInHost host) : SessionTests(host), IClassFixture<PostgresSignInHost>;
