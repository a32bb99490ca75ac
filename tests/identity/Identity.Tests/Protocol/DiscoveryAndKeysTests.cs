using System.Net;
using System.Text.Json.Nodes;
using Backbone.Identity.Keys;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Keys;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Protocol;

public sealed class DiscoveryAndKeysTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Fact(DisplayName = "OIDC Discovery 3, RFC 8414 2: the metadata says what is kept, the same at both addresses")]
    public async Task Metadata()
    {
        using var http = backbone.NewClient();
        var text = await http.GetStringAsync("/.well-known/openid-configuration");
        var metadata = JsonNode.Parse(text)!.AsObject();
        string[] List(string name) => [.. metadata[name]!.AsArray().Select(value => (string)value!).Order(StringComparer.Ordinal)];

        Assert.Equal(text, await http.GetStringAsync("/.well-known/oauth-authorization-server"));
        Assert.Equal(backbone.Address.AbsoluteUri, (string?)metadata["issuer"]);
        Assert.Equal(["code"], List("response_types_supported"));
        Assert.Equal(["form_post", "query"], List("response_modes_supported"));
        Assert.Equal(["authorization_code", "client_credentials", "refresh_token"], List("grant_types_supported"));
        Assert.Equal(["S256"], List("code_challenge_methods_supported"));
        Assert.Equal(["ES256", "RS256"], List("id_token_signing_alg_values_supported"));
        Assert.Equal(["pairwise", "public"], List("subject_types_supported"));
        Assert.Equal(
            ["urn:backbone:acr:1", "urn:backbone:acr:2", "urn:backbone:level:1", "urn:backbone:level:2", "urn:backbone:level:3"],
            List("acr_values_supported"));
        Assert.Equal(["en", "zh-CN"], List("ui_locales_supported"));
        Assert.Equal(["client_secret_basic", "client_secret_post", "none"], List("token_endpoint_auth_methods_supported"));
        Assert.True((bool)metadata["authorization_response_iss_parameter_supported"]!);
        Assert.Null(metadata["device_authorization_endpoint"]);
    }

    [Fact(DisplayName = "RFC 7517: the key set shows public parts only, one key of each algorithm at first")]
    public async Task Key_set()
    {
        using var http = backbone.NewClient();
        var keys = JsonNode.Parse(await http.GetStringAsync("/.well-known/jwks"))!["keys"]!.AsArray();

        Assert.Equal(["ES256", "RS256"], keys.Select(key => (string)key!["alg"]!).Order());
        foreach (var key in keys)
        {
            foreach (var secret in (string[])["d", "p", "q", "dp", "dq", "qi", "k"])
            {
                Assert.Null(key![secret]);
            }
        }
    }

    [Fact(DisplayName = "A key is announced, signs, retires and goes, each in its time; no restart")]
    public async Task Rotation()
    {
        await using var host = new ShortKeys();
        await ((IAsyncLifetime)host).InitializeAsync();
        var rotate = host.Services.GetRequiredService<RotateSigningKeys>();
        var first = await KidAsync(host);
        Assert.Equal(2, await CountAsync(host));

        host.Clock.Advance(TimeSpan.FromMinutes(125));
        await rotate.RotateAsync(default);
        Assert.Equal(4, await CountAsync(host));
        Assert.Equal(first, await KidAsync(host));

        host.Clock.Advance(TimeSpan.FromMinutes(60));
        await rotate.RotateAsync(default);
        var second = await KidAsync(host);
        Assert.NotEqual(first, second);
        Assert.Equal(4, await CountAsync(host));

        host.Clock.Advance(TimeSpan.FromMinutes(60));
        await rotate.RotateAsync(default);
        Assert.Equal(2, await CountAsync(host));
        Assert.Equal(second, await KidAsync(host));
    }

    [Fact(DisplayName = "Hosts that rotate at once agree on one key of each algorithm; the private part is sealed")]
    public async Task Hosts_agree()
    {
        await using var host = new ShortKeys();
        await ((IAsyncLifetime)host).InitializeAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(125));
        var rotations = Enumerable.Range(0, 4).Select(_ => ActivatorUtilities.CreateInstance<RotateSigningKeys>(host.Services)).ToList();

        await Task.WhenAll(rotations.Select(rotation => rotation.RotateAsync(default)));

        await using var scope = host.Services.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<IdentityDb>().SigningKeys.ToListAsync();
        Assert.Equal(4, rows.Count);
        foreach (var row in rows)
        {
            var plain = host.Services.GetRequiredService<MasterKey>().Open($"signing-key/{row.Id}", row.SealedPrivateKey);
            Assert.NotEmpty(plain);
            Assert.Equal(-1, row.SealedPrivateKey.AsSpan().IndexOf(plain.AsSpan(0, 16)));
        }
    }

    [Fact]
    public void A_key_is_announced_14_days_signs_90_and_retires_14_by_default()
    {
        var options = new SigningKeyOptions();

        Assert.Equal((14, 90, 14), (options.Announce.Days, options.Sign.Days, options.Retire.Days));
        Assert.Empty(options.Failures());
        Assert.Equal(4, new SigningKeyOptions { Announce = default, Sign = default, Retire = default, Poll = default }.Failures().Count());
    }

    [Fact(DisplayName = "Keys and the tokens signed with them survive a restart")]
    public async Task Restart()
    {
        await using var host = new ShortKeys();
        await ((IAsyncLifetime)host).InitializeAsync();
        var before = await KidAsync(host);
        await host.RestartAsync();

        Assert.Equal(before, await KidAsync(host));
    }

    /// <summary>Hours instead of weeks: turning the clock runs every timer of the host on the way.</summary>
    private sealed class ShortKeys : ProtocolFixture
    {
        protected override void Configure(FixtureSettings settings)
        {
            base.Configure(settings);
            settings.Settings["Backbone:Identity:SigningKeys:Announce"] = "01:00:00";
            settings.Settings["Backbone:Identity:SigningKeys:Sign"] = "03:00:00";
            settings.Settings["Backbone:Identity:SigningKeys:Retire"] = "01:00:00";
            settings.Settings["Backbone:Identity:SigningKeys:Poll"] = "01:00:00";
        }
    }

    private static async Task<string> KidAsync(ProtocolFixture host) =>
        (string)ProtocolFixture.Part((string)(await host.MachineAsync()).Body["access_token"]!, 0)["kid"]!;

    private static async Task<int> CountAsync(BackboneFixture host)
    {
        using var http = host.NewClient();
        return JsonNode.Parse(await http.GetStringAsync("/.well-known/jwks"))!["keys"]!.AsArray().Count;
    }
}
