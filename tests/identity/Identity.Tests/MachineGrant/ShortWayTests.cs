using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backbone.Identity.Tests.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Tests.MachineGrant;

/// <summary>Two hosts, one with the short way and one without, on one clock; each request goes to both.</summary>
public sealed class BothWays : IAsyncLifetime
{
    public MachineFixture ShortWay { get; private set; } = null!;

    public MachineFixture LongWay { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        ShortWay = await MachineFixture.StartAsync(shortWay: true);
        LongWay = await MachineFixture.StartAsync(shortWay: false);
    }

    public async ValueTask DisposeAsync()
    {
        await ShortWay.DisposeAsync();
        await LongWay.DisposeAsync();
    }
}

public sealed partial class ShortWayTests(BothWays hosts) : IClassFixture<BothWays>
{
    private const string Grant = "grant_type=client_credentials";
    private const string Api = "https%3A%2F%2Fapi.example%2F";
    private const string Secret = ProtocolFixture.Secret;

    /// <summary>Requests that go the short way: granted without the engine, and as the engine would.</summary>
    public static TheoryData<MachineCase> Plain =>
    [
        Basic("grant alone", Grant),
        Basic("with scope", Grant + "&scope=services.read"),
        Basic("with resource", Grant + "&resource=" + Api),
        Basic("with both", "scope=services.read&resource=" + Api + "&" + Grant),
        Basic("form with a charset", Grant) with { ContentType = "application/x-www-form-urlencoded; charset=utf-8" },
        Basic("client id that is escaped", Grant + "&scope=profile+services.read", "two+scopes"),
        Basic("client id escaped otherwise", Grant + "&scope=services.read+profile", "two%20scopes"),
        Basic("two spaces after Basic", Grant) with { Authorization = ["Basic  " + Pair("machine", Secret)] },
        new MachineCase("secret in the body", $"{Grant}&client_id=machine&client_secret={Secret}"),
    ];

