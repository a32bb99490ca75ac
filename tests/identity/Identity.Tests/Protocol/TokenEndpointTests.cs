using System.Net;
using System.Text;

namespace Backbone.Identity.Tests.Protocol;

public sealed class TokenEndpointTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Fact(DisplayName = "RFC 6749 4.4: a machine gets a token for itself, without a row and without refresh")]
    public async Task Machine()
    {
        var (status, body) = await backbone.MachineAsync([new("scope", "services.read"), new("resource", ProtocolFixture.Api)]);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Null(body["refresh_token"]);
        var claims = ProtocolFixture.Part((string)body["access_token"]!, 1);
        Assert.Equal(["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"], claims.Select(claim => claim.Key).Order());
        Assert.Equal("machine", (string?)claims["sub"]);
        Assert.False(Guid.TryParse((string?)claims["jti"], out _));
    }

    [Fact(DisplayName = "RFC 6749 2.3.1: the secret may come in the body")]
    public async Task Secret_in_body() => Assert.Equal(HttpStatusCode.OK, (await backbone.TokenAsync(
        [new("grant_type", "client_credentials"), new("client_id", "machine"), new("client_secret", ProtocolFixture.Secret)], client: null)).Status);

    [Theory(DisplayName = "RFC 6749 5.2: each fault has its code")]
    [InlineData("grant_type=client_credentials&client_id=machine&client_secret=wrong", "invalid_client")]
    [InlineData("grant_type=client_credentials&client_id=nobody&client_secret=wrong", "invalid_client")]
    [InlineData("grant_type=client_credentials&client_id=machine", "invalid_client")]
    [InlineData("grant_type=client_credentials&client_id=spa", "unauthorized_client")]
    [InlineData("grant_type=password&client_id=spa&username=a&password=b", "unsupported_grant_type")]
    [InlineData("grant_type=urn%3Ax&client_id=spa", "unsupported_grant_type")]
    [InlineData("client_id=spa", "invalid_request")]
    [InlineData("grant_type=authorization_code&client_id=spa", "invalid_request")]
    [InlineData("grant_type=authorization_code&client_id=spa&code=garbage&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback", "invalid_grant")]
    [InlineData("grant_type=refresh_token&client_id=spa&refresh_token=garbage", "invalid_grant")]
    [InlineData("grant_type=refresh_token&grant_type=refresh_token&client_id=spa", "invalid_request")]
    public async Task Faults(string form, string error)
    {
        await backbone.MakeClientsAsync();
        using var http = backbone.NewClient();
        using var response = await http.PostAsync("/connect/token", new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded"));
        var body = await response.Content.ReadAsStringAsync();

        Assert.Contains($"\"error\":\"{error}\"", body.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(error == "invalid_client" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("no-store", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "RFC 6749 5.2: a client that failed with Basic is challenged with Basic")]
    public async Task Challenge()
    {
        await backbone.MakeClientsAsync();
        var (status, body) = await backbone.MachineAsync(secret: "wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("invalid_client", (string?)body["error"]);
    }

    [Fact(DisplayName = "RFC 6749 3.2: the token endpoint takes POST only")]
    public async Task Get_refused()
    {
        using var http = backbone.NewClient();
        using var response = await http.GetAsync("/connect/token?grant_type=client_credentials");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory(DisplayName = "RFC 6749 5.2: a scope that is unknown or not the client's is invalid_scope")]
    [InlineData("profile")]
    [InlineData("no.such")]
    [InlineData("openid")]
    [InlineData("offline_access")]
    [InlineData("services.read profile")]
    public async Task Scope(string scope)
    {
        var (status, body) = await backbone.MachineAsync([new("scope", scope)]);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_scope"), (status, (string?)body["error"]));
    }

    [Fact(DisplayName = "RFC 8707 2: a resource the client may not have is invalid_target")]
    public async Task Resource() => Assert.Equal(
        "invalid_target", (string?)(await backbone.MachineAsync([new("resource", ProtocolFixture.OtherApi)])).Body["error"]);

    [Fact(DisplayName = "RFC 8707 2.2: a code or refresh request may narrow its resources, never widen them")]
    public async Task Narrowing()
    {
        var person = await backbone.SignInAsync();
        var code = await ProtocolFixture.CodeAsync(person, scope: "openid offline_access", more: [new("resource", ProtocolFixture.Api)]);
        Assert.Equal("invalid_target", (string?)(await backbone.RedeemAsync(code, more: [new("resource", ProtocolFixture.OtherApi)])).Body["error"]);

        code = await ProtocolFixture.CodeAsync(
            person, scope: "openid offline_access", more: [new("resource", ProtocolFixture.Api), new("resource", ProtocolFixture.OtherApi)]);
        var (_, first) = await backbone.RedeemAsync(code, more: [new("resource", ProtocolFixture.Api)]);
        Assert.Equal(ProtocolFixture.Api, (string?)ProtocolFixture.Part((string)first["access_token"]!, 1)["aud"]);
        var (_, second) = await backbone.RefreshAsync((string)first["refresh_token"]!, more: [new("resource", ProtocolFixture.OtherApi)]);
        Assert.Equal(ProtocolFixture.OtherApi, (string?)ProtocolFixture.Part((string)second["access_token"]!, 1)["aud"]);
    }

    [Fact(DisplayName = "RFC 6749 6: a refresh rotates; the used token's return ends the family")]
    public async Task Refresh_reuse()
    {
        var (_, first) = await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync(), scope: "openid offline_access"));
        var (status, second) = await backbone.RefreshAsync((string)first["refresh_token"]!);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual((string?)first["refresh_token"], (string?)second["refresh_token"]);

        Assert.Equal("invalid_grant", (string?)(await backbone.RefreshAsync((string)first["refresh_token"]!)).Body["error"]);

        Assert.Equal("invalid_grant", (string?)(await backbone.RefreshAsync((string)second["refresh_token"]!)).Body["error"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await backbone.UserInfoAsync((string)second["access_token"]!)).Status);
    }

    [Theory(DisplayName = "RFC 6749 6: a refresh that asks for a scope that was not granted is invalid_scope")]
    [InlineData("openid profile")]
    [InlineData("openid email")]
    [InlineData("openid no.such")]
    public async Task Refresh_scope(string scope)
    {
        var (_, first) = await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync(), scope: "openid offline_access"));

        Assert.Equal("invalid_scope", (string?)(await backbone.RefreshAsync((string)first["refresh_token"]!, more: [new("scope", scope)])).Body["error"]);
    }

    [Fact(DisplayName = "RFC 6749 10.4: a refresh token of another client is refused")]
    public async Task Refresh_cross_client()
    {
        var (_, first) = await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync(), scope: "openid offline_access"));

        Assert.Equal("invalid_grant", (string?)(await backbone.RefreshAsync((string)first["refresh_token"]!, "web-other-sector")).Body["error"]);
    }

    [Fact(DisplayName = "Ending a session ends its refresh tokens, and its access tokens wherever we are asked")]
    public async Task Session_end()
    {
        var person = await backbone.SignInAsync();
        var (_, body) = await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person, scope: "openid offline_access"));
        await backbone.EndSessionAsync(person);

        Assert.Equal("invalid_grant", (string?)(await backbone.RefreshAsync((string)body["refresh_token"]!)).Body["error"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await backbone.UserInfoAsync((string)body["access_token"]!)).Status);
        Assert.False((bool)(await backbone.IntrospectAsync((string)body["access_token"]!))["active"]!);
    }
}
