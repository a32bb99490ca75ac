using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Integration.Tests.Start;

/// <summary>The ready file, whole, and true.</summary>
public sealed class ReadyInTruth
{
    [Fact]
    public async Task The_ready_file_is_complete_for_its_owner_only_and_everything_in_it_answers()
    {
        var folder = Directory.CreateTempSubdirectory("backbone-ready-").FullName;
        try
        {
            await using var host = await HostProcess.StartAsync(folder);
            var file = Path.Combine(folder, "ready.json");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(["ready.json"], Directory.EnumerateFiles(folder, "ready*").Select(Path.GetFileName));

            Assert.Equal(
                ["portal", "issuer", "console", "auditLog", "apps", "accounts", "clients"],
                host.Ready.AsObject().Select(pair => pair.Key));
            Assert.Equal(["machine", "native", "spa", "web"], Texts(host.Ready["clients"]!, "kind").Order());
            Assert.Equal(2, host.Ready["apps"]!.AsArray().Count);
            Assert.NotEmpty(Directory.GetFiles((string)host.Ready["auditLog"]!["folder"]!, "*.seg"));
            Assert.Contains("/audit/tlog+", (string)host.Ready["auditLog"]!["verifierKey"]!, StringComparison.Ordinal);
            Assert.All(host.Ready["accounts"]!.AsArray(), account =>
            {
                Assert.NotEmpty((string)account!["name"]!);
                Assert.NotEmpty((string)account["password"]!);
                Assert.Equal(account["roles"]!.AsArray().Count > 0, account["totpSecret"] is not null);
            });
            Assert.All(host.Ready["clients"]!.AsArray(), client =>
            {
                Assert.Equal((string)client!["kind"]! is "web" or "machine", client["secret"] is not null);
                Assert.NotEmpty(client["grantTypes"]!.AsArray());
                Assert.Equal((string)client["kind"]! != "machine", client["redirectUris"]!.AsArray().Count > 0);
            });

            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
            string[] addresses =
            [
                (string)host.Ready["portal"]!, (string)host.Ready["console"]!, $"{host.Ready["issuer"]}/.well-known/openid-configuration",
                .. Texts(host.Ready["apps"]!, "url"), $"{host.Ready["auditLog"]!["url"]}/checkpoint",
            ];
            foreach (var address in addresses)
            {
                using var answer = await http.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
                Assert.True(answer.StatusCode < HttpStatusCode.BadRequest, $"{address} answered {(int)answer.StatusCode}");
            }

            Assert.Equal(0, await host.StopAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("audit", "/console/audit", "/sign-in")]
    [InlineData("identity", "/sign-in", "/console/audit")]
    public async Task Each_module_starts_alone(string module, string there, string notThere)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Modules = module);
        using var client = backbone.NewClient();

        using var ready = await client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        using var own = await client.GetAsync(there, TestContext.Current.CancellationToken);
        Assert.NotEqual(HttpStatusCode.NotFound, own.StatusCode);
        using var others = await client.GetAsync(notThere, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
    }

    [Theory]
    [InlineData("audit")]
    [InlineData("identity")]
    public async Task Whichever_module_runs_no_key_that_protects_cookies_and_forms_lies_in_clear(string module)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Modules = module);
        backbone.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("x"u8.ToArray());

        foreach (var file in Directory.EnumerateFiles(Path.Combine(backbone.DataDirectory, "keys"), "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.DoesNotContain("<key", text, StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal(module == "audit", Directory.Exists(Path.Combine(backbone.DataDirectory, "keys", "protection")));
    }

    private static IEnumerable<string> Texts(JsonNode list, string name) => list.AsArray().Select(one => (string)one![name]!);
}
