using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Credit.Packs.Keeping;

/// <summary>Reads the packs before the first request is answered, and then every few seconds. Without that first reading the host does not start: it would score by another pack.</summary>
internal sealed partial class FollowPacks(PacksInForce packs, FollowedPacks followed, TimeProvider clock, ILogger<CreditModule> logger) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await packs.RefreshAsync(cancellationToken);
        Tell(packs.Timeline, null);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Between, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            var before = packs.Timeline;
            try
            {
                await packs.RefreshAsync(stoppingToken);
                followed.Failure = null;
                Tell(packs.Timeline, before);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A database that is away: the packs are those of before, the check of health says so, and it is tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (followed.Failure is null)
                {
                    Failed(logger, failure.Message);
                }

                followed.Failure = failure.Message;
            }
        }
    }

    private void Tell(PackTimeline now, PackTimeline? before)
    {
        foreach (var broken in now.Broken.Where(one => before is null || !before.Broken.Contains(one)))
        {
            Refused(logger, broken.Pack, broken.Version, broken.Fault);
        }
    }

    [LoggerMessage(2600, LogLevel.Error, "The approved policy pack {Pack} {Version} is not used: {Reason}. The one before it stays in force")]
    private static partial void Refused(ILogger logger, string pack, int version, string reason);

    [LoggerMessage(2601, LogLevel.Error, "The policy packs could not be read; those of before stay: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}

/// <summary>How following the packs goes on this host; for the check of health.</summary>
internal sealed class FollowedPacks
{
    private volatile string? failure;

    public string? Failure
    {
        get => failure;
        set => failure = value;
    }
}

/// <summary>Degraded while an approved pack cannot be believed or the packs cannot be read: scores are then by a pack that may not be the right one.</summary>
internal sealed class PacksHealth(PacksInForce packs, FollowedPacks followed, TimeProvider clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var timeline = packs.Timeline;
        return Task.FromResult(
            !timeline.Broken.IsEmpty ? HealthCheckResult.Degraded($"approved policy packs that are not used: {string.Join("; ", timeline.Broken)}")
            : followed.Failure is { } failure ? HealthCheckResult.Degraded($"policy packs cannot be read: {failure}")
            : HealthCheckResult.Healthy(PackWordsOf(timeline, ChinaDay.Today(clock))));
    }

    /// <summary>Which pack is in force and where it comes from, in a sentence.</summary>
    public static string PackWordsOf(PackTimeline timeline, DateOnly today) => timeline.KeptOn(today) is { } kept
        ? string.Create(CultureInfo.InvariantCulture, $"the policy pack {kept.Pack.Pack.Id} {kept.Pack.Pack.Version} is in force since {kept.From:O}; bytes and signature fit")
        : string.Create(CultureInfo.InvariantCulture, $"the database has no policy pack in force; the file of the setting is: {timeline.File.Pack.Id} {timeline.File.Pack.Version}");
}
