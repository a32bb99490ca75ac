using System.Globalization;
using Backbone.Audit;
using Backbone.Audit.Contracts;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// A million events of about 1 KB in the spool of a host whose log is away: the most memory the process ever had resident, which holds the host, the
/// test's look at each event and those who append.
/// </summary>
internal sealed class SpoolMemory : IFigure
{
    private const int Events = 1_000_000;
    private const int Producers = 256;
    private const double Mebibyte = 1024;

    public string Name => "audit.spool-memory";

    public string Unit => "MiB";

    public Goal Goal => new(AtLeast: false, 200);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        var folder = Directory.CreateTempSubdirectory("spool-memory-").FullName;
        try
        {
            PrivacyKey(folder);
            await using var backbone = await BackboneFixture.StartAsync(settings =>
            {
                settings.Modules = "audit";
                settings.DataDirectory = folder;
                settings.Settings["Backbone:Audit:Forward:Url"] = "http://127.0.0.1:1";
                settings.Settings["Backbone:Audit:Forward:ClientId"] = "host-two";
                settings.Settings["Backbone:Audit:Forward:ClientSecret"] = "nobody asks for it";
            });
            await progress.WriteLineAsync($"host without a log: {Status("VmRSS"):F0} MiB resident; {Producers} producers append {Events} events");
            var trail = backbone.Services.GetRequiredService<IAuditTrail>();
            var kind = AuditModule.EventKinds.Single(one => one.Action == "audit-search");
            var began = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Producers).Select(async producer =>
            {
                for (var i = producer; i < Events; i += Producers)
                {
                    await trail.AppendAsync(kind.Occurred(TimeProvider.System).With("resource.query", new string('q', 600)));
                }
            }));
            var passed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            var bytes = new DirectoryInfo(Path.Combine(folder, "audit", "spool")).GetFiles("*.seg").Sum(file => file.Length);
            await progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{Events / passed:F0} a second; {bytes >> 20} MiB on the disk; resident now {Status("VmRSS"):F0} MiB, at most {Status("VmHWM"):F0} MiB"));
            return Status("VmHWM");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Status(string name) => File.ReadLines("/proc/self/status").Where(line => line.StartsWith(name + ":", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / Mebibyte).Single();

    /// <summary>As if copied from the log's host.</summary>
    private static void PrivacyKey(string folder)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "keys")).FullName, "audit-privacy.key");
        File.WriteAllText(path, $"1 {new string('A', 43)}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
