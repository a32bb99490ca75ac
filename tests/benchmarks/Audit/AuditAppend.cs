using System.Diagnostics;
using System.Security.Cryptography;
using Backbone.Audit;
using Backbone.Audit.Contracts;
using Backbone.Platform;
using Backbone.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// The figure <c>audit.append</c>: acknowledged events per second (every acknowledgement after an fsync), 1 KiB each, 1,024 producers,
/// and the bytes allocated per append in the whole process.
/// </summary>
internal static class AuditAppend
{
    public const string Name = "audit.append";
    private const int Producers = 1_024;
    private const int EventBytes = 1_024;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(6);

    /// <summary>Runs on a fresh log below the folder; a folder in memory would measure nothing.</summary>
    public static async Task<(double EventsPerSecond, double BytesPerAppend)> RunAsync(string folder)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        await using var provider = services.AddAuditTrail(new BackboneOptions { DataDirectory = folder }).BuildServiceProvider();
        var trail = provider.GetRequiredService<IAuditTrail>();
        await AppendForAsync(trail, WarmUp);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        var events = await AppendForAsync(trail, Measured);
        var seconds = clock.Elapsed.TotalSeconds;
        return (events / seconds, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)events);
    }

    private static async Task<long> AppendForAsync(IAuditTrail trail, TimeSpan time)
    {
        using var until = new CancellationTokenSource(time);
        var counts = await Task.WhenAll(Enumerable.Range(0, Producers).Select(_ => ProduceAsync(trail, until.Token)));
        return counts.Sum();
    }

    /// <summary>One producer re-uses its bytes and only changes the id in them, so that what is allocated is the log's.</summary>
    private static async Task<long> ProduceAsync(IAuditTrail trail, CancellationToken until)
    {
        await Task.Yield();
        var encoded = new byte[EventBytes];
        encoded.AsSpan().Fill((byte)'x');
        var random = new byte[16];
        var count = 0L;
        while (!until.IsCancellationRequested)
        {
            RandomNumberGenerator.Fill(random);
            var id = new EventId(new Guid(random));
            id.Value.TryFormat(encoded.AsSpan(8), out _, "D");
            await trail.AppendAsync(id, encoded, CancellationToken.None);
            count++;
        }

        return count;
    }
}
