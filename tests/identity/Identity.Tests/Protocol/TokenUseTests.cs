using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Identity.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;

namespace Backbone.Identity.Tests.Protocol;

public sealed class TokenUseTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Fact(DisplayName = "GHSA-cxgj-hwwh-855g: the unexpired access token of a revoked authorization is refused")]
    public async Task Revoked_authorization()
    {
        var person = await backbone.SignInAsync();
        var token = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person))).Body["access_token"]!;
        Assert.Equal(HttpStatusCode.OK, (await backbone.UserInfoAsync(token)).Status);
        await using (var scope = backbone.Services.CreateAsyncScope())
        {
            // Only the authorization: its token rows stay "valid", as in the advisory.
            var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
            await foreach (var authorization in authorizations.FindBySubjectAsync(person.Account.ToString("D")))
            {
                Assert.True(await authorizations.TryRevokeAsync(authorization));
            }
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await backbone.UserInfoAsync(token)).Status);
        Assert.False((bool)(await backbone.IntrospectAsync(token))["active"]!);
    }

    [Fact(DisplayName = "GHSA-cxgj-hwwh-855g: the start is refused when the rows it depends on are switched off")]
    public void Bad_options()
    {
        var validator = backbone.Services.GetServices<IValidateOptions<OpenIddictServerOptions>>().Single(v => v.GetType().Name == "ConfigureServer");

        Assert.True(validator.Validate(null, new OpenIddictServerOptions { DisableTokenStorage = true }).Failed);
        Assert.True(validator.Validate(null, new OpenIddictServerOptions { DisableAuthorizationStorage = true }).Failed);
        Assert.True(validator.Validate(null, new OpenIddictServerOptions { EnableDegradedMode = true }).Failed);
        Assert.True(validator.Validate(null, new OpenIddictServerOptions()).Succeeded);
    }

    [Fact(DisplayName = "RFC 7662 2.2: only the client of a token and the API it is for are told about it")]
    public async Task Introspection()
    {
        var person = await backbone.SignInAsync();
        var token = (string)(await backbone.RedeemAsync(
            await ProtocolFixture.CodeAsync(person, more: [new("resource", ProtocolFixture.Api)]))).Body["access_token"]!;

        Assert.True((bool)(await backbone.IntrospectAsync(token))["active"]!);
        var api = await backbone.IntrospectAsync(token, "api");
        Assert.True((bool)api["active"]!);
        Assert.Equal("web", (string?)api["client_id"]);
        Assert.DoesNotContain(person.Account.ToString("D"), api.ToJsonString(), StringComparison.Ordinal);
        var stranger = await backbone.IntrospectAsync(token, "machine");
        Assert.Equal("{\"active\":false}", stranger.ToJsonString());
    }

    [Theory(DisplayName = "RFC 7662: each question is an event, but of a service of our own that follows a session only the last")]
    [InlineData("web", "refresh_token", 3, 1)]
    [InlineData("first-party", "access_token", 3, 1)]
    [InlineData("first-party", "refresh_token", 0, 1)]
    public async Task Questions_are_events(string client, string kind, int whileItLives, int atItsEnd)
    {
        var person = await backbone.SignInAsync();
        var token = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person, client, "openid offline_access"), client)).Body[kind]!;
        var before = Questions();
        for (var question = 0; question < 3; question++)
        {
            Assert.True((bool)(await backbone.IntrospectAsync(token, client))["active"]!);
        }

        Assert.Equal(whileItLives, Questions() - before);
        await backbone.EndSessionAsync(person);
        Assert.False((bool)(await backbone.IntrospectAsync(token, client))["active"]!);
        Assert.Equal(whileItLives + atItsEnd, Questions() - before);

        int Questions() => OpenFile.ReadLog(backbone.DataDirectory).Split("\"action\":\"token-introspect\"").Length;
    }

    [Theory(DisplayName = "RFC 7662 2.1: a question that says to be nobody's activity keeps no session from idling, any other does")]
    [InlineData("none", false)]
    [InlineData(null, true)]
    public async Task Activity(string? activity, bool isSeen)
    {
        var person = await backbone.SignInAsync();
        var token = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person, scope: "openid offline_access"))).Body["refresh_token"]!;
        backbone.Clock.Advance(TimeSpan.FromMinutes(2));
        List<KeyValuePair<string, string>> form = [new("token", token)];
        if (activity is not null)
        {
            form.Add(new("session_activity", activity));
        }

        Assert.True((bool)(await backbone.TokenAsync(form, path: "/connect/introspect")).Body["active"]!);

        await using var scope = backbone.Services.CreateAsyncScope();
        var seen = await scope.ServiceProvider.GetRequiredService<IdentityDb>().Sessions
            .Where(session => session.Id == person.Session).Select(session => session.LastSeenAt).SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(isSeen, seen == backbone.Clock.GetUtcNow());
    }

    [Theory(DisplayName = "RFC 7662 2.2: what is no token is not active")]
    [InlineData("garbage")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task Not_active(string token)
    {
        await backbone.MakeClientsAsync();
        Assert.Equal("{\"active\":false}", (await backbone.IntrospectAsync(token)).ToJsonString());
    }

    [Fact(DisplayName = "RFC 7662 2.1: who does not prove who they are is told nothing")]
    public async Task Introspection_needs_a_client()
    {
        await backbone.MakeClientsAsync();
        var (_, anonymous) = await backbone.TokenAsync([new("token", "x")], client: null, path: "/connect/introspect");
        var (_, open) = await backbone.TokenAsync([new("token", "x"), new("client_id", "spa")], client: null, path: "/connect/introspect");

        Assert.NotNull(anonymous["error"]);
        Assert.NotNull(open["error"]);
    }

    [Fact(DisplayName = "RFC 7009 2.1: a revoked token is dead, a refresh token takes its access tokens along only through its family")]
    public async Task Revocation()
    {
        var (_, body) = await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync(), scope: "openid offline_access"));
        var token = (string)body["access_token"]!;

        Assert.Equal(HttpStatusCode.OK, (await backbone.TokenAsync([new("token", token)], path: "/connect/revoke")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await backbone.UserInfoAsync(token)).Status);
        var refresh = (string)body["refresh_token"]!;
        Assert.Equal(HttpStatusCode.OK, (await backbone.TokenAsync([new("token", refresh)], path: "/connect/revoke")).Status);
        Assert.Equal("invalid_grant", (string?)(await backbone.RefreshAsync(refresh)).Body["error"]);
    }

    [Fact(DisplayName = "RFC 7009 2.1: a client cannot revoke the token of another")]
    public async Task Revocation_of_another()
    {
        var token = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync()))).Body["access_token"]!;

        await backbone.TokenAsync([new("token", token)], "web-other-sector", path: "/connect/revoke");

        Assert.Equal(HttpStatusCode.OK, (await backbone.UserInfoAsync(token)).Status);
    }

    [Theory(DisplayName = "OIDC Core 5.3.1: whoever looks at a person is recorded by their token, not by what they call themselves")]
    [InlineData("query")]
    [InlineData("form")]
    public async Task A_look_in_anothers_name(string where)
    {
        var token = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync()))).Body["access_token"]!;
        using var http = backbone.NewClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var form = new FormUrlEncodedContent([new("client_id", "web-other-sector")]);
        using var answer = where == "form"
            ? await http.PostAsync(new Uri("/connect/userinfo", UriKind.Relative), form)
            : await http.GetAsync(new Uri("/connect/userinfo?client_id=web-other-sector", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var looks = OpenFile.ReadLog(backbone.DataDirectory).Split("{\"@timestamp\"").Where(leaf => leaf.Contains("\"action\":\"userinfo\"", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(looks);
        Assert.DoesNotContain(looks, leaf => leaf.Contains("web-other-sector", StringComparison.Ordinal));
        Assert.Contains("\"client\":{\"id\":\"web\"", looks[^1], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "RFC 7009 2.2: revoking what is no token is a success")]
    public async Task Revocation_of_garbage()
    {
        await backbone.MakeClientsAsync();
        Assert.Equal(HttpStatusCode.OK, (await backbone.TokenAsync([new("token", "garbage")], path: "/connect/revoke")).Status);
    }

    [Fact(DisplayName = "RFC 6750 3.1: an expired token is invalid_token, one without openid is insufficient_scope, none is a bare challenge")]
    public async Task Userinfo_errors()
    {
        var person = await backbone.SignInAsync();
        var token = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person))).Body["access_token"]!;
        var machine = (string)(await backbone.MachineAsync()).Body["access_token"]!;
        var (status, challenge, _) = await backbone.UserInfoAsync(machine);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("insufficient_scope", challenge, StringComparison.Ordinal);

        backbone.Clock.Advance(TimeSpan.FromMinutes(6));
        (status, challenge, _) = await backbone.UserInfoAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("invalid_token", challenge, StringComparison.Ordinal);
        using var http = backbone.NewClient();
        using var bare = await http.GetAsync("/connect/userinfo");
        Assert.Contains("Bearer", bare.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "RFC 8725 3.1: a token with another algorithm, no signature, or our public key as HMAC secret is refused")]
    public async Task Algorithm_confusion()
    {
        var token = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync()))).Body["access_token"]!;
        using var http = backbone.NewClient();
        var key = JsonNode.Parse(await http.GetStringAsync("/.well-known/jwks"))!["keys"]!.AsArray()
            .Single(k => (string?)k!["kid"] == (string?)ProtocolFixture.Part(token, 0)["kid"])!;
        var payload = token.Split('.')[1];
        string Forge(string algorithm, Func<byte[], byte[]> sign)
        {
            var header = ProtocolFixture.Part(token, 0);
            header["alg"] = algorithm;
            var input = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + payload;
            return input + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)));
        }

        string[] forged =
        [
            Forge("none", _ => []),
            Forge("HS256", input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.ToJsonString()), input)),
            Forge("HS256", input => HMACSHA256.HashData(Base64Url.DecodeFromChars((string)key["x"]!), input)),
            Forge("ES256", _ => RandomNumberGenerator.GetBytes(64)),
            token[..^4] + "AAAA",
        ];

        foreach (var attempt in forged)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await backbone.UserInfoAsync(attempt)).Status);
        }
    }

    [Fact(DisplayName = "RFC 9068 4: an identity token is not accepted as an access token")]
    public async Task Identity_token_is_no_access_token()
    {
        var token = (string)(await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync()))).Body["id_token"]!;

        Assert.Equal(HttpStatusCode.Unauthorized, (await backbone.UserInfoAsync(token)).Status);
    }
}
