using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Grading;

/// <summary>
/// Sees to it that the grade of every organisation is that of today: looks every minute whether facts are new or a day has begun, shard after shard. Hosts
/// of one database begin at different shards, and each shard is one host's at a time. A failure is told, and tried again.
/// </summary>
internal sealed class GradeRegularly : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private readonly FactCatalogue catalogue;
    private readonly PacksInForce packs;
    private readonly GradingProgress progress;
    private readonly GradingOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<CreditModule> logger;
    private readonly GradeShard grading;
    private readonly Guid host;
    private readonly SemaphoreSlim one = new(1);

    public GradeRegularly(
        IServiceScopeFactory scopes, FactCatalogue catalogue, PacksInForce packs, GradingProgress progress, BackboneOptions platform, IOptions<GradingOptions> options, TimeProvider clock,
        ILogger<CreditModule> logger)
    {
        (this.catalogue, this.packs, this.progress, this.options, this.clock, this.logger) = (catalogue, packs, progress, options.Value, clock, logger);
        var root = platform.PathOf("credit", "grading");
        host = HostId.Of(root, clock);
        grading = new GradeShard(scopes, catalogue, root, host, clock);
    }

    /// <summary>One round over all shards; throws what failed in some of them when it has been at all.</summary>
    internal async Task RoundAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await RoundOfOneAsync(cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    private async Task RoundOfOneAsync(CancellationToken cancellation)
    {
        // A pack that another host put in force is this one's too, before a grade is made by the former.
        await packs.RefreshAsync(cancellation);
        var plan = Plan();
        var shards = Shard.All(options.Shards).ToList();
        var first = (int)(BitConverter.ToUInt32(host.ToByteArray(), 12) % (uint)shards.Count);
        List<Exception> failures = [];
        foreach (var shard in shards[first..].Concat(shards[..first]))
        {
            try
            {
                var done = await grading.RunAsync(shard, plan, cancellation);
                if (done.State == ShardState.Graded)
                {
                    GradingLines.Graded(logger, shard.Name, done.Entities, done.Evaluated, done.Changed);
                }
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                // What is wrong with one shard must not keep the others from their grades: it is told when they have them.
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw failures.Count == 1 ? failures[0] : new AggregateException(failures);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Minutes == 0)
        {
            return;
        }

        // The first page comes first, and a first round reads everything.
        var wait = First;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = TimeSpan.FromMinutes(options.Minutes);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await RoundAsync(stoppingToken);
                progress.Succeed(clock.GetUtcNow());
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A database that is away, a full disk: the grades stay those of before, the check of health says so, and it is tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                progress.Fail(failure.Message);
                GradingLines.Failed(logger, failure.Message, failure);
            }
        }
    }

    private ScorePlan Plan()
    {
        // The day of China, whose law the limits are.
        var today = ChinaDay.Today(clock);
        var pack = packs.On(today);
        return new(CompilePack.For(pack.Pack, catalogue.Types, today, options.Purpose), pack.Digest);
    }
}
