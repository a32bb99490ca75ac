using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Statistics;

/// <summary>
/// Once a day counts every shard whose grades are of that day, under the lease by which it is graded, so that no page ever counts organisations. What
/// fails is told and tried again.
/// </summary>
internal sealed partial class CountRegularly(
    IServiceScopeFactory scopes, PacksInForce packs, IOptions<GradingOptions> options, TimeProvider clock, ILogger<CreditModule> logger) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(20);

    /// <summary>One look at all shards.</summary>
    /// <returns>How many were counted now.</returns>
    internal async Task<int> RoundAsync(CancellationToken cancellation)
    {
        await packs.RefreshAsync(cancellation);
        var counted = 0;
        foreach (var shard in Shard.All(options.Value.Shards))
        {
            counted += await CountAsync(shard, cancellation) ? 1 : 0;
        }

        return counted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Minutes == 0)
        {
            return;
        }

        for (var wait = First; ; wait = TimeSpan.FromMinutes(options.Value.Minutes))
        {
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A database that is away: the statistics stay those of before, and it is tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(logger, failure.Message, failure);
            }
        }
    }

    private async Task<bool> CountAsync(Shard shard, CancellationToken cancellation)
    {
        var today = ChinaDay.Today(clock);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        if (!await IsDueAsync(db, shard, today, cancellation))
        {
            return false;
        }

        await using var lease = await ShardLease.TryTakeAsync(scopes, shard, cancellation);
        if (lease is null || !await IsDueAsync(db, shard, today, cancellation))
        {
            return false;
        }

        var releases = await ReleasesAsync(db, today, cancellation);
        return await new CountShard(db, shard).RunAsync(today, releases[^1], releases.Count > 1 ? releases[^2] : null, cancellation);
    }

    private static async Task<bool> IsDueAsync(CreditDb db, Shard shard, DateOnly today, CancellationToken cancellation) =>
        await db.GradingMarks.AnyAsync(mark => mark.Shard == shard.Name && mark.Day == today, cancellation)
        && !await db.Statistics.AnyAsync(cell => cell.Day == today && cell.Shard == shard.Name && cell.Kind == StatisticKind.Counted, cancellation);

    /// <summary>All releases in their order; the last is the pack in force.</summary>
    private async Task<List<PackRelease>> ReleasesAsync(CreditDb db, DateOnly today, CancellationToken cancellation)
    {
        var pack = packs.On(today);
        var releases = await db.Releases.AsNoTracking().OrderBy(release => release.Since).ToListAsync(cancellation);
        if (releases.Count > 0 && releases[^1].Digest == pack.Digest)
        {
            return releases;
        }

        // Of two on one day the later is the one that stays in force; the other made no day's grades.
        var since = packs.Timeline.KeptOn(today) is { } kept && (releases.Count == 0 || kept.From > releases[^1].Since) ? kept.From : today;
        await db.Releases.Where(release => release.Since == since).ExecuteDeleteAsync(cancellation);
        releases.RemoveAll(release => release.Since == since);
        var now = new PackRelease { Since = since, Digest = pack.Digest, Pack = FormattableString.Invariant($"{pack.Pack.Id} {pack.Pack.Version}") };
        if (releases.Count == 0 || releases[^1].Digest != pack.Digest)
        {
            db.Releases.Add(now);
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
            {
                // Another host wrote the same at the same time.
                db.ChangeTracker.Clear();
                return await db.Releases.AsNoTracking().OrderBy(release => release.Since).ToListAsync(cancellation);
            }

            releases.Add(now);
        }

        return releases;
    }

    [LoggerMessage(2500, LogLevel.Error, "Credit statistics could not be counted: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception failure);
}
