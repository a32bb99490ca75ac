using System.Net;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Protocol;

public sealed class CodeFlowTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Fact(DisplayName = "OIDC Core 3.1: a code becomes tokens, and userinfo tells what was agreed")]
    public async Task Code_flow()
    {
        var person = await backbone.SignInAsync();

        using var response = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest(scope: "openid profile offline_access"));
        var answer = ProtocolFixture.Answer(response);

        Assert.Equal("the state", answer["state"]);
        Assert.Equal(backbone.Address.AbsoluteUri, answer["iss"]);
        var (status, body) = await backbone.RedeemAsync(answer["code"]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Bearer", (string?)body["token_type"]);
        Assert.Equal(300, (int)body["expires_in"]!);
        Assert.NotNull(body["refresh_token"]);
        var (infoStatus, _, info) = await backbone.UserInfoAsync((string)body["access_token"]!);
        Assert.Equal(HttpStatusCode.OK, infoStatus);
        Assert.Equal("王小明", (string?)info["name"]);
        Assert.Equal((string?)ProtocolFixture.Part((string)body["id_token"]!, 1)["sub"], (string?)info["sub"]);
        Assert.Equal(["locale", "name", "person_level", "sub"], info.Select(claim => claim.Key).Order());
    }

    [Fact(DisplayName = "RFC 9068 2.2: an access token holds exactly the claims of the profile")]
    public async Task Access_token_claims()
    {
        var person = await backbone.SignInAsync();
        var (_, body) = await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person, more: [new("resource", ProtocolFixture.Api)]));

        var token = (string)body["access_token"]!;
        var header = ProtocolFixture.Part(token, 0);
        var claims = ProtocolFixture.Part(token, 1);
        Assert.Equal(["alg", "kid", "typ"], header.Select(claim => claim.Key).Order());
        Assert.Equal("at+jwt", (string?)header["typ"]);
        Assert.Equal("ES256", (string?)header["alg"]);
        Assert.Equal(["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"], claims.Select(claim => claim.Key).Order());
        Assert.Equal(ProtocolFixture.Api, (string?)claims["aud"]);
        Assert.DoesNotContain(person.Account.ToString(), claims.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact(DisplayName = "OIDC Core 2: an identity token holds the claims of the sign-in and nothing of ours")]
    public async Task Identity_token_claims()
    {
        var person = await backbone.SignInAsync(methods: "pwd otp");
        var (_, body) = await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person));

        var claims = ProtocolFixture.Part((string)body["id_token"]!, 1);
        Assert.Equal(
            ["acr", "amr", "at_hash", "aud", "auth_time", "azp", "exp", "iat", "iss", "nonce", "person_level", "sid", "sub"], claims.Select(claim => claim.Key).Order());
        Assert.Equal("web", (string?)claims["aud"]);
        Assert.Equal("n-1", (string?)claims["nonce"]);
        Assert.Equal("urn:backbone:acr:2", (string?)claims["acr"]);
        Assert.Equal(["pwd", "otp"], claims["amr"]!.AsArray().Select(method => (string)method!));
        Assert.NotEqual(person.Session.ToString(), (string?)claims["sid"]);
    }

    [Fact(DisplayName = "OIDC Core 8: subjects are the same within a sector, different between sectors, public only for first parties")]
    public async Task Pairwise()
    {
        var person = await backbone.SignInAsync();
        async Task<string> SubjectAtAsync(string client) =>
            (string)ProtocolFixture.Part((string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person, client), client)).Body["id_token"]!, 1)["sub"]!;

        var web = await SubjectAtAsync("web");
        Assert.Equal(web, await SubjectAtAsync("web-same-sector"));
        Assert.NotEqual(web, await SubjectAtAsync("web-other-sector"));
        Assert.Equal(person.Account.ToString("D"), await SubjectAtAsync("first-party"));
    }

    [Fact(DisplayName = "RFC 6749 4.1.2: a code works once; its replay ends every token of the family")]
    public async Task Code_replay()
    {
        var person = await backbone.SignInAsync();
        var code = await ProtocolFixture.CodeAsync(person, scope: "openid offline_access");
        var (_, first) = await backbone.RedeemAsync(code);

        var (status, second) = await backbone.RedeemAsync(code);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_grant", (string?)second["error"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await backbone.UserInfoAsync((string)first["access_token"]!)).Status);
        Assert.Equal("invalid_grant", (string?)(await backbone.RefreshAsync((string)first["refresh_token"]!)).Body["error"]);
        await using var scope = backbone.Services.CreateAsyncScope();
        var family = await scope.ServiceProvider.GetRequiredService<IdentityDb>().Set<OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
            .SingleAsync(authorization => authorization.Subject == person.Account.ToString());
        Assert.Equal("revoked", family.Status);
    }

    [Fact(DisplayName = "RFC 6749 4.1.2: a code is dead after 60 seconds")]
    public async Task Code_expires()
    {
        var person = await backbone.SignInAsync();
        var code = await ProtocolFixture.CodeAsync(person);
        backbone.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal("invalid_grant", (string?)(await backbone.RedeemAsync(code)).Body["error"]);
    }

    [Fact(DisplayName = "RFC 7636 4.6: a wrong verifier is refused")]
    public async Task Wrong_verifier() => Assert.Equal("invalid_grant", (string?)(await backbone.RedeemAsync(
        await ProtocolFixture.CodeAsync(await backbone.SignInAsync()), verifier: new string('a', 43))).Body["error"]);

    [Fact(DisplayName = "RFC 6749 4.1.3: a code of another client is refused")]
    public async Task Cross_client() => Assert.Equal("invalid_grant", (string?)(await backbone.RedeemAsync(
        await ProtocolFixture.CodeAsync(await backbone.SignInAsync()), client: "web-other-sector")).Body["error"]);

    [Fact(DisplayName = "RFC 6749 4.1.3: another redirect URI than at the authorization request is refused")]
    public async Task Redirect_mismatch() => Assert.Equal("invalid_grant", (string?)(await backbone.RedeemAsync(
        await ProtocolFixture.CodeAsync(await backbone.SignInAsync()), redirectUri: "https://app.example/other")).Body["error"]);

    [Fact(DisplayName = "RFC 6749 3.2.1: a public client redeems by PKCE alone")]
    public async Task Public_client()
    {
        var code = await ProtocolFixture.CodeAsync(await backbone.SignInAsync(), "spa");

        var (status, _) = await backbone.TokenAsync(
        [
            new("grant_type", "authorization_code"), new("code", code), new("client_id", "spa"),
            new("redirect_uri", ProtocolFixture.RedirectUri), new("code_verifier", Pkce.Verifier),
        ], client: null);

        Assert.Equal(HttpStatusCode.OK, status);
    }
}
