using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Events;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Storage;
using Backbone.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>The spool of one host in a folder, and the loop that empties it: the parts of a forwarding host without the host.</summary>
internal sealed class BenchSender : IAsyncDisposable
{
    private readonly ServiceProvider meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly BackboneOptions platform;
    private readonly RefusedEvents refused;
    private readonly ForwardEvents loop;
    private readonly TimeProvider clock;

    private BenchSender(string folder, BenchLog log, TimeProvider clock, ForwardLimits limits)
    {
        this.clock = clock;
        platform = new BackboneOptions { DataDirectory = folder };
        var options = Options.Create(new ForwardOptions
        {
            Url = "https://log.example.cn",
            Issuer = "https://issuer.example.cn",
            ClientId = "host-two",
            ClientSecret = "secret",
        });
        var settings = new SegmentLogSettings { SegmentBytes = 1 << 16, BatchBytes = 1 << 14, DeduplicationWindow = 1_000 };
        Spool = new SpoolTrail(
            platform.PathOf("audit", "spool"), settings, 1 << 24, new SpoolDrops(platform.PathOf("audit", "dropped.json"), clock), (_, _) => WhenUnavailable.FailClosed,
            AuditEventJson.MaxBytes - 200, Guid.CreateVersion7());
        var cursor = new CursorFile(platform.PathOf("audit", "cursors"), "forward");
        HeldCursor = SpoolCursor.Holds(cursor, Spool);
        Progress = new ForwardProgress(clock);
        refused = new RefusedEvents(platform.PathOf("audit", "refused.ndjson"), clock);
        var host = new LogHost(log, new ForwardToken(log, options, platform, clock), limits, options, clock);
        loop = new ForwardEvents(
            Spool, cursor, refused, host, Progress, new ForwardMetrics(meters.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), Progress, Spool), limits, platform, clock,
            NullLogger<AuditModule>.Instance);
    }

    public SpoolTrail Spool { get; }

    public ForwardProgress Progress { get; }

    /// <summary>False when the cursor was found to say nothing of this spool.</summary>
    public bool HeldCursor { get; }

    public ForwardStatus? Status => ForwardStatus.Read(platform.PathOf("audit", ForwardStatus.FileName));

    public static async Task<BenchSender> StartAsync(string folder, BenchLog log, TimeProvider? clock = null, ForwardLimits? limits = null)
    {
        var sender = new BenchSender(folder, log, clock ?? TimeProvider.System, limits ?? new ForwardLimits { BatchEvents = 10, FirstPause = TimeSpan.FromMilliseconds(5) });
        await sender.loop.StartAsync(CancellationToken.None);
        return sender;
    }

    /// <summary>One event for each; on this host's disk when it returns.</summary>
    public async Task AppendAsync(params IEnumerable<string> ids) =>
        await Task.WhenAll(ids.Select(id => Spool.AppendAsync(AuditKinds.SaveSearch.Occurred(TimeProvider.System).With("resource.id", id)).AsTask()));

    public async Task<HealthCheckResult> HealthAsync() => await new SpoolHealth(Spool, Progress, refused, clock).CheckHealthAsync(new HealthCheckContext());

    public async ValueTask DisposeAsync()
    {
        await loop.StopAsync(CancellationToken.None);
        loop.Dispose();
        await Spool.DisposeAsync();
        await meters.DisposeAsync();
    }
}
