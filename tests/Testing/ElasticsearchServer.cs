using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Backbone.Testing;

/// <summary>
/// A real Elasticsearch cluster of a test's own, on free ports of loopback, in a folder of its own, gone with the test. Started by the program
/// <c>BACKBONE_ELASTICSEARCH</c> names.
/// </summary>
public sealed class ElasticsearchServer : IAsyncDisposable
{
    private readonly string program;
    private readonly string folder;
    private readonly string compiling;
    private readonly Dictionary<string, string> said;

    private ElasticsearchServer(string program, string folder, string compiling, string output)
    {
        this.program = program;
        this.folder = folder;
        this.compiling = compiling;
        said = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());
    }

    /// <summary>The nodes' addresses, comma separated.</summary>
    public string Urls => said["ELASTICSEARCH_URLS"];

    public string? CertificateAuthority => said.GetValueOrDefault("ELASTICSEARCH_CA");

    public string? Username => said.GetValueOrDefault("ELASTICSEARCH_USER");

    public string? Password => said.GetValueOrDefault("ELASTICSEARCH_PASSWORD");

    /// <summary>Starts and waits until every node answers. Skips the test where there is no server.</summary>
    /// <param name="measured">
    /// Whether its speed is of interest. Else it compiles quickly and not well, which takes a third off the processor time of a start.
    /// </param>
    public static async Task<ElasticsearchServer> StartAsync(int nodes = 1, bool secure = false, bool measured = false)
    {
        var program = RealServers.Elasticsearch();
        var folder = Path.Combine(Path.GetTempPath(), $"backbone-es-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
        string[] arguments =
        [
            "start", "--dir", folder, "--port", LoopbackPort.FirstOf(nodes, alsoAbove: 100).ToString(CultureInfo.InvariantCulture), "--nodes", nodes.ToString(CultureInfo.InvariantCulture),
            .. secure ? (string[])["--secure"] : [],
        ];
        var compiling = measured ? "" : "-XX:TieredStopAtLevel=1";
        return new ElasticsearchServer(program, folder, compiling, await RunAsync(program, compiling, arguments));
    }

    /// <summary>kill -9 of a node.</summary>
    public Task KillAsync(int node) => RunAsync(program, compiling, "kill", node.ToString(CultureInfo.InvariantCulture), "--dir", folder);

    /// <summary>Starts a killed node again; returns once it has joined.</summary>
    public Task ReviveAsync(int node) => RunAsync(program, compiling, "revive", node.ToString(CultureInfo.InvariantCulture), "--dir", folder);

    public async ValueTask DisposeAsync() => await RunAsync(program, compiling, "stop", "--dir", folder);

    private static async Task<string> RunAsync(string program, string compiling, params string[] arguments)
    {
        // Its output goes to a file: the nodes inherit it, and a pipe would never end.
        var output = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("bash", ["-c", "\"$0\" \"$@\" > \"$ES_OUTPUT\" 2>&1 < /dev/null", program, .. arguments])
            {
                Environment = { ["ES_OUTPUT"] = output, ["ES_JAVA_OPTS"] = compiling },
            };
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
            var text = await File.ReadAllTextAsync(output);
            return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {text}");
        }
        finally
        {
            File.Delete(output);
        }
    }
}
