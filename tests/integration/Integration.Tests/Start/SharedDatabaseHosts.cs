using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

/// <summary>
/// Two host processes as an operator runs them behind one proxy: a data folder and an address each, the same PostgreSQL database, the same
/// public address, the same master key and the same catalogue.
/// </summary>
public sealed class SharedDatabaseHosts : IAsyncLifetime
{
    public const string Client = "relying";

    /// <summary>Another app, in which people act for organisations.</summary>
    public const string ActingClient = "acting";
    public const string RedirectUri = "https://relying.example/callback";

    private readonly string root = Directory.CreateTempSubdirectory("backbone-two-").FullName;
    private string database = "";
    private HostProcess? a;
    private HostProcess? b;

    public Uri A { get; private set; } = new("http://localhost");

    public Uri B { get; private set; } = new("http://localhost");

    public string ClientSecret { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Both audit logs, as text.</summary>
    public string Logs => string.Concat(((string[])["a", "b"]).Select(name => OpenFile.ReadLog(Path.Combine(root, name))));

    /// <summary>By the first test: without a server the test is skipped, not failed.</summary>
    public async Task StartAsync()
    {
        if (b is not null)
        {
            return;
        }

        database = await PostgresServer.CreateDatabaseAsync();
        foreach (var folder in (string[])["apps", "a", "b"])
        {
            Directory.CreateDirectory(Path.Combine(root, folder), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await WriteOwnAsync("master.key", RandomNumberGenerator.GetBytes(32));
        await WriteOwnAsync("relying.secret", Encoding.ASCII.GetBytes(ClientSecret));
        await File.WriteAllTextAsync(Path.Combine(root, "apps", Client + ".yml"), App(Client, ""));
        await File.WriteAllTextAsync(
            Path.Combine(root, "apps", ActingClient + ".yml"),
            App(ActingClient, "organisations: { acting: allowed, powers: { file: { zh: 申报, en: File returns } } }"));
        A = new Uri($"http://localhost:{LoopbackPort.Free()}");
        B = new Uri($"http://localhost:{LoopbackPort.Free()}");

        // A announces its next keys 30 s after the first ones, B would only 10 s later: what B publishes before that it has seen, not made.
        a = await HostProcess.StartAsync(Folder("a"), Arguments(A, "01:00:10"));
        CopySecrets();
        b = await HostProcess.StartAsync(Folder("b"), Arguments(B, "01:00:00"));
    }

    /// <summary>The demonstration's citizens; only the first host's first start shows passwords.</summary>
    public (string Name, string Password) Person(int number) => Accounts(withSecondFactor: false).ElementAt(number);

    /// <summary>One of the demonstration's staff, who has a second factor.</summary>
    public (string Name, string Password) Staff => Accounts(withSecondFactor: true).First();

    private IEnumerable<(string Name, string Password)> Accounts(bool withSecondFactor) => a!.Ready["accounts"]!.AsArray()
        .Where(account => account!["totpSecret"] is not null == withSecondFactor).Select(account => ((string)account!["name"]!, (string)account["password"]!));

    /// <summary>A third host with a master key of its own on the same database.</summary>
    public Task<(int ExitCode, string Output)> RunStrangerAsync() => HostProcess.RunAsync(
        ["--data", Folder("stranger"), .. Arguments(new Uri($"http://localhost:{LoopbackPort.Free()}"), "01:00:00")[..^2]]);

    /// <summary>A program that speaks to one of the hosts as the relying party.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(Uri host, string path, KeyValuePair<string, string>[] form, string client = Client)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host, path)) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{ClientSecret}")));
        using var response = await http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var host in new[] { a, b }.OfType<HostProcess>())
        {
            await host.DisposeAsync();
        }

        Directory.Delete(root, recursive: true);
    }

    private string[] Arguments(Uri address, string announce) =>
    [
        "--urls", address.GetLeftPart(UriPartial.Authority),
        "--set", $"Backbone:PublicUrl={A.GetLeftPart(UriPartial.Authority)}",
        "--set", "Backbone:SampleApps=False",
        "--set", $"Backbone:Catalogue={Path.Combine(root, "apps")}",
        "--set", "Backbone:Identity:Database=postgres",
        "--set", $"Backbone:Identity:ConnectionString={database}",
        "--set", "Backbone:Identity:Limits:SignInsPerAddressPerMinute=100000",
        "--set", $"Backbone:Identity:SigningKeys:Announce={announce}",
        "--set", "Backbone:Identity:SigningKeys:Sign=01:00:40",
        "--set", "Backbone:Identity:SigningKeys:Poll=00:00:01",

        // The last: a stranger goes without.
        "--set", $"Backbone:MasterKey=file:{Path.Combine(root, "master.key")}",
    ];

    private string Folder(string name) => Path.Combine(root, name);

    /// <summary>As docs/trust.md says: the second host gets the first one's client secrets.</summary>
    private void CopySecrets()
    {
        var target = Directory.CreateDirectory(Path.Combine(Folder("b"), "secrets")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder("a"), "secrets")))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }

    private async Task WriteOwnAsync(string name, byte[] content)
    {
        var path = Path.Combine(root, name);
        await File.WriteAllBytesAsync(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private string App(string id, string more) => $$"""
        id: {{id}}
        name: { zh: 两台主机, en: Two hosts }
        description: { zh: 测试。, en: A test. }
        owner: { zh: 测试, en: Test }
        sector: public-services
        region: { zh: 济南市, en: Jinan }
        level: 1
        audience: both
        state: live
        start: https://relying.example/
        {{more}}
        client:
          kind: web
          grants: [authorization_code, refresh_token, client_credentials]
          scopes: [openid, offline_access]
          consent: pre
          secret: file:{{Path.Combine(root, "relying.secret")}}
          redirects:
            - {{RedirectUri}}
        """;
}
