using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Comparing;
using Backbone.Credit.Profiles;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Storage;
using Backbone.Platform.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Packs.Keeping;

/// <summary>
/// Computes beside everything else what each pack that is not decided yet would do: all organisations by it and by the one in force. Each host does the shards
/// whose segments it keeps, so nothing is read from the database; what is done is stored shard by shard, so that whoever looks sees how far it is.
/// </summary>
internal sealed partial class ComputeImpacts(
    IServiceScopeFactory scopes, PacksInForce packs, FactCatalogue catalogue, IOptions<GradingOptions> grading, BackboneOptions platform, TimeProvider clock,
    ILogger<CreditModule> logger) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <returns>How many shards' impacts were computed now.</returns>
    public async Task<int> RoundAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        var open = await db.Packs.AsNoTracking()
            .Where(row => row.State == PackState.Submitted || row.State == PackState.ApprovedOnce || row.State == PackState.Approved).OrderBy(row => row.SubmittedAt).ToListAsync(cancellation);
        if (open.Count == 0)
        {
            return 0;
        }

        var root = platform.PathOf("credit", "grading");
        var host = HostId.Of(root, clock);
        var own = (await db.GradingMarks.AsNoTracking().Where(mark => mark.Host == host).ToListAsync(cancellation)).Where(mark => IsShard(mark.Shard)).ToList();
        var ids = open.Select(row => row.Id).ToList();
        var known = await db.PackImpacts.AsNoTracking().Where(impact => ids.Contains(impact.Pack))
            .Select(impact => new { impact.Pack, impact.Shard, impact.Against, impact.Day }).ToListAsync(cancellation);
        var done = 0;
        foreach (var (row, mark) in open.SelectMany(row => own.Select(mark => (row, mark))))
        {
            var before = packs.On(mark.Day);
            if (!known.Any(impact => impact.Pack == row.Id && impact.Shard == mark.Shard && impact.Against == before.Digest && impact.Day == mark.Day))
            {
                try
                {
                    done += await KeepAsync(db, row, mark, before, Path.Combine(root, mark.Shard, "segments"), cancellation) ? 1 : 0;
                }
                catch (Exception failure) when (!cancellation.IsCancellationRequested)
                {
                    // Of this pack: the others have their impact all the same.
                    Failed(logger, failure.Message, failure);
                }
            }
        }

        return done;
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

            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A database that is away, a full disk: there is no picture of the impact meanwhile, and it is tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(logger, failure.Message, failure);
            }
        }
    }

    private bool IsShard(string name) => Shard.All(grading.Value.Shards).Any(shard => shard.Name == name);

    /// <returns>False when the segments are not there as the mark says: grading is at them, and the next round looks again.</returns>
    private async Task<bool> KeepAsync(CreditDb db, KeptPack row, GradingMark mark, PackInForce before, string folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            return false;
        }

        PackImpact? result = null;
        string? fault = null;
        try
        {
            result = await ComputeAsync(db, row, mark, before, folder, cancellation);
            if (result is null)
            {
                return false;
            }
        }
        catch (PackException cannot)
        {
            fault = cannot.Message;
        }
        catch (AggregateException several) when (several.InnerException is PackException cannot)
        {
            // Several threads score.
            fault = cannot.Message;
        }
        catch (Exception moved) when (moved is IOException or InvalidDataException or AggregateException { InnerException: IOException or InvalidDataException })
        {
            return false;
        }

        var impact = new ShardImpact
        {
            Pack = row.Id,
            Shard = mark.Shard,
            Against = before.Digest,
            Day = mark.Day,
            At = clock.GetUtcNow(),
            Result = result is null ? [] : JsonSerializer.SerializeToUtf8Bytes(result, ImpactJson.Default.PackImpact),
            Fault = fault,
        };
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            await db.PackImpacts.Where(one => one.Pack == row.Id && one.Shard == mark.Shard).ExecuteDeleteAsync(cancellation);
            db.PackImpacts.Add(impact);
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch (Exception taken) when (taken is DbUpdateException or DbException)
        {
            // The shard went to another host meanwhile, which did the same.
            return false;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }

        return true;
    }

    private async Task<PackImpact?> ComputeAsync(CreditDb db, KeptPack row, GradingMark mark, PackInForce before, string folder, CancellationToken cancellation)
    {
        var loaded = LoadPack.Read(row.Pack, row.Content, catalogue);
        if (loaded.Pack is not { } pack || !loaded.MayBeTried)
        {
            throw new PackException(string.Join("; ", loaded.Faults));
        }

        var aside = Directory.CreateTempSubdirectory("backbone-impact-");
        using var segments = SegmentFolder.ForReading(folder);
        try
        {
            if (segments.Segments.IsEmpty)
            {
                return mark.Entities == 0 ? PackImpact.Sum([]) : null;
            }

            // As if it were in force on the day that the segments are of, also when its own time begins later.
            var day = segments.Segments.Max(segment => segment.Manifest.FedFor);
            return day != mark.Day
                ? null
                : await PackImpact.OfAsync(
                    [(segments, ReadProfiles.OfShard(db, Shard.Parse(mark.Shard)!.Value))],
                    Plan(before.Pack, before.Digest, day), Plan(pack.From > day ? pack with { From = day } : pack, row.Digest, day), aside.FullName, cancellation);
        }
        finally
        {
            aside.Delete(recursive: true);
        }
    }

    private ScorePlan Plan(PolicyPack pack, string digest, DateOnly day) => new(CompilePack.For(pack, catalogue.Types, day, grading.Value.Purpose), digest);

    [LoggerMessage(2602, LogLevel.Error, "The impact of a policy pack could not be computed: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception failure);
}

/// <summary>The impact of a pack as far as it is computed.</summary>
/// <param name="Of">All shards there are.</param>
/// <param name="Done">Those computed against the pack in force.</param>
/// <param name="Sum">Of those; null before the first.</param>
/// <param name="Day">The day the organisations were scored for.</param>
/// <param name="Fault">Why one could not be computed.</param>
internal sealed record KnownImpact(int Of, int Done, PackImpact? Sum, DateOnly? Day, string? Fault)
{
    /// <param name="against">Digest of the pack in force; null to take what was computed last, of a pack that is decided.</param>
    public static async Task<KnownImpact> ReadAsync(CreditDb db, Guid pack, string? against, int shards, CancellationToken cancellation)
    {
        var names = Shard.All(shards).Select(shard => shard.Name).ToHashSet(StringComparer.Ordinal);
        var rows = (await db.PackImpacts.AsNoTracking().Where(impact => impact.Pack == pack).ToListAsync(cancellation)).Where(row => names.Contains(row.Shard)).ToList();
        var last = rows.OrderByDescending(row => row.Day).ThenByDescending(row => row.At).FirstOrDefault();
        var same = rows.Where(row => row.Against == (against ?? last!.Against) && row.Day == last!.Day).ToList();
        ImmutableArray<PackImpact> parts =
            [.. same.Where(row => row.Fault is null).Select(row => JsonSerializer.Deserialize(row.Result, ImpactJson.Default.PackImpact)!)];
        return new(shards, same.Count, parts.IsEmpty ? null : PackImpact.Sum(parts), last?.Day, same.Select(row => row.Fault).FirstOrDefault(fault => fault is not null));
    }
}

[JsonSerializable(typeof(PackImpact))]
internal sealed partial class ImpactJson : JsonSerializerContext;
