using Backbone.Testing;

namespace Backbone.Benchmarks;

/// <summary>Resident memory after the portal was served and ten seconds of quiet, sample apps and demonstration data included.</summary>
internal sealed class IdleMemory : IFigure
{
    private const double Mebibyte = 1 << 20;

    public string Name => "host.idle-memory";

    public string Unit => "MiB";

    public Goal Goal => new(AtLeast: false, 350);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var host = await HostProcess.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await client.GetStringAsync(host.Portal);
        await progress.WriteLineAsync("portal served; waiting ten seconds");
        await Task.Delay(TimeSpan.FromSeconds(10));
        var resident = host.ResidentBytes / Mebibyte;
        await host.StopAsync();
        return resident;
    }
}
