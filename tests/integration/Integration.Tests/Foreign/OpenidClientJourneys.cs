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
}
