using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Backbone.Testing;

/// <summary>
/// The host as a process of its own: for <c>kill -9</c>, start-up times, memory, exit codes. Started with a ready file; ends with the test.
/// </summary>
public sealed class HostProcess : IAsyncDisposable
{
    /// <summary>What <c>dotnet run --project host</c> runs, of the configuration of these tests: the copy beside them lacks the native code of the build.</summary>
    private static readonly string Program = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "Host", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "Backbone.Host.dll"));

    private const string ReadyLine = "Backbone is ready.";
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly string? ownFolder;

    private readonly string readyFile;
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(Process process, string? ownFolder, string readyFile)
    {
        this.readyFile = readyFile;
        this.process = process;
        this.ownFolder = ownFolder;
    }

    public int Id => process.Id;

    /// <summary>What the ready file says: portal, issuer, console, apps, accounts, clients.</summary>
    public JsonNode Ready { get; private set; } = new JsonObject();

    public Uri Portal => new(Ready["portal"]!.GetValue<string>());

    public bool HasEnded => process.HasExited;

    /// <summary>The identity module's SQLite file.</summary>
    public string Database => Path.Combine(Path.GetDirectoryName(readyFile)!, "identity.db");

    /// <summary>Everything printed so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Processor time of the process so far, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory now, from /proc: what the operating system counts.</summary>
    public long ResidentBytes => File.ReadLines($"/proc/{Id}/status").Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10).Single();

    /// <summary>Starts the host and waits until it says it is ready.</summary>
    /// <param name="data">A data folder to use and keep; null makes one and deletes it at the end.</param>
    /// <param name="arguments">Further command line.</param>
    public static async Task<HostProcess> StartAsync(string? data = null, params string[] arguments)
    {
        var host = Begin(data, arguments);
        try
        {
            await host.ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception failure)
        {
            await host.DisposeAsync();
            throw new InvalidOperationException($"{failure.Message}\n{host.Output}", failure);
        }

        host.Ready = JsonNode.Parse(await File.ReadAllTextAsync(host.readyFile))!;
        return host;
    }

    /// <summary>Starts the host and waits for nothing: for what happens while it starts.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static HostProcess Begin(string? data = null, params string[] arguments)
    {
        var own = data is null ? Directory.CreateTempSubdirectory("backbone-process-").FullName : null;
        var folder = data ?? own!;
        var readyFile = Path.Combine(folder, "ready.json");
        string[] all = arguments.Contains("--urls") ? arguments : ["--urls", "http://localhost:0", .. arguments];
        var host = new HostProcess(Launch([.. all, "--data", folder, "--ready-file", readyFile]), own, readyFile);
        host.process.OutputDataReceived += (_, line) => host.Take(line.Data);
        host.process.ErrorDataReceived += (_, line) => host.Take(line.Data);
        host.process.Exited += (_, _) => host.ready.TrySetException(new InvalidOperationException("The host ended before it was ready."));
        host.process.BeginOutputReadLine();
        host.process.BeginErrorReadLine();
        return host;
    }

    /// <summary>Runs the host to its end: for refusals and verbs.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Launch(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>SIGKILL: nothing is flushed, nothing said.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Ctrl-C (or <c>TERM</c>, as a service manager stops); answers the exit code.</summary>
    public async Task<int> StopAsync(string name = "INT")
    {
        using var signal = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        await signal.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
        if (ownFolder is not null)
        {
            Directory.Delete(ownFolder, recursive: true);
        }
    }

    private static Process Launch(string[] arguments)
    {
        // A shell starts what it runs in the background with SIGINT ignored, and children inherit that: Ctrl-C must reach the host anyway.
        var start = new ProcessStartInfo(
            "env", ["--default-signal=INT", "dotnet", Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Start();
        return process;
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }

        if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }
}
