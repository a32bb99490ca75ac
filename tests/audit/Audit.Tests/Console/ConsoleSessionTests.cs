using System.Net;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Audit.Searching;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Console;

/// <summary>The console's sign-in lives as long as the administrator's session at the issuer, on the whole host and on a clock of the test's.</summary>
public sealed class ConsoleSessionTests(ConsoleSessionTests.TurnedHost host) : IClassFixture<ConsoleSessionTests.TurnedHost>
{
    private const string Rows = "/console/audit/live/rows?since=";

    private SegmentLog Log => host.Services.GetRequiredService<SegmentLog>();

    [Theory]
    [InlineData("signed out at the portal")]
    [InlineData("ended from another computer")]
    public async Task When_the_session_ends_the_console_answers_no_longer_than_five_seconds(string how)
    {
        using var browser = await SignInAsync();
        var stolen = Copy(browser);
        await browser.GoAsync("/console/audit");
        Assert.Equal((HttpStatusCode.OK, "/console/audit"), (browser.Status, browser.Address.AbsolutePath));
        if (how == "signed out at the portal")
        {
            await browser.GoAsync("/account");
            await browser.SubmitAsync(form: "/sign-out");
        }
        else
        {
            using var another = new ScriptlessBrowser(host.Address);
            await host.SignInAsync(another, "/account/sessions");
            await another.SubmitAsync(form: "/account/sessions/end-others");
        }

        host.Turn(TimeSpan.FromSeconds(5));

        foreach (var page in (string[])["/console", "/console/audit", "/console/audit/live", Rows + "0"])
        {
            await browser.GoAsync(page);
            Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        }

        await stolen.GoAsync("/console");
        Assert.Equal("/sign-in", stolen.Address.AbsolutePath);
    }

    [Fact]
    public async Task Fifty_questions_of_the_live_page_are_no_event_each_and_the_end_of_the_session_is_one()
    {
        using var browser = await SignInAsync();
        var before = await host.IndexedAsync();
        for (var poll = 0; poll < 50; poll++)
        {
            await browser.GoAsync(Rows + (before - 1));
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            host.Turn(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(Introspections(before));

        await browser.GoAsync("/account");
        await browser.SubmitAsync(form: "/sign-out");
        host.Turn(TimeSpan.FromSeconds(5));
        for (var poll = 0; poll < 5; poll++)
        {
            await browser.GoAsync(Rows + "0");
            Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        }

        Assert.Equal("console", (string?)Assert.Single(Introspections(before))["auth"]?["client"]?["id"]);
    }

    [Fact]
    public async Task A_question_that_waited_while_the_session_ended_is_answered_with_nothing()
    {
        using var browser = await SignInAsync();
        using var waiting = Copy(browser);
        await browser.GoAsync("/console/audit/live");
        var end = Log.Records.EndIndex;
        var rows = waiting.GoAsync(Rows + end);
        await browser.GoAsync("/account");
        await browser.SubmitAsync(form: "/sign-out");
        host.Turn(TimeSpan.FromSeconds(5));
        while (!rows.IsCompleted)
        {
            host.Turn(TimeSpan.FromSeconds(1));
            await Task.WhenAny(rows, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        await rows;
        Assert.Equal(HttpStatusCode.Forbidden, waiting.Status);
        Assert.Empty(waiting.Page.QuerySelectorAll("tr"));
    }

    [Fact]
    public async Task A_page_left_open_keeps_neither_the_console_nor_the_session_and_work_keeps_both()
    {
        // A host of its own: where the clock has gone so far, nobody signs in any more, for the client library has its own.
        await using var host = new TurnedHost();
        await ((IAsyncLifetime)host).InitializeAsync();
        using var working = await SignInAsync(host);
        using var left = await SignInAsync(host);
        await host.IndexedAsync();
        for (var step = 0; step < 5; step++)
        {
            host.Turn(TimeSpan.FromMinutes(9));
            await working.GoAsync("/console");
            await left.GoAsync(Rows + "0");
        }

        Assert.Equal((HttpStatusCode.OK, "/console"), (working.Status, working.Address.AbsolutePath));
        await working.GoAsync("/account");
        Assert.Equal("/account", working.Address.AbsolutePath);
        Assert.Equal("/sign-in", left.Address.AbsolutePath);
        await left.GoAsync("/account");
        Assert.Equal("/sign-in", left.Address.AbsolutePath);
    }

    private Task<ScriptlessBrowser> SignInAsync() => SignInAsync(host);

    private static async Task<ScriptlessBrowser> SignInAsync(TurnedHost host)
    {
        var browser = new ScriptlessBrowser(host.Address);
        await host.SignInAsync(browser, "/console");
        Assert.Equal((HttpStatusCode.OK, "/console"), (browser.Status, browser.Address.AbsolutePath));
        return browser;
    }

    /// <summary>Somebody with the console's cookie and no other.</summary>
    private ScriptlessBrowser Copy(ScriptlessBrowser of)
    {
        var copy = new ScriptlessBrowser(host.Address);
        foreach (var cookie in of.Cookies.GetAllCookies().Where(cookie => cookie.Name.StartsWith("console", StringComparison.Ordinal)))
        {
            copy.Cookies.Add(cookie);
        }

        return copy;
    }

    private List<JsonNode> Introspections(long from) =>
    [
        .. Log.Records.Read(from, int.MaxValue).Select(record => JsonNode.Parse(record.Payload)!)
            .Where(leaf => (string?)leaf["event"]!["action"] == "token-introspect"),
    ];

    /// <summary>With the demonstration's people, on a clock that stands until it is turned.</summary>
    public sealed class TurnedHost : BackboneFixture
    {
        private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());

        public void Turn(TimeSpan by) => clock.Advance(by);

        /// <summary>Turns until the index has seen all there is in the log now. Answers the log's end.</summary>
        public async Task<long> IndexedAsync()
        {
            var end = Services.GetRequiredService<SegmentLog>().Records.EndIndex;
            var caughtUp = Services.GetRequiredService<IEventIndex>().CaughtUpAsync(end);
            while (!caughtUp.IsCompleted)
            {
                Turn(TimeSpan.FromMilliseconds(100));
                await Task.WhenAny(caughtUp, Task.Delay(20, TestContext.Current.CancellationToken));
            }

            await caughtUp;
            return end;
        }

        /// <summary>With a code that was not used before.</summary>
        public Task SignInAsync(ScriptlessBrowser browser, string target)
        {
            Turn(TimeSpan.FromSeconds(30));
            return browser.SignInAsync(Address, this.Account(DemonstrationPeople.AuditAdministrator), target, clock);
        }

        protected override void Configure(FixtureSettings settings)
        {
            settings.Demo = true;
            settings.Clock = clock;
            settings.Settings["Backbone:Identity:Limits:SignInsPerAddressPerMinute"] = "100000";
        }
    }
}
