using System.Net;
using System.Text.RegularExpressions;
using Backbone.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;

namespace Backbone.Identity.Tests.Protocol;

public sealed partial class ConsentAndLogoutTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Fact(DisplayName = "OIDC Core 3.1.2.4: who has not agreed is asked; the answer is remembered; withdrawing it asks again")]
    public async Task Consent()
    {
        var person = await backbone.SignInAsync();
        var request = ProtocolFixture.AuthorizationRequest("asks", "openid profile phone");
        using var first = await ProtocolFixture.AuthorizeAsync(person.Browser, request);
        Assert.StartsWith("/consent?return=", first.Headers.Location!.ToString(), StringComparison.Ordinal);

        using var answered = await AnswerAsync(person, first.Headers.Location!.ToString(), "allow");
        Assert.Contains("code", ProtocolFixture.Answer(answered).Keys);

        using var second = await ProtocolFixture.AuthorizeAsync(person.Browser, request);
        Assert.Contains("code", ProtocolFixture.Answer(second).Keys);
        using var more = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest("asks", "openid profile phone services.read"));
        Assert.StartsWith("/consent", more.Headers.Location!.ToString(), StringComparison.Ordinal);

        await using (var scope = backbone.Services.CreateAsyncScope())
        {
            var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
            await authorizations.RevokeBySubjectAsync(person.Account.ToString("D"));
        }

        using var third = await ProtocolFixture.AuthorizeAsync(person.Browser, request);
        Assert.StartsWith("/consent", third.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.6: a refusal is access_denied and is not remembered")]
    public async Task Refusal()
    {
        var person = await backbone.SignInAsync();
        using var first = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest("asks"));

        using var answered = await AnswerAsync(person, first.Headers.Location!.ToString(), "refuse");

        Assert.Equal("access_denied", ProtocolFixture.Answer(answered)["error"]);
        using var again = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest("asks"));
        Assert.StartsWith("/consent", again.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.6: prompt=none without consent is consent_required; prompt=consent asks although policy consented")]
    public async Task Prompts()
    {
        var person = await backbone.SignInAsync();
        using var none = await ProtocolFixture.AuthorizeAsync(person.Browser, [.. ProtocolFixture.AuthorizationRequest("asks"), new("prompt", "none")]);
        Assert.Equal("consent_required", ProtocolFixture.Answer(none)["error"]);

        using var consent = await ProtocolFixture.AuthorizeAsync(person.Browser, [.. ProtocolFixture.AuthorizationRequest(), new("prompt", "consent")]);
        using var answered = await AnswerAsync(person, consent.Headers.Location!.ToString(), "allow");
        Assert.Contains("code", ProtocolFixture.Answer(answered).Keys);
    }

    [Theory(DisplayName = "The consent page answers only for a real authorization request")]
    [InlineData("/evil")]
    [InlineData("//evil.example/connect/authorize?x")]
    [InlineData("/connect/authorize?client_id=asks&redirect_uri=https://evil.example/")]
    [InlineData("/connect/authorize?client_id=nobody&redirect_uri=https://app.example/callback")]
    [InlineData("")]
    public async Task Bad_return(string address)
    {
        var person = await backbone.SignInAsync();
        using var response = await person.Browser.GetAsync(QueryHelpers.AddQueryString("/consent", "return", address));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact(DisplayName = "RP-Initiated Logout 2: with the hint of this session the person is signed out and sent back with state")]
    public async Task Logout_with_hint()
    {
        var person = await backbone.SignInAsync();
        var hint = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person))).Body["id_token"]!;

        using var response = await LogoutAsync(person, ("id_token_hint", hint), ("post_logout_redirect_uri", ProtocolFixture.LogoutUri), ("state", "s1"));

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(ProtocolFixture.LogoutUri + "?state=s1", response.Headers.Location!.ToString());
        using var after = await ProtocolFixture.AuthorizeAsync(person.Browser, [.. ProtocolFixture.AuthorizationRequest(), new("prompt", "none")]);
        Assert.Equal("login_required", ProtocolFixture.Answer(after)["error"]);
    }

    [Fact(DisplayName = "RP-Initiated Logout 6: without a hint the person is asked first; only their own form signs them out")]
    public async Task Logout_without_hint()
    {
        var person = await backbone.SignInAsync();
        using var asked = await LogoutAsync(person);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        var page = await asked.Content.ReadAsStringAsync();
        using var forged = await person.Browser.PostAsync("/connect/logout", new FormUrlEncodedContent([new("confirmed", "true")]));
        Assert.Equal(HttpStatusCode.OK, forged.StatusCode);
        using var still = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest());
        Assert.Contains("code", ProtocolFixture.Answer(still).Keys);

        using var confirmed = await person.Browser.PostAsync("/connect/logout", new FormUrlEncodedContent([new("confirmed", "true"), new("_token", Token().Match(page).Groups[1].Value)]));
        Assert.Equal(HttpStatusCode.Found, confirmed.StatusCode);
        Assert.Equal("/signed-out", confirmed.Headers.Location!.ToString());
    }

    [Theory(DisplayName = "RP-Initiated Logout 3: an unregistered address is refused here and redirects nowhere")]
    [InlineData("post_logout_redirect_uri", "https://evil.example/")]
    [InlineData("post_logout_redirect_uri", ProtocolFixture.LogoutUri + "?x=1")]
    public async Task Bad_logout(string name, string value)
    {
        var person = await backbone.SignInAsync();
        using var response = await LogoutAsync(person, (name, value), ("client_id", "web"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(response.Headers.Location);
    }

    [Fact(DisplayName = "RP-Initiated Logout 4: a hint that is not ours counts as none: the person is asked")]
    public async Task Broken_hint()
    {
        var person = await backbone.SignInAsync();
        var hint = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person))).Body["id_token"]!;
        using var forged = await LogoutAsync(person, ("id_token_hint", hint[..^4] + "AAAA"), ("client_id", "web"));
        using var unsigned = await LogoutAsync(person, ("id_token_hint", "eyJhbGciOiJub25lIn0.e30."), ("client_id", "web"));

        Assert.Null(forged.Headers.Location);
        Assert.Null(unsigned.Headers.Location);
        using var still = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest());
        Assert.Contains("code", ProtocolFixture.Answer(still).Keys);
    }

    private static Task<HttpResponseMessage> LogoutAsync(Person person, params (string Name, string Value)[] parameters) =>
        person.Browser.GetAsync(QueryHelpers.AddQueryString("/connect/logout", parameters.ToDictionary(p => p.Name, p => (string?)p.Value)));

    private static async Task<HttpResponseMessage> AnswerAsync(Person person, string address, string answer)
    {
        var page = await person.Browser.GetStringAsync(address);
        Assert.Contains("同意", page, StringComparison.Ordinal);
        Assert.Contains("不同意", page, StringComparison.Ordinal);
        Assert.DoesNotContain("王小明", page[page.IndexOf("<main", StringComparison.Ordinal)..], StringComparison.Ordinal);
        using var posted = await person.Browser.PostAsync("/consent", new FormUrlEncodedContent(
        [
            new("_token", Token().Match(page).Groups[1].Value), new("answer", answer),
            new("return", QueryHelpers.ParseQuery(address[address.IndexOf('?', StringComparison.Ordinal)..])["return"].ToString()),
        ]));
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        return await person.Browser.GetAsync(posted.Headers.Location);
    }

    [GeneratedRegex("name=\"_token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
