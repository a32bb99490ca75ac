using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Publishing;
using Backbone.Host.Startup;
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

    [Fact]
    public async Task The_ready_file_may_lie_in_a_folder_that_is_not_there_yet()
    {
        await using var backbone = await BackboneFixture.StartAsync();
        var folder = Path.Combine(backbone.DataDirectory, "run");
        var file = Path.Combine(folder, "backbone", "ready.json");

        ReadyFile.Clear(file);
        Assert.False(Directory.Exists(folder));
        ReadyFile.Write(file, backbone.Options, null, backbone.Demonstration, backbone.Services.GetRequiredService<AuditLogAddress>());

        Assert.Equal($"{backbone.Address}", (string)JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["portal"]!);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public async Task A_ready_file_that_cannot_be_replaced_is_code_1_with_its_name_and_nothing_is_created()
    {
        var data = Path.Combine(Path.GetTempPath(), $"backbone-none-{Guid.CreateVersion7():N}");

        var (code, output) = await HostProcess.RunAsync("--data", data, "--urls", "http://localhost:0", "--ready-file", Path.GetTempPath());

        Assert.Equal(1, code);
        Assert.StartsWith($"The ready file {Path.GetTempPath()} cannot be replaced", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
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
