using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Clients;
using Backbone.Identity.Tests.Catalogue;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Protocol;

public sealed class IdTokenAlgorithmTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Theory(DisplayName = "OIDC Registration 2, id_token_signed_response_alg: the client's algorithm signs its identity tokens, ES256 its access tokens")]
    [InlineData("web", "ES256")]
    [InlineData("rs256", "RS256")]
    public async Task Algorithm(string client, string algorithm)
    {
        var (_, first) = await RedeemAsync(client);
        var (_, refreshed) = await backbone.RefreshAsync((string)first["refresh_token"]!, client);

        foreach (var tokens in new[] { first, refreshed })
        {
            await VerifyAsync((string)tokens["id_token"]!, algorithm);
            await VerifyAsync((string)tokens["access_token"]!, "ES256");
        }
    }

    [Fact(DisplayName = "OIDC Registration 2: a client that is not in the cache at that moment keeps its algorithm")]
    public async Task Not_in_the_cache()
    {
        var code = await ProtocolFixture.CodeAsync(await backbone.SignInAsync(), "rs256");
        backbone.Services.GetRequiredService<ClientCache>().Clear();

        var (_, tokens) = await backbone.RedeemAsync(code, "rs256");

        Assert.Equal("RS256", (string?)ProtocolFixture.Part((string)tokens["id_token"]!, 0)["alg"]);
    }

    [Theory(DisplayName = "OIDC Registration 2: the catalogue's key reaches the client; without it ES256 signs")]
    [InlineData("", null)]
    [InlineData("\n  id-token-signed-response-alg: ES256", null)]
    [InlineData("\n  id-token-signed-response-alg: RS256", "RS256")]
    public async Task From_the_catalogue(string line, string? property)
    {
        using var folder = new CatalogueFolder();
        await using var host = await CatalogueHost.CreateAsync(folder);
        folder.Write("library.yml", CatalogueFolder.Good.Replace("consent: ask", "consent: ask" + line, StringComparison.Ordinal));
        await host.Watch.StartingAsync(default);

        var client = await host.ClientAsync("library");

        Assert.Equal(property, client!.Properties.TryGetValue(ClientProperties.IdTokenAlgorithm, out var value) ? value.GetString() : null);
    }

    [Fact(DisplayName = "OIDC Core 2: a machine has no identity tokens, so it names no algorithm for them")]
    public void Machine()
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good.Replace("kind: web", "kind: machine\n  id-token-signed-response-alg: RS256", StringComparison.Ordinal));

        Assert.Contains(folder.Failures(), failure => failure.Contains("client.id-token-signed-response-alg: none for a machine", StringComparison.Ordinal));
    }

    private async Task<(System.Net.HttpStatusCode Status, JsonObject Body)> RedeemAsync(string client) =>
        await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(await backbone.SignInAsync(), client, "openid offline_access"), client);

    /// <summary>By hand and by the published key: header, kid, signature.</summary>
    private async Task VerifyAsync(string token, string algorithm)
    {
        var header = ProtocolFixture.Part(token, 0);
        Assert.Equal(algorithm, (string?)header["alg"]);
        using var http = backbone.NewClient();
        var key = JsonNode.Parse(await http.GetStringAsync("/.well-known/jwks"))!["keys"]!.AsArray()
            .Single(candidate => (string?)candidate!["kid"] == (string?)header["kid"])!;
        byte[] Part(string name) => Base64Url.DecodeFromChars((string)key[name]!);
        var parts = token.Split('.');
        var (signed, signature) = (Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
        if (algorithm == "RS256")
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = Part("n"), Exponent = Part("e") });
            Assert.True(rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }
        else
        {
            using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Part("x"), Y = Part("y") } });
            Assert.True(ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256));
        }
    }
}