    /// <summary>All others: bad ones, odd ones, and good ones that are not plain.</summary>
    public static TheoryData<MachineCase> Other =>
    [
        Basic("wrong secret", Grant, secret: "wrong"),
        Basic("wrong secret of the right length", Grant, secret: Secret[..^1] + "x"),
        Basic("empty secret", Grant, secret: ""),
        Basic("unknown client", Grant, "nobody"),
        Basic("public client", Grant, "spa"),
        Basic("client of people", Grant, "web"),
        Basic("client without the endpoint", Grant, "no-token-endpoint"),
        Basic("client without the grant", Grant, "no-grant"),
        Basic("client with a lifetime of its own", Grant, "lives-longer"),
        Basic("client id in other case", Grant, "Machine"),
        Basic("scope not its own", Grant + "&scope=profile"),
        Basic("scope unknown", Grant + "&scope=no.such"),
        Basic("one scope its own, one not", Grant + "&scope=services.read+profile"),
        Basic("scope openid", Grant + "&scope=openid"),
        Basic("scope offline_access", Grant + "&scope=offline_access"),
        Basic("scope twice in one", Grant + "&scope=services.read+services.read"),
        Basic("scope with two spaces", Grant + "&scope=services.read++profile", "two+scopes"),
        Basic("scope with a space before", Grant + "&scope=+services.read"),
        Basic("scope with a tab", Grant + "&scope=services.read%09"),
        Basic("scope in other case", Grant + "&scope=Services.Read"),
        Basic("empty scope", Grant + "&scope="),
        Basic("resource not its own", Grant + "&resource=https%3A%2F%2Fother.example%2F"),
        Basic("resource with a fragment", Grant + "&resource=" + Api + "%23x"),
        Basic("resource that is no address", Grant + "&resource=api"),
        Basic("two resources", Grant + "&resource=" + Api + "&resource=" + Api),
        Basic("empty resource", Grant + "&resource="),
        Basic("audience", Grant + "&audience=" + Api),
        Basic("grant twice", Grant + "&" + Grant),
        Basic("scope twice", Grant + "&scope=services.read&scope=services.read"),
        Basic("grant in other case", "grant_type=Client_Credentials"),
        Basic("name in other case", Grant + "&Scope=services.read"),
        Basic("name in two cases", Grant + "&scope=services.read&Scope=profile"),
        Basic("no grant", "scope=services.read"),
        Basic("empty body", ""),
        Basic("other grant", "grant_type=refresh_token&refresh_token=x"),
        Basic("unknown grant", "grant_type=urn%3Ax"),
        Basic("unknown parameter", Grant + "&colour=red"),
        Basic("parameter without a name", Grant + "&=red"),
        Basic("assertion besides", Grant + "&client_assertion=x&client_assertion_type=urn%3Ax"),
        Basic("proof in both places", Grant + $"&client_id=machine&client_secret={Secret}"),
        Basic("client id besides", Grant + "&client_id=machine"),
        Basic("another client id besides", Grant + "&client_id=web"),
        Basic("query besides", Grant) with { Path = "/connect/token?scope=services.read" },
        Basic("slash behind", Grant) with { Path = "/connect/token/" },
        Basic("address in other case", Grant) with { Path = "/Connect/Token" },
        Basic("GET", Grant) with { Method = "GET", Path = "/connect/token?" + Grant },
        Basic("PUT", Grant) with { Method = "PUT" },
        Basic("not a form", "{}") with { ContentType = "application/json" },
        Basic("other charset", Grant) with { ContentType = "application/x-www-form-urlencoded; charset=utf-7" },
        Basic("form in parts", "--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nclient_credentials\r\n--x--\r\n") with { ContentType = "multipart/form-data; boundary=x" },
        Basic("basic in small letters", Grant) with { Authorization = ["basic " + Pair("machine", Secret)] },
        Basic("proof without a colon", Grant) with { Authorization = ["Basic " + Convert.ToBase64String("machine"u8)] },
        Basic("proof without a client", Grant) with { Authorization = ["Basic " + Pair("", Secret)] },
        Basic("proof that is no base64", Grant) with { Authorization = ["Basic ***"] },
        Basic("proof with bytes beyond ASCII", Grant) with { Authorization = ["Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("machine:密"))] },
        Basic("very long proof", Grant) with { Authorization = ["Basic " + Pair("machine", new string('a', 2000))] },
        Basic("bearer", Grant) with { Authorization = ["Bearer x"] },
        new MachineCase("no proof", Grant + "&client_id=machine"),
        new MachineCase("no client", Grant),
        new MachineCase("secret in the body, wrong", Grant + "&client_id=machine&client_secret=wrong"),
        new MachineCase("secret in the body, twice", $"{Grant}&client_id=machine&client_secret={Secret}&client_secret={Secret}"),
        new MachineCase("secret in the body, of a public client", $"{Grant}&client_id=spa&client_secret={Secret}"),
    ];

    [Theory]
    [MemberData(nameof(Plain))]
    public async Task A_plain_request_gets_what_the_engine_gives_without_the_engine(MachineCase one)
    {
        var (shorter, longer) = (await hosts.ShortWay.AskAsync(one), await hosts.LongWay.AskAsync(one));

        Assert.Equal(200, shorter.Status);
        Assert.False(shorter.Engine);
        Assert.True(longer.Engine);
        AssertSame(longer, shorter);
        var token = (string)shorter.Body["access_token"]!;
        Assert.True((await VerifyAsync(token)).IsValid);
        var tampered = token[..^3] + (token[^3] == 'A' ? "B" : "A") + token[^2..];
        Assert.False((await VerifyAsync(tampered)).IsValid);
    }

    [Theory]
    [MemberData(nameof(Other))]
    public async Task Any_other_request_is_the_engines(MachineCase one)
    {
        var (shorter, longer) = (await hosts.ShortWay.AskAsync(one), await hosts.LongWay.AskAsync(one));

        Assert.Equal(longer.Engine, shorter.Engine);
        AssertSame(longer, shorter);
        if (shorter.Status == 200)
        {
            Assert.True(shorter.Engine);
        }
    }

    [Fact]
    public async Task No_two_tokens_have_the_same_id()
    {
        var one = Basic("plain", Grant);
        HashSet<string> ids = [];
        for (var i = 0; i < 50; i++)
        {
            var (_, claims) = Parts(await hosts.ShortWay.AskAsync(one));
            Assert.True(ids.Add((string)claims["jti"]!));
        }
    }

    [Fact]
    public async Task A_machine_that_loses_a_permission_loses_it_at_once()
    {
        var one = Basic("plain", Grant + "&scope=services.read", "two+scopes");
        await using var backbone = await MachineFixture.StartAsync(shortWay: true);
        Assert.False((await backbone.AskAsync(one)).Engine);

        await using (var scope = backbone.Services.CreateAsyncScope())
        {
            var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
            var descriptor = new OpenIddictApplicationDescriptor();
            // Not by its client id: what is found by that is shared and must not be changed.
            var id = await applications.GetIdAsync((await applications.FindByClientIdAsync("two scopes"))!);
            var machine = (await applications.FindByIdAsync(id!))!;
            await applications.PopulateAsync(descriptor, machine);
            descriptor.Permissions.Remove(Permissions.Prefixes.Scope + "services.read");
            await applications.UpdateAsync(machine, descriptor);
        }

        Assert.Equal("invalid_scope", (string?)(await backbone.SendAsync(one)).Body["error"]);
    }

    [Fact]
    public async Task A_check_added_to_the_engine_ends_the_short_way()
    {
        await using var backbone = await MachineFixture.StartAsync(shortWay: true, more: server => server.AddEventHandler<ValidateTokenRequestContext>(
            handler => handler.UseInlineHandler(context =>
            {
                context.Reject("temporarily_unavailable", "A check that came later.");
                return ValueTask.CompletedTask;
            })));

        var outcome = await backbone.AskAsync(Basic("plain", Grant));

        Assert.True(outcome.Engine);
        Assert.Equal("temporarily_unavailable", (string?)outcome.Body["error"]);
    }

    private static MachineCase Basic(string name, string body, string client = "machine", string secret = Secret) =>
        new(name, body) { Authorization = ["Basic " + Pair(client, secret)] };

    private static string Pair(string client, string secret) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}"));

    /// <summary>Same status, headers, body; same header and claims of the token; same event. Apart from what is new each time.</summary>
    private void AssertSame(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(Sorted(expected.Headers), Sorted(actual.Headers));
        Assert.Equal(
            expected.Events.Select(one => one with { Id = default, TraceId = null, SourceCommitment = null, Details = one.Details.Clear() }),
            actual.Events.Select(one => one with { Id = default, TraceId = null, SourceCommitment = null, Details = one.Details.Clear() }),
            SameEvent);
        Assert.Equal(expected.Events.SelectMany(one => one.Details), actual.Events.SelectMany(one => one.Details));
        Assert.All(actual.Events, one => Assert.NotNull(one.SourceCommitment));
        if (expected.Status != 200)
        {
            Assert.Equal(Reference().Replace(expected.Text, ""), Reference().Replace(actual.Text, ""));
            return;
        }

        Assert.Single(actual.Events);
        var (theirs, ours) = ((string)expected.Body["access_token"]!, (string)actual.Body["access_token"]!);
        Assert.Equal(expected.Text.Replace(theirs, "", StringComparison.Ordinal), actual.Text.Replace(ours, "", StringComparison.Ordinal));
        Assert.Equal(Known(expected, hosts.LongWay), Known(actual, hosts.ShortWay));
    }

    private static bool SameEvent(Audit.Contracts.AuditEvent one, Audit.Contracts.AuditEvent other) =>
        (one with { Category = [], Type = [], Details = other.Details }) == (other with { Category = [], Type = [] })
        && one.Category.SequenceEqual(other.Category) && one.Type.SequenceEqual(other.Type);

    /// <summary>The length is that of the body, and the body holds each host's own address.</summary>
    private static IEnumerable<string> Sorted(IReadOnlyDictionary<string, string> headers) =>
        headers.Where(header => header.Key != "Content-Length").Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal);

