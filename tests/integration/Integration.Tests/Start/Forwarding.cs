using System.Net;
using System.Text.Json.Nodes;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

/// <summary>What a proxy in front says about the caller counts only when the proxy was declared. /dev/gallery answers loopback callers only.</summary>
public sealed class Forwarding
{
    [Fact]
    public async Task A_declared_proxy_is_believed_and_the_public_address_is_https()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings =>
        {
            settings.Demo = true;
            settings.Settings["Backbone:PublicUrl"] = "https://sso.example.cn";
            settings.Settings["Backbone:TrustedProxies:0"] = "127.0.0.0/8";
            settings.Settings["Backbone:TrustedProxies:1"] = "::1";
        });

        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(backbone, "/dev/gallery")).StatusCode);
        using var page = await AskAsync(backbone, "/sign-in");
        Assert.True(page.Headers.Contains("Strict-Transport-Security"));
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_undeclared_caller_claims_is_ignored()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings =>
        {
            settings.Demo = true;
            settings.Settings["Backbone:TrustedProxies:0"] = "192.0.2.1";
        });

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(backbone, "/dev/gallery")).StatusCode);
        using var discovery = await AskAsync(backbone, "/.well-known/openid-configuration");
        var document = JsonNode.Parse(await discovery.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.All(
            (string[])["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"],
            name => Assert.StartsWith(backbone.Options.PublicUrl, (string)document[name]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plain_http_on_loopback_promises_no_tls()
    {
        await using var backbone = await BackboneFixture.StartAsync();
        using var page = await AskAsync(backbone, "/sign-in");

        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
    }

    private static async Task<HttpResponseMessage> AskAsync(BackboneFixture backbone, string address)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        var port = new Uri(backbone.Options.Urls).Port;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{port}{address}");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Host = "evil.example";
        return await client.SendAsync(request);
    }
}
