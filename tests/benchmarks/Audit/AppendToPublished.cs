using System.Diagnostics;
using Backbone.Audit;
using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;
using Backbone.Audit.State;
using Backbone.Platform;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using EventId = Backbone.Platform.EventId;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// From the call of an append to the published checkpoint that covers it, 99th percentile: 2,000 events of 1 KiB a second for 15 s, every
/// twentieth of them followed until the note that the log publishes covers it.
/// </summary>
internal sealed class AppendToPublished : IFigure
{
    private const int PerSecond = 2_000;
    private const int EventBytes = 1_024;
    private const int Followed = 20;
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(15);

    public string Name => "audit.append-to-published";

    public string Unit => "s at the 99th percentile";

    public Goal Goal => new(AtLeast: false, 1.5);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        var folder = Directory.CreateTempSubdirectory("backbone-published-").FullName;
        try
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration["urls"] = "http://127.0.0.1:0";
            var options = new BackboneOptions { DataDirectory = folder };
            var context = new ModuleContext(builder.Services, builder.Configuration, options);
            context.AddAuditState();
            builder.Services.AddAuditTrail(options);
            context.AddAuditTree();
            await using var app = builder.Build();
            await app.StartAsync();
            await progress.WriteLineAsync($"{PerSecond} events a second of {EventBytes} bytes for {Measured.TotalSeconds} s");
            var seconds = await AppendAsync(app.Services.GetRequiredService<IAuditTrail>(), app.Services.GetRequiredService<AuditPublication>());
            await app.StopAsync();
            seconds.Sort();
            await progress.WriteLineAsync(FormattableString.Invariant(
                $"{seconds.Count} followed: median {seconds[seconds.Count / 2]:F3} s, 99th percentile {seconds[seconds.Count * 99 / 100]:F3} s, worst {seconds[^1]:F3} s"));
            return seconds[seconds.Count * 99 / 100];
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<double>> AppendAsync(IAuditTrail trail, AuditPublication published)
    {
        var clock = Stopwatch.StartNew();
        List<Task<double>> followed = [];
        List<Task> others = [];
        for (var count = 0; clock.Elapsed < Measured; count++)
        {
            var id = EventId.New(TimeProvider.System);
            var leaf = System.Text.Encoding.UTF8.GetBytes($$"""{"event":{"id":"{{id}}"},"fill":"{{new string('x', EventBytes - 65)}}"}""");
            if (count % Followed == 0)
            {
                followed.Add(FollowAsync(trail, published, id, leaf));
            }
            else
            {
                others.Add(trail.AppendAsync(id, leaf).AsTask());
            }

            var due = TimeSpan.FromSeconds((double)count / PerSecond);
            if (due > clock.Elapsed)
            {
                await Task.Delay(due - clock.Elapsed);
            }
        }

        await Task.WhenAll(others);
        return [.. await Task.WhenAll(followed)];
    }

    private static async Task<double> FollowAsync(IAuditTrail trail, AuditPublication published, EventId id, byte[] leaf)
    {
        var since = Stopwatch.GetTimestamp();
        var index = await trail.AppendAsync(id, leaf);
        await published.WaitAsync(index, CancellationToken.None);
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
