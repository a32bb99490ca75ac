using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backbone.Testing;
using Microsoft.Net.Http.Headers;

namespace Backbone.Integration.Tests.Start;

/// <summary>The host under TLS of its own, with a certificate made for the test.</summary>
public sealed class TlsBinding
{
    [Fact(DisplayName = "RFC 6265bis 4.1.3.2, RFC 6797 6.1: under TLS every cookie is __Host-, Secure and HttpOnly, and every answer carries HSTS")]
    public async Task Under_tls_cookies_are_host_bound_and_answers_carry_hsts()
    {
        var folder = Directory.CreateTempSubdirectory("backbone-tls-").FullName;
        try
        {
            using var certificate = Make(Path.Combine(folder, "tls.pfx"));
            await using var host = await HostProcess.StartAsync(
                folder,
                "--urls", "https://localhost:0",
                "--set", $"Kestrel:Certificates:Default:Path={Path.Combine(folder, "tls.pfx")}",
                "--set", "Kestrel:Certificates:Default:Password=for-the-test",
                "--set", "Backbone:SampleApps=false");
            Assert.Equal("https", host.Portal.Scheme);
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() };
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
            using var client = new HttpClient(handler) { BaseAddress = host.Portal };

            using var page = await client.GetAsync("/sign-in", TestContext.Current.CancellationToken);
            var token = new AngleSharp.Html.Parser.HtmlParser()
                .ParseDocument(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
                .QuerySelector("form[action^='/sign-in'] input[name=_token]")!.GetAttribute("value")!;
            var citizen = host.Ready["accounts"]!.AsArray().Single(account => (string?)account!["name"] == DemonstrationPeople.CitizenByPhone)!;
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_token"] = token,
                ["name"] = (string)citizen["name"]!,
                ["password"] = (string)citizen["password"]!,
            });
            using var signedIn = await client.PostAsync("/sign-in", form, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);

            var cookies = Cookies(page).Concat(Cookies(signedIn)).ToList();
            Assert.Contains(cookies, cookie => cookie.Name == "__Host-bb-session");
            Assert.All(cookies, cookie =>
            {
                Assert.StartsWith("__Host-", cookie.Name.Value, StringComparison.Ordinal);
                Assert.True(cookie.Secure && cookie.HttpOnly && cookie.Path == "/" && !cookie.Domain.HasValue, cookie.ToString());
                Assert.NotEqual(SameSiteMode.Unspecified, cookie.SameSite);
            });
            foreach (var address in (string[])["/", "/nowhere", "/.well-known/openid-configuration", "/account"])
            {
                using var answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
                Assert.StartsWith("max-age=", answer.Headers.GetValues("Strict-Transport-Security").Single(), StringComparison.Ordinal);
            }

            Assert.Equal(0, await host.StopAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<SetCookieHeaderValue> Cookies(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var lines) ? [.. SetCookieHeaderValue.ParseList([.. lines])] : [];

    private static X509Certificate2 Make(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx, "for-the-test"));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return certificate;
    }
}
