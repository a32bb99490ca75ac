using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Backbone.Testing;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// Events of another system over HTTP: batches of 500, four senders at once, each event with an id, an address and a text to look through; taken
/// and on disk, per second of the host's processor time. Validation, commitments, log, tree and publishing are all in it.
/// </summary>
internal sealed class Receive : IFigure
{
    private const int PerBatch = 500;
    private const int Senders = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    private long number;

    public string Name => "audit.receive";

    public string Unit => "events/CPU-s";

    public Goal Goal => new(AtLeast: true, 10_000);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var host = await HostProcess.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Senders }) { BaseAddress = host.Portal };
        await EventSender.SignInAsync(host, client);
        await progress.WriteLineAsync($"batches of {PerBatch} from {Senders} senders; warming up for {WarmUp.TotalSeconds} s");
        await RunAsync(client, WarmUp);
        var (before, clock) = (host.ProcessorTime, Stopwatch.StartNew());
        var events = await RunAsync(client, Measured);
        var (processor, passed) = ((host.ProcessorTime - before).TotalSeconds, clock.Elapsed.TotalSeconds);
        await progress.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{events} events in {passed:F1} s ({events / passed:F0}/s), {processor:F1} s of the host's processor time"));
        await host.StopAsync();
        return events / processor;
    }

    private async Task<long> RunAsync(HttpClient client, TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        var counts = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAsync(client, end.Token)));
        return counts.Sum();
    }

    private async Task<long> SendAsync(HttpClient client, CancellationToken end)
    {
        var taken = 0L;
        while (!end.IsCancellationRequested)
        {
            using var batch = new StringContent(Batch(), Encoding.UTF8, "application/x-ndjson");
            using var answer = await client.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), batch, CancellationToken.None);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new InvalidOperationException($"The batch was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
            }

            taken += PerBatch;
        }

        return taken;
    }

    private string Batch()
    {
        var lines = new StringBuilder();
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < PerBatch; i++)
        {
            var id = Interlocked.Increment(ref number);
            lines.Append(CultureInfo.InvariantCulture,
                $$"""{"@timestamp":"{{now:O}}","event":{"id":"order-{{id}}","action":"file-read","category":["file"],"type":["access"],"outcome":"success","duration":{{id % 10_000}}},"user":{"id":"u-{{id % 20_000}}"},"source":{"ip":"10.{{id >> 16 & 255}}.{{id >> 8 & 255}}.{{id & 255}}"},"resource":{"id":"file-{{id % 5_000}}","type":"file"},"service":{"name":"ledger","version":"2.1"},"trace":{"id":"{{id:x32}}"},"message":"读取文件 file-{{id % 5_000}} for case 2026-{{id % 10_000}}"}""");
            lines.Append('\n');
        }

        return lines.ToString();
    }
}
