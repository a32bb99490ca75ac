using System.Net;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Console;

/// <summary>The console as a relying party: through the pages, over sockets, with the issuer there and away.</summary>
public sealed class ConsoleJourneys : IClassFixture<ConsoleJourneys.Backbone>
{
    private readonly Backbone backbone;

    public ConsoleJourneys(Backbone backbone) => this.backbone = backbone;

    [Fact]
    public async Task The_audit_administrator_is_led_through_sign_in_to_the_log_and_out_again()
    {
        using var browser = new ScriptlessBrowser(backbone.Address);
        await browser.GoAsync("/console/audit");
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
        await browser.FillSignInAsync(backbone.Account(DemonstrationPeople.AuditAdministrator));

        Assert.Equal((HttpStatusCode.OK, "/console/audit"), (browser.Status, browser.Address.AbsolutePath));
        await browser.GoAsync("/console");
        Assert.Equal("管理控制台", browser.Heading);
        Assert.Contains(browser.Page.QuerySelectorAll("main a"), link => link.GetAttribute("href") == "/console/audit");

        await browser.SubmitAsync(form: "/console/sign-out");
        await browser.GoAsync("/console/audit");
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
    }

    [Theory]
    [InlineData("system-admin")]
    [InlineData("security-admin")]
    [InlineData("office")]
    public async Task Others_of_the_staff_read_a_page_that_says_whom_the_log_is_for(string name)
    {
        using var browser = new ScriptlessBrowser(backbone.Address, "en");
        await browser.SignInAsync(backbone.Address, backbone.Account(name), "/console/audit");

        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Contains("each opens only the pages of their own duty", browser.Body, StringComparison.Ordinal);
        Assert.Contains(browser.Page.QuerySelectorAll("main a"), link => link.GetAttribute("href") == "/console");
    }

    [Fact]
    public async Task A_citizen_is_refused_by_the_issuer_and_reads_a_page_too()
    {
        using var browser = new ScriptlessBrowser(backbone.Address);
        await browser.SignInAsync(backbone.Address, backbone.Account(DemonstrationPeople.CitizenByPhone), "/console");

        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Contains("管理控制台只向", browser.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_nobody_asked_for_is_a_page_with_a_fresh_start_and_no_session()
    {
        using var browser = new ScriptlessBrowser(backbone.Address);
        await browser.GoAsync("/console/signin-oidc?code=x&state=y");

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains(browser.Page.QuerySelectorAll("main a"), link => link.GetAttribute("href") == "/console");
    }

    [Fact]
    public async Task An_issuer_out_of_reach_is_503_with_a_page_and_the_rest_of_the_host_answers()
    {
        // Port 1 on loopback: nobody listens there without being root and asking for it.
        await using var alone = await BackboneFixture.StartAsync(settings =>
        {
            settings.Modules = "audit";
            settings.Settings["Backbone:Issuer"] = "http://localhost:1";
        });
        using var browser = new ScriptlessBrowser(alone.Address);
        foreach (var address in (string[])["/console", "/console/audit"])
        {
            await browser.GoAsync(address);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "现在无法登录控制台"), (browser.Status, browser.Heading));
        }

        using var client = alone.NewClient();
        using var problem = await client.GetAsync("/console", TestContext.Current.CancellationToken);
        Assert.Equal("application/problem+json", problem.Content.Headers.ContentType?.MediaType);
        Assert.Contains(
            "urn:backbone:platform:unavailable", await problem.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await browser.GoAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    public sealed class Backbone : BackboneFixture
    {
        protected override void Configure(FixtureSettings settings) => settings.Demo = true;
    }
}