    [GeneratedRegex("[0-9A-Z]{4}-[0-9A-Z]{4}")]
    private static partial Regex Reference();

    private static (JsonObject Header, JsonObject Claims) Parts(Outcome outcome)
    {
        var token = (string)outcome.Body["access_token"]!;
        return (ProtocolFixture.Part(token, 0), ProtocolFixture.Part(token, 1));
    }

    /// <summary>The token's bytes in a form that can be compared: the address of each host is its own, and so are its keys.</summary>
    private static string Known(Outcome outcome, MachineFixture host)
    {
        var (header, claims) = Parts(outcome);
        var (kid, jti) = ((string)header["kid"]!, (string)claims["jti"]!);
        Assert.Equal(22, jti.Length);
        var parts = ((string)outcome.Body["access_token"]!).Split('.');
        return (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])) + Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])))
            .Replace(kid, "kid", StringComparison.Ordinal).Replace(jti, "jti", StringComparison.Ordinal)
            .Replace(host.Address.AbsoluteUri, "issuer", StringComparison.Ordinal);
    }

    /// <summary>As a resource server does it, from the published keys.</summary>
    private async Task<TokenValidationResult> VerifyAsync(string token)
    {
        using var http = hosts.ShortWay.NewClient();
        var keys = new JsonWebKeySet(await http.GetStringAsync("/.well-known/jwks"));
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidIssuer = hosts.ShortWay.Address.AbsoluteUri,
            ValidateAudience = false,
            ValidTypes = [JsonWebTokenTypes.AccessToken],
            ValidateLifetime = false,
        });
    }
}
