using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Tests.Protocol;

/// <summary>A host with clients of each kind and a person who is signed in; requests go over real sockets, tokens are read by hand.</summary>
public class ProtocolFixture : BackboneFixture
{
    public const string RedirectUri = "https://app.example/callback";
    public const string LogoutUri = "https://app.example/out";
    public const string Api = "https://api.example/";
    public const string OtherApi = "https://other.example/";
    public const string Secret = "bG9uZy1lbm91Z2gtc2VjcmV0LWZvci10ZXN0cy0wMDAwMDA";

    private bool _clientsMade;

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.Parse("2026-03-01T08:00:00Z", null));

    public async Task<Person> SignInAsync(bool staff = false, string methods = "pwd")
    {
        await MakeClientsAsync();
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var now = Clock.GetUtcNow();
        var account = new Account
        {
            Id = Guid.CreateVersion7(),
            UserName = RandomNumberGenerator.GetHexString(16),
            Kind = staff ? AccountKind.Staff : AccountKind.Citizen,
            DisplayName = "王小明",
            CreatedAt = now,
            PhoneNumber = "+86138" + RandomNumberGenerator.GetInt32(10_000_000, 99_999_999),
            PhoneNumberConfirmed = true,
        };
        var (ticket, hash) = SessionTicket.Create();
        var session = new Session
        {
            Id = Guid.CreateVersion7(),
            AccountId = account.Id,
            TicketHash = hash,
            CreatedAt = now,
            LastSeenAt = now,
            AuthenticatedAt = now,
            Methods = methods,
            Device = "test",
            Address = "::1",
        };
        db.Users.Add(account);
        await db.SaveChangesAsync();
        db.Sessions.Add(session);
        await db.SaveChangesAsync();
        var browser = NewClient();
        browser.DefaultRequestHeaders.Add("Cookie", $"{SessionTicket.CookieName(Options)}={ticket}");
        return new Person(account.Id, session.Id, browser);
    }

    /// <summary>The person proves again who they are, now.</summary>
    public async Task ProveAgainAsync(Person person)
    {
        await using var scope = Services.CreateAsyncScope();
        var now = Clock.GetUtcNow();
        await scope.ServiceProvider.GetRequiredService<IdentityDb>().Sessions.Where(session => session.Id == person.Session)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.AuthenticatedAt, now));
    }

    public async Task EndSessionAsync(Person person)
    {
        await using var scope = Services.CreateAsyncScope();
        var now = (DateTimeOffset?)Clock.GetUtcNow();
        await scope.ServiceProvider.GetRequiredService<IdentityDb>().Sessions.Where(session => session.Id == person.Session)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now));
    }

    public async Task MakeClientsAsync()
    {
        if (_clientsMade)
        {
            return;
        }

        _clientsMade = true;
        await using var scope = Services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await applications.CreateAsync(Client("web", Secret, "alpha"));
        await applications.CreateAsync(Client("web-same-sector", Secret, "alpha"));
        await applications.CreateAsync(Client("web-other-sector", Secret, "beta"));
        await applications.CreateAsync(Client("first-party", Secret, "gamma", firstParty: true));
        await applications.CreateAsync(Client("spa", null, "delta"));
        await applications.CreateAsync(Client("asks", Secret, "epsilon", consent: "ask"));
        await applications.CreateAsync(Client("staff-only", Secret, "zeta", audience: "staff"));
        await applications.CreateAsync(Client("api", Secret, "eta", resource: Api));
        var once = Client("no-refresh", Secret, "theta");
        once.Permissions.Remove(Permissions.GrantTypes.RefreshToken);
        await applications.CreateAsync(once);
        var rsa = Client("rs256", Secret, "iota");
        rsa.Properties[ClientProperties.IdTokenAlgorithm] = ClientProperties.Of("RS256");
        await applications.CreateAsync(rsa);
        var verified = Client("real-name", Secret, "kappa");
        verified.Properties[ClientProperties.PersonLevel] = ClientProperties.Of("3");
        await applications.CreateAsync(verified);
        var machine = new OpenIddictApplicationDescriptor { ClientId = "machine", ClientSecret = Secret, ClientType = ClientTypes.Confidential };
        machine.Permissions.UnionWith(
        [
            Permissions.Endpoints.Token, Permissions.Endpoints.Introspection, Permissions.Endpoints.Revocation,
            Permissions.GrantTypes.ClientCredentials,
            Permissions.Prefixes.Scope + "services.read", Permissions.Prefixes.Resource + Api,
        ]);
        await applications.CreateAsync(machine);
    }

    public static Dictionary<string, string> AuthorizationRequest(string client = "web", string scope = "openid", string verifier = Pkce.Verifier) => new()
    {
        ["client_id"] = client,
        ["redirect_uri"] = RedirectUri,
        ["response_type"] = "code",
        ["scope"] = scope,
        ["state"] = "the state",
        ["nonce"] = "n-1",
        ["code_challenge"] = Pkce.Challenge(verifier),
        ["code_challenge_method"] = "S256",
    };

    public static async Task<HttpResponseMessage> AuthorizeAsync(HttpClient browser, IEnumerable<KeyValuePair<string, string>> request) =>
        await browser.GetAsync("/connect/authorize?" + await new FormUrlEncodedContent(request).ReadAsStringAsync());

    public static async Task<string> CodeAsync(Person person, string client = "web", string scope = "openid", IEnumerable<KeyValuePair<string, string>>? more = null)
    {
        using var response = await AuthorizeAsync(person.Browser, [.. AuthorizationRequest(client, scope), .. more ?? []]);
        var answer = Answer(response);
        return answer.GetValueOrDefault("code") ?? throw new InvalidOperationException($"No code: {response.StatusCode} {response.Headers.Location}");
    }

    /// <summary>The parameters that came back to the redirect URI.</summary>
    public static Dictionary<string, string> Answer(HttpResponseMessage response)
    {
        Assert.True(response.StatusCode is HttpStatusCode.Found or HttpStatusCode.SeeOther, $"{response.StatusCode}: {response.Content.ReadAsStringAsync().Result}");
        Assert.StartsWith(RedirectUri, response.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(response.Headers.Location.Query)
            .ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }

    public async Task<(HttpStatusCode Status, JsonObject Body)> TokenAsync(
        IEnumerable<KeyValuePair<string, string>> form, string? client = "web", string? secret = Secret, string path = "/connect/token")
    {
        await MakeClientsAsync();
        using var http = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        if (client is not null && secret is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{secret}")));
        }

        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    public Task<(HttpStatusCode Status, JsonObject Body)> RedeemAsync(
        string code, string client = "web", string verifier = Pkce.Verifier, string redirectUri = RedirectUri,
        IEnumerable<KeyValuePair<string, string>>? more = null) => TokenAsync(
    [
        new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri), new("code_verifier", verifier), .. more ?? [],
    ], client);

    public Task<(HttpStatusCode Status, JsonObject Body)> RefreshAsync(
        string token, string client = "web", IEnumerable<KeyValuePair<string, string>>? more = null) =>
        TokenAsync([new("grant_type", "refresh_token"), new("refresh_token", token), .. more ?? []], client);

    public Task<(HttpStatusCode Status, JsonObject Body)> MachineAsync(IEnumerable<KeyValuePair<string, string>>? more = null, string secret = Secret) =>
        TokenAsync([new("grant_type", "client_credentials"), .. more ?? []], "machine", secret);

    public async Task<(HttpStatusCode Status, string Challenge, JsonObject Body)> UserInfoAsync(string token)
    {
        using var http = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, response.Headers.WwwAuthenticate.ToString(), text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : []);
    }

    public async Task<JsonObject> IntrospectAsync(string token, string client = "web") =>
        (await TokenAsync([new("token", token)], client, path: "/connect/introspect")).Body;

    public static JsonObject Part(string token, int part) =>
        JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[part]))!.AsObject();

    protected override void Configure(FixtureSettings settings) => settings.Clock = Clock;

    protected static OpenIddictApplicationDescriptor Client(
        string id, string? secret, string sector, bool firstParty = false, string consent = "pre", string audience = "both", string? resource = null)
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = id,
            ClientSecret = secret,
            ClientType = secret is null ? ClientTypes.Public : ClientTypes.Confidential,
            DisplayName = id,
        };
        client.RedirectUris.Add(new Uri(RedirectUri));
        client.PostLogoutRedirectUris.Add(new Uri(LogoutUri));
        client.Permissions.UnionWith(
        [
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.Endpoints.EndSession,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            Permissions.Prefixes.Scope + "profile", Permissions.Prefixes.Scope + "phone", Permissions.Prefixes.Scope + "services.read",
            Permissions.Prefixes.Resource + Api, Permissions.Prefixes.Resource + OtherApi,
        ]);
        if (secret is not null)
        {
            client.Permissions.Add(Permissions.Endpoints.Introspection);
        }

        void Set(string name, string value) => client.Properties[name] = ClientProperties.Of(value);
        Set(ClientProperties.Sector, sector);
        Set(ClientProperties.Consent, consent);
        Set(ClientProperties.Audience, audience);
        Set(ClientProperties.FirstParty, firstParty ? "true" : "false");
        Set(ClientProperties.Subject, firstParty ? "public" : "pairwise");
        if (resource is not null)
        {
            Set(ClientProperties.Resource, resource);
        }

        return client;
    }
}

/// <summary>A signed-in person: the account, the session, and the browser that holds its cookie.</summary>
public sealed record Person(Guid Account, Guid Session, HttpClient Browser);

public static class Pkce
{
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    public static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
