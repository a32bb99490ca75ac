using System.Diagnostics;
using System.Globalization;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// The figure <c>audit.verify-10m</c>: seconds in which the verifier, as a process of its own, verifies the public files of ten million
/// events of about 450 bytes: every entry, every tile, the root, the signature. Its peak memory has a bound of its own and fails the figure.
/// </summary>
internal sealed class VerifyTenMillion : IFigure
{
    private const int Events = 10_000_000;
    private const long MostBytes = 300_000_000;

    public string Name => "audit.verify-10m";

    public string Unit => "s (with at most 300 MB)";

    public Goal Goal => new(AtLeast: false, 60);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        var folder = Directory.CreateTempSubdirectory("backbone-verify-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            SampleTlog.Write(folder, Events);
            await progress.WriteLineAsync(FormattableString.Invariant($"wrote {Events:N0} events in {clock.Elapsed.TotalSeconds:F0} s"));
            var (seconds, peak) = await RunAsync(folder, progress);
            await progress.WriteLineAsync(FormattableString.Invariant($"verified in {seconds:F1} s; peak memory {peak / 1e6:F0} MB"));
            return peak <= MostBytes ? seconds : throw new InvalidOperationException($"the verifier took {peak} bytes of memory, more than {MostBytes}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Seconds, long PeakBytes)> RunAsync(string folder, TextWriter progress)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, "Backbone.Audit.Verifier.dll"), folder, "--key", SampleTlog.Signer.Key.ToString()])
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(100)))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        var seconds = clock.Elapsed.TotalSeconds;
        await progress.WriteLineAsync((await output).TrimEnd());
        return process.ExitCode == 0 ? (seconds, peak) : throw new InvalidOperationException($"the verifier ended with code {process.ExitCode}");
    }

    /// <summary>The operating system keeps the peak itself; 0 in the moment when the process is gone.</summary>
    private static long PeakOf(int process)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10).SingleOrDefault();
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
