using System.Diagnostics;
using System.Globalization;
using System.Text;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using EventId = Backbone.Platform.EventId;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// A thousand events a second, and Elasticsearch killed with SIGKILL in the middle of them, gone for five minutes, and started again on what
/// its disk holds. Counted is what must never be: events that are neither in the index nor among the dead letters, and events that are there
/// twice. Said besides: the slowest append meanwhile, memory, and how long the export took to catch up.
/// </summary>
internal sealed class ExportOutage : IFigure
{
    private const string Index = "outage";
    private const int PerSecond = 1_000;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromMinutes(5);

    private readonly List<double> waited = [];

    public string Name => "elasticsearch.outage";

    public string Unit => "events lost or doubled";

    public Goal Goal => new(AtLeast: false, 0);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var server = await ElasticsearchServer.StartAsync(measured: true);
        var folder = Directory.CreateTempSubdirectory("backbone-outage-").FullName;
        try
        {
            await using var app = await ExportAgainstBulk.StartAsync(folder, server.Urls, Index);
            using var enough = new CancellationTokenSource();
            var load = LoadAsync(app.Services.GetRequiredService<IAuditTrail>(), enough.Token);
            await Task.Delay(Before);
            await server.KillAsync(0);
            await progress.WriteLineAsync($"killed Elasticsearch; it stays away for {Outage.TotalSeconds:F0} s");
            var away = waited.Count;
            await Task.Delay(Outage);
            var count = waited.Count - away;
            var memory = Environment.WorkingSet >> 20;
            var back = Stopwatch.GetTimestamp();
            await server.ReviveAsync(0);
            await enough.CancelAsync();
            await load;
            var slowest = waited.GetRange(away, count).Max();
            var end = app.Services.GetRequiredService<SegmentLog>().Records.EndIndex;
            await CaughtUpAsync(app.Services.GetRequiredService<ExportProgress>(), end);
            await progress.WriteLineAsync(FormattableString.Invariant(
                $"{end:N0} events; while it was away {count:N0} batches of {PerSecond / 20} were appended, the slowest in {slowest:F0} ms, {memory} MiB resident; caught up {Stopwatch.GetElapsedTime(back).TotalSeconds:F1} s after the server was started again"));
            var wrong = await CompareAsync(app.Services, end, progress);
            await app.StopAsync();
            return wrong;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task LoadAsync(IAuditTrail trail, CancellationToken until)
    {
        var number = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!until.IsCancellationRequested)
        {
            var since = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(number, PerSecond / 20).Select(i => AppendAsync(trail, i)));
            waited.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            number += PerSecond / 20;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task AppendAsync(IAuditTrail trail, int number)
    {
        var id = EventId.New(TimeProvider.System);
        var leaf = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"@timestamp":"{{{TimeProvider.System.GetUtcNow().UtcDateTime:O}}}","ecs":{"version":"9.4.0"},"event":{"action":"sign-in","id":"{{{id}}}","outcome":"success"},"user":{"id":"0193617c-0000-7000-8000-{{{number % 40_009:x12}}}"}}""");
        await trail.AppendAsync(id, Encoding.UTF8.GetBytes(leaf));
    }

    private static async Task CaughtUpAsync(ExportProgress progress, long end)
    {
        var since = Stopwatch.GetTimestamp();
        while (progress.Next < end)
        {
            if (Stopwatch.GetElapsedTime(since) > LongestCatchUp)
            {
                throw new InvalidOperationException($"after {LongestCatchUp} the export has come to {progress.Next} of {end}: {progress.Fault?.Reason}");
            }

            await Task.Delay(100);
        }
    }

    private static async Task<double> CompareAsync(IServiceProvider services, long end, TextWriter progress)
    {
        var target = services.GetRequiredService<ExportTarget>();
        var stream = new IndexStream(services.GetRequiredService<ElasticsearchClient>(), target.Alias, target.Current()!);
        await stream.RefreshAsync(CancellationToken.None);
        var found = (await stream.FindAsync(0, long.MaxValue, CancellationToken.None)).Select(one => one.Sequence).ToList();
        var dead = target.DeadLetters.Waiting.Keys.ToList();
        var lost = end - found.Concat(dead).Distinct().LongCount();
        var doubled = found.Count + dead.Count - (end - lost);
        await progress.WriteLineAsync(FormattableString.Invariant($"{found.Count:N0} in the index, {dead.Count} dead letters; {lost} lost, {doubled} doubled"));
        return lost + doubled;
    }
}
