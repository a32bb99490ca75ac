using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Backbone.Testing;

namespace Backbone.Benchmarks;

/// <summary>From the start of the process on an empty folder, built, to the portal's first complete answer. The median of five.</summary>
internal sealed class FirstPage : IFigure
{
    private const int Starts = 5;

    public string Name => "host.first-page";

    public string Unit => "s";

    public Goal Goal => new(AtLeast: false, 5);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        List<double> seconds = [];
        for (var start = 1; start <= Starts; start++)
        {
            var address = $"http://localhost:{LoopbackPort.Free()}";
            var clock = Stopwatch.StartNew();
            var starting = HostProcess.StartAsync(null, "--urls", address);
            await AnswerAsync(new Uri($"{address}/"), starting);
            seconds.Add(clock.Elapsed.TotalSeconds);
            await using var host = await starting;
            await progress.WriteLineAsync(FormattableString.Invariant(
                $"start {start}: first page after {seconds[^1]:F2} s, everything ready after {clock.Elapsed.TotalSeconds:F2} s"));
            await host.StopAsync();
        }

        return seconds.Order().ElementAt(Starts / 2);
    }

    private static async Task AnswerAsync(Uri portal, Task starting)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        while (!starting.IsFaulted)
        {
            try
            {
                using var answer = await client.GetAsync(portal);
                if ((int)answer.StatusCode < 400)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(10);
        }

        await starting;
    }
}
