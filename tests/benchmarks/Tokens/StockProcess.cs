using System.Diagnostics;

namespace Backbone.Benchmarks.Tokens;

/// <summary>The stock server as a process of its own, under the runtime settings of our host, so that only the server differs.</summary>
internal sealed class StockProcess : IAsyncDisposable
{
    private readonly Process process;

    private StockProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static async Task<StockProcess> StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(StockProcess).Assembly.Location, StockServer.Verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var address = await process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException("The stock server ended before it listened.");
        return new StockProcess(process, new Uri(address));
    }

    /// <summary>The server stops when its input ends.</summary>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
