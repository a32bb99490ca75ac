using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Events;
using Backbone.Audit.Searching;
using Backbone.Platform;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Disclosure;

/// <summary>From the account page through the page's own sign-in to the entries and out again, on the whole host.</summary>
public sealed class WhoLookedJourney(WhoLookedJourney.PeopleHost host) : IClassFixture<WhoLookedJourney.PeopleHost>
{
    private SegmentLog Log => host.Services.GetRequiredService<SegmentLog>();

    [Fact]
    public async Task From_the_account_a_person_comes_to_what_the_log_says_of_them_and_the_sign_in_for_it_is_no_look()
    {
        using var browser = new ScriptlessBrowser(host.Address, "en");
        await browser.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByPhone), "/account");
        await browser.FollowAsync("View Who looked at my data");
        Assert.Equal((HttpStatusCode.OK, "/usage", "Who looked at my data"), (browser.Status, browser.Address.AbsolutePath, browser.Heading));
        Assert.DoesNotContain(browser.Trail, passed => passed.AbsolutePath is "/sign-in" or "/consent");
        var person = NewestReader();
        var release = Leaves("userinfo").Last();
        Assert.Equal(("who-looked", person.ToString()), ((string?)release["auth"]?["client"]?["id"], (string?)release["user"]?["id"]));
        await IndexedAsync();
        await browser.GoAsync("/usage");
        Assert.Empty(Entries(browser));

        await Log.AppendAsync(View(person, "court"));
        await Log.AppendAsync(Release(person, "ai-shandong"));
        await IndexedAsync();
        await browser.GoAsync("/usage");
        var entries = Entries(browser).Select(entry => entry.TextContent).ToList();
        Assert.Equal(2, entries.Count);
        Assert.Contains("Lawful demand of a court", string.Join('\n', entries), StringComparison.Ordinal);

        // An app's office and name are the catalogue's words.
        Assert.All(["Shandong Big Data Bureau", "System: Ai Shandong"], words => Assert.Contains(entries, entry => entry.Contains(words, StringComparison.Ordinal)));

        await browser.SubmitAsync(button: "zh");
        Assert.Equal(("/usage", "谁看过我的数据"), (browser.Address.AbsolutePath, browser.Heading));
        await browser.SubmitAsync(form: "/usage/sign-out");
        await browser.GoAsync("/usage");
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
    }

    [Fact]
    public async Task When_the_session_ends_the_page_is_left_and_the_next_person_at_the_computer_sees_their_own()
    {
        using var browser = new ScriptlessBrowser(host.Address);
        await browser.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByMail), "/usage");
        await Log.AppendAsync(View(NewestReader(), "supervision"));
        await IndexedAsync();
        await browser.GoAsync("/usage");
        Assert.Contains(Entries(browser), entry => entry.TextContent.Contains("监督检查", StringComparison.Ordinal));

        // Signed out at the portal, which knows nothing of the page's cookie.
        await browser.GoAsync("/account");
        await browser.SubmitAsync(form: "/sign-out");
        Assert.NotEmpty(CookiesOf(browser, "who-looked"));
        await browser.GoAsync("/usage?from=2026-11-01");
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        await browser.FillSignInAsync(host.Account(DemonstrationPeople.Office));
        Assert.Equal(("/usage?from=2026-11-01", 0), (browser.Address.PathAndQuery, Entries(browser).Count()));

        // Signed in as somebody else over the session that was there.
        await Log.AppendAsync(View(NewestReader(), "request"));
        await IndexedAsync();
        await browser.GoAsync("/usage");
        Assert.Single(Entries(browser));
        await browser.GoAsync("/sign-in?prompt=login");
        await browser.FillSignInAsync(host.Account("system-admin"));
        await browser.GoAsync("/usage");
        Assert.Equal(("/usage", 0), (browser.Address.AbsolutePath, Entries(browser).Count()));
    }

    [Fact]
    public async Task The_consoles_cookie_does_not_open_it_nor_its_cookie_anything_else()
    {
        using var auditor = new ScriptlessBrowser(host.Address);
        await auditor.SignInAsync(host.Address, host.Account(DemonstrationPeople.AuditAdministrator), "/console");
        await auditor.GoAsync("/usage");
        Assert.Equal((HttpStatusCode.OK, "/usage"), (auditor.Status, auditor.Address.AbsolutePath));
        foreach (var (cookie, opens, closed) in ((string, string, string)[])[("console", "/console", "/usage"), ("who-looked", "/usage", "/console")])
        {
            using var thief = new ScriptlessBrowser(host.Address);
            foreach (var one in CookiesOf(auditor, cookie))
            {
                thief.Cookies.Add(one);
            }

            await thief.GoAsync(opens);
            Assert.Equal(opens, thief.Address.AbsolutePath);
            await thief.GoAsync(closed);
            Assert.Equal("/sign-in", thief.Address.AbsolutePath);
        }
    }

    [Fact]
    public async Task An_issuer_that_cannot_be_asked_opens_nothing_and_when_it_can_the_page_is_there_again()
    {
        using var browser = new ScriptlessBrowser(host.Address);
        await browser.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByMail), "/usage");
        var secret = Path.Combine(host.DataDirectory, "secrets", "who-looked.secret");
        File.Move(secret, secret + ".away");
        await browser.GoAsync("/usage");
        var (status, entries) = (browser.Status, Entries(browser).Count());
        File.Move(secret + ".away", secret, overwrite: true);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 0), (status, entries));
        await browser.GoAsync("/usage");
        Assert.Equal((HttpStatusCode.OK, "/usage"), (browser.Status, browser.Address.AbsolutePath));
    }

    [Fact]
    public async Task Signing_out_while_the_issuer_cannot_be_asked_leaves_the_page_for_good()
    {
        using var browser = new ScriptlessBrowser(host.Address);
        await browser.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByMail), "/usage");
        var secret = Path.Combine(host.DataDirectory, "secrets", "who-looked.secret");
        File.Move(secret, secret + ".away");
        await browser.SubmitAsync(form: "/usage/sign-out");
        File.Move(secret + ".away", secret, overwrite: true);
        Assert.Empty(CookiesOf(browser, "who-looked"));
    }

    [Fact]
    public async Task Where_no_module_has_the_page_the_account_has_no_link_to_it()
    {
        await using var alone = await BackboneFixture.StartAsync(settings => (settings.Demo, settings.Modules) = (true, "identity"));
        using var browser = new ScriptlessBrowser(alone.Address);
        await browser.SignInAsync(alone.Address, alone.Account(DemonstrationPeople.CitizenByPhone), "/account");
        Assert.Equal(("/account", 0), (browser.Address.AbsolutePath, browser.Page.QuerySelectorAll("a[href*='/usage']").Length));
    }

    private static IEnumerable<IElement> Entries(ScriptlessBrowser browser) => browser.Page.QuerySelectorAll("ol.line > li");

    private static IEnumerable<Cookie> CookiesOf(ScriptlessBrowser browser, string client) =>
        browser.Cookies.GetAllCookies().Where(cookie => cookie.Name.StartsWith(client, StringComparison.Ordinal));

    private static AuditEvent View(SubjectId person, string purpose) =>
        AuditKinds.View.Occurred(TimeProvider.System).With("purpose.code", purpose) with { Target = person };

    private static AuditEvent Release(SubjectId person, string app) => new()
    {
        Id = TemporaryLog.NewId(),
        Timestamp = TimeProvider.System.GetUtcNow(),
        Action = "userinfo",
        Module = "identity",
        Category = [EcsCategory.Api],
        Type = [EcsType.Access, EcsType.Allowed],
        Outcome = AuditOutcome.Success,
        Subject = person,
        ClientId = app,
    };

    private IEnumerable<JsonNode> Leaves(string action) => Log.Records.Read(0, int.MaxValue)
        .Select(record => JsonNode.Parse(record.Payload)!).Where(leaf => (string)leaf["event"]!["action"]! == action);

    /// <summary>Who was last shown the page.</summary>
    private SubjectId NewestReader() => new(Guid.Parse((string)Leaves("usage-find").Last()["user"]!["id"]!));

    /// <summary>Waits until the index has seen all there is in the log now.</summary>
    private Task IndexedAsync() => host.Services.GetRequiredService<IEventIndex>().CaughtUpAsync(Log.Records.EndIndex);

    /// <summary>With the demonstration's people.</summary>
    public sealed class PeopleHost : BackboneFixture
    {
        protected override void Configure(FixtureSettings settings) => settings.Demo = true;
    }
}
