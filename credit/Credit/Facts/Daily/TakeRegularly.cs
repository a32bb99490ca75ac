using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Facts.Uploads;
using Backbone.Credit.Grading;
using Backbone.Credit.Storage;
using Backbone.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Facts.Daily;

/// <summary>
/// Looks into the folders of agencies again and again. Every host looks; one at a time takes: the lease of a folder falls with its process. A failure is told,
/// and tried again. In passing it ends what was kept of files for a time only.
/// </summary>
internal sealed class TakeRegularly : BackgroundService
{
    /// <summary>Files of a folder in a round: however many an agency leaves, those of the others are taken.</summary>
    internal const int MostOfFolder = 200;

    /// <summary>After so long no further file of a folder is begun in a round: few large ones are a flood, too.</summary>
    internal static readonly TimeSpan LongestOfFolder = TimeSpan.FromMinutes(1);

    /// <summary>The first of the two numbers of the leases.</summary>
    internal const int OfFolders = 0x6262_6466;

    private readonly IServiceScopeFactory scopes;
    private readonly TakeFile take;
    private readonly DailyProgress progress;
    private readonly DailyOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<CreditModule> logger;
    private readonly IReadOnlyList<(DailyAgency Agency, AgencyFolder Folder, Setbacks Setbacks)> folders;
    private readonly SemaphoreSlim one = new(1);

    public TakeRegularly(
        IServiceScopeFactory scopes, TakeFile take, DailyProgress progress, BackboneOptions platform, IOptions<DailyOptions> options, TimeProvider clock, ILogger<CreditModule> logger)
    {
        (this.scopes, this.take, this.progress, this.options, this.clock, this.logger) = (scopes, take, progress, options.Value, clock, logger);
        folders = [.. this.options.Agencies.Select(agency => (agency, new AgencyFolder(agency.PathOf(platform)), new Setbacks(clock)))];
        foreach (var (agency, folder, _) in folders)
        {
            progress.Looked(new(agency.Source, folder.Path, null, 0, null, null));
        }
    }

    /// <summary>One look into every folder.</summary>
    internal async Task RoundAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            foreach (var (agency, folder, setbacks) in folders)
            {
                await FolderAsync(agency, folder, setbacks, cancellation);
            }

            await using var scope = scopes.CreateAsyncScope();
            await ReceiveUpload.EndOldAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), clock, cancellation);
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Seconds > 0 && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Seconds), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
#pragma warning disable CA1031 // A database that is away; of each folder its own failure is told already.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                DailyLines.Failed(logger, "all", failure.Message, failure);
            }
        }
    }

    private async Task FolderAsync(DailyAgency agency, AgencyFolder folder, Setbacks setbacks, CancellationToken cancellation)
    {
        var fault = folder.IsThere ? null : "the folder is not there";
        IReadOnlyList<WaitingFile> left = [];
        try
        {
            if (fault is null && setbacks.InTurn(folder.Look(clock.GetUtcNow(), TimeSpan.FromSeconds(options.StillSeconds))).Take(MostOfFolder).ToList() is { Count: > 0 } ready)
            {
                await using var lease = await ShardLease.TryTakeAsync(scopes, OfFolders, NumberOf(agency), cancellation);
                if (lease is not null)
                {
                    fault = await TakeAsync(agency, folder, setbacks, ready, lease, cancellation);
                }
            }

            fault ??= setbacks.Fault;
            left = folder.IsThere ? folder.Look(clock.GetUtcNow(), TimeSpan.MaxValue) : [];
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A disk that is full, a folder without the right to write: it is told, the other folders are read, and it is tried again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            fault = failure.Message;
            DailyLines.Failed(logger, agency.Source, failure.Message, failure);
        }

        progress.Looked(new(agency.Source, folder.Path, clock.GetUtcNow(), left.Count, left.Count == 0 ? null : left.Min(file => file.Since), fault));
    }

    /// <returns>The last fault of a file; the others were taken nevertheless.</returns>
    private async Task<string?> TakeAsync(
        DailyAgency agency, AgencyFolder folder, Setbacks setbacks, IEnumerable<WaitingFile> ready, ShardLease lease, CancellationToken cancellation)
    {
        string? fault = null;
        var begun = clock.GetTimestamp();
        foreach (var waiting in ready)
        {
            var spent = clock.GetElapsedTime(begun);
            if (spent > LongestOfFolder || !await lease.HoldsAsync(cancellation))
            {
                break;
            }

            var file = waiting;
            try
            {
                if (!folder.Has(file))
                {
                    continue;
                }

                file = file.IsTaken ? file : file with { Name = folder.Take(file.Name), IsTaken = true };
                if (await take.RunAsync(folder, agency.Source, file.Name, cancellation) is { } taken)
                {
                    Tell(agency, taken);
                }

                // One that somebody still writes into is read again, however long that takes; the others first.
                if (folder.Has(file))
                {
                    setbacks.Stays(file);
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // Whatever is the matter with one file, those behind it are taken.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                fault = failure.Message;
                setbacks.Failed(file, fault, clock.GetElapsedTime(begun) - spent);
                DailyLines.Failed(logger, agency.Source, failure.Message, failure);
            }
        }

        return fault;
    }

    private void Tell(DailyAgency agency, TakenFile taken)
    {
        progress.Done(agency.Source, taken.Refusal is null ? "stored" : "refused");
        if (taken.Refusal is { } refusal)
        {
            DailyLines.Refused(logger, agency.Source, refusal);
        }
        else
        {
            DailyLines.Taken(logger, agency.Source, taken.File.New, taken.File.Known, taken.File.Bad);
        }
    }

    /// <summary>Of the source and not of the folder: hosts may have it mounted in different places.</summary>
    internal static int NumberOf(DailyAgency agency) => BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(agency.Source))) & int.MaxValue;
}
