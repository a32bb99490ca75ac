using Backbone.Testing;

namespace Backbone.Integration.Tests.Foreign;

/// <summary>openid-client (a certified relying party) and jose, both from npm, against the running provider.</summary>
public sealed class OpenidClientJourneys(ForeignApps host) : IClassFixture<ForeignApps>
{
    private const string Audience = "urn:backbone:api:ai-shandong";

    [Theory(DisplayName = "openid-client: code flow, userinfo, introspection, rotation, reuse, sign-out")]
    [InlineData("basic", "query")]
    [InlineData("post", "form_post")]
    public async Task The_whole_life_of_a_sign_in(string authentication, string responseMode)
    {
        await using var app = await NodeRelyingParty.StartAsync(
            host.NodePort, "--issuer", host.Address.AbsoluteUri, "--client", "foreign-web", "--secret-file", host.SecretFile("foreign-web"), "--auth", authentication);
        using var browser = new ScriptlessBrowser(host.Address);
        await browser.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByMail));

        await browser.GoAsync($"{app.Address}start?response_mode={responseMode}");
        await browser.AllowIfAskedAsync();
        if (responseMode == "form_post")
        {
            await browser.SubmitAsync(form: "form-post");
        }

        var first = NodeRelyingParty.Answer(browser);
        Assert.True(first["claims"] is not null, browser.Body);
        var subject = (string)first["claims"]!["sub"]!;
        Assert.Equal(subject, (string)first["userinfo"]!["sub"]!);
        Assert.False(Guid.TryParse(subject, out _), "The pairwise subject must not be the internal id.");
        Assert.Equal("ES256", (string)first["idTokenHeader"]!["alg"]!);
        Assert.Equal("at+jwt", (string)first["accessTokenHeader"]!["typ"]!);
        Assert.True((bool)first["refreshable"]!);

        Assert.True((bool)(await app.AskAsync(browser, "/introspect"))["active"]!);
        Assert.True((bool)(await app.AskAsync(browser, "/refresh"))["rotated"]!);
        var reuse = await app.AskAsync(browser, "/refresh-twice");
        Assert.Equal("invalid_grant", (string)reuse["replayed"]!);
        Assert.Equal("invalid_grant", (string)reuse["successor"]!);

        await browser.GoAsync(new Uri(app.Address, "start").AbsoluteUri);
        Assert.Equal(subject, (string)NodeRelyingParty.Answer(browser)["claims"]!["sub"]!);
        Assert.Equal("invalid_grant", (string)(await app.AskAsync(browser, "/revoke"))["after"]!);

        await browser.GoAsync(new Uri(app.Address, "logout").AbsoluteUri);
        Assert.Equal("after-logout", (string)NodeRelyingParty.Answer(browser)["state"]!);
        await browser.GoAsync($"{app.Address}start?prompt=none");
        Assert.Equal("login_required", (string)NodeRelyingParty.Answer(browser)["error"]!);
    }

    [Fact(DisplayName = "openid-client: a public client signs in with PKCE alone")]
    public async Task A_public_client_signs_in_with_PKCE_alone()
    {
        await using var app = await NodeRelyingParty.StartAsync(
            host.PublicPort, "--issuer", host.Address.AbsoluteUri, "--client", "foreign-spa", "--auth", "none");
        using var browser = new ScriptlessBrowser(host.Address);
        await browser.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByPhone));
        await browser.GoAsync(new Uri(app.Address, "start").AbsoluteUri);
        await browser.AllowIfAskedAsync();
        Assert.NotNull(NodeRelyingParty.Answer(browser)["claims"]);
    }

    [Fact(DisplayName = "openid-client and jose: a machine's token is an RFC 9068 token for the audience it asked for")]
    public async Task A_machine_gets_a_token_for_the_audience_it_asked_for()
    {
        await using var app = await NodeRelyingParty.StartAsync(
            host.NodePort, "--issuer", host.Address.AbsoluteUri, "--client", "foreign-web", "--secret-file", host.SecretFile("foreign-web"), "--auth", "basic",
            "--machine", "machine", "--machine-secret-file", Path.Combine(host.DataDirectory, "secrets", "machine.secret"), "--audience", Audience);
        using var browser = new ScriptlessBrowser(host.Address);
        var token = await app.AskAsync(browser, "/machine");
        Assert.Equal("at+jwt", (string)token["header"]!["typ"]!);
        Assert.Equal("machine", (string)token["payload"]!["client_id"]!);
        Assert.Equal(Audience, token["payload"]!["aud"] is System.Text.Json.Nodes.JsonArray several ? (string)several.Single()! : (string)token["payload"]!["aud"]!);
        Assert.DoesNotContain(token["payload"]!.AsObject(), claim => claim.Key.StartsWith("oi_", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "openid-client: who acts for an organisation is told with it everywhere (RFC 8693 4.1), and is refused everywhere when the power is withdrawn")]
    public async Task Who_acts_for_an_organisation_is_told_with_it_and_refused_when_the_power_is_withdrawn()
    {
        await using var app = await NodeRelyingParty.StartAsync(
            host.EnterprisePort, "--issuer", host.Address.AbsoluteUri, "--client", "foreign-enterprise", "--secret-file", host.SecretFile("foreign-enterprise"), "--auth", "basic");
        using var representative = new ScriptlessBrowser(host.Address);
        await representative.RepresentAsync(host.Address, host.Account(DemonstrationPeople.CitizenByPhone));
        await representative.GoAsync(new Uri(app.Address, "start").AbsoluteUri);
        await representative.AllowIfAskedAsync();
        var own = NodeRelyingParty.Answer(representative);
        using var agent = new ScriptlessBrowser(host.Address);
        await agent.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByMail), "/account/real-name");
        await agent.SubmitAsync(new Dictionary<string, string> { ["name"] = "李明", ["number"] = "379999198506180037" });
        await representative.GoAsync(new Uri(host.Address, $"/organisations/{Enterprises.Code}/mandates/new").AbsoluteUri);
        await representative.SubmitAsync(new Dictionary<string, string>
        {
            ["contact"] = DemonstrationPeople.CitizenByMail,
            ["name"] = "李明",
            ["power"] = "foreign-enterprise/file",
        });
        await agent.ActForAsync(Enterprises.Code);
        await agent.GoAsync(new Uri(app.Address, "start").AbsoluteUri);
        await agent.AllowIfAskedAsync();
        var told = NodeRelyingParty.Answer(agent);
        var seen = await app.AskAsync(agent, "/introspect");

        // One organisation, two people; the library had no quarrel with any of it.
        foreach (var claims in new[] { told["claims"]!, told["userinfo"]!, seen })
        {
            Assert.Equal((string)own["claims"]!["sub"]!, (string)claims["sub"]!);
            Assert.NotEqual((string)own["claims"]!["act"]!["sub"]!, (string)claims["act"]!["sub"]!);
            Assert.Equal((Enterprises.Code, "agent"), ((string)claims["organisation"]!["code"]!, (string)claims["organisation"]!["capacity"]!));
            Assert.Equal(["file"], claims["organisation"]!["powers"]!.AsArray().Select(power => (string)power!));
        }

        Assert.Equal(Enterprises.Name, (string)told["userinfo"]!["name"]!);
        Assert.Equal("representative", (string)own["claims"]!["organisation"]!["capacity"]!);

        await representative.GoAsync(new Uri(host.Address, $"/organisations/{Enterprises.Code}").AbsoluteUri);
        await representative.FollowAsync("撤回权限");
        await representative.SubmitAsync(button: "撤回权限");
        Assert.False((bool)(await app.AskAsync(agent, "/introspect"))["active"]!);
        Assert.Equal("invalid_grant", (string)(await app.AskAsync(agent, "/refresh"))["error"]!);
        Assert.NotNull((await app.AskAsync(agent, "/userinfo"))["error"]);
    }
}
