using System.Threading.Channels;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Backbone.Identity.Catalogue;

/// <summary>
/// Puts the catalogue in force before the server listens, and again whenever a file changes. The system's change reports only wake it early:
/// network folders and containers lose them, so the files are looked at every <see cref="CatalogueOptions.Poll"/> anyway.
/// </summary>
internal sealed partial class WatchCatalogue(
    ApplyCatalogue apply, DemoClients demo, CatalogueOptions options, TimeProvider clock, ILogger<IdentityModule> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>Editors write in several steps; wait until they are through.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<IDisposable> watched = [];
    private string seen = "";

    /// <exception cref="OptionsValidationException">The catalogue is wrong: every failure is listed and nothing starts.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        Watch();
        seen = LoadCatalogue.Fingerprint(options);
        var failures = await apply.ApplyAsync(cancellationToken);
        if (failures.Length > 0)
        {
            throw new OptionsValidationException("Backbone:Catalogue", typeof(CatalogueOptions), failures.Select(failure => failure.ToString()));
        }

        demo.Tell();
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        watched.ForEach(one => one.Dispose());
        base.Dispose();
    }

    /// <summary>Takes a change over if there is one. A broken change is refused, told once, and the version in force stays.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var now = LoadCatalogue.Fingerprint(options);
        if (now == seen)
        {
            return;
        }

        var failures = await apply.ApplyAsync(cancellation);
        seen = now;
        if (failures.Length > 0)
        {
            LogRefused(logger, string.Join(Environment.NewLine, failures));
            await apply.RecordRefusalAsync(failures, cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task woken = Task.CompletedTask;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // One waiter for the whole life: asking again each time would leave one behind per look.
                woken = woken.IsCompleted ? bell.Reader.WaitToReadAsync(stoppingToken).AsTask() : woken;
                if (await Task.WhenAny(woken, Task.Delay(options.Poll, clock, stoppingToken)) == woken && bell.Reader.TryRead(out _))
                {
                    await Task.Delay(Settle, clock, stoppingToken);
                }

                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The database or the folder is away for a moment: the version in force stays, the next look tries again.
                LogFailed(logger, exception);
                await Task.Delay(options.Poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Watch()
    {
        foreach (var folder in LoadCatalogue.Folders(options).Where(Directory.Exists))
        {
            var provider = new PhysicalFileProvider(Path.GetFullPath(folder));
            watched.Add(provider);
            watched.Add(ChangeToken.OnChange(() => provider.Watch("*.yml"), () => bell.Writer.TryWrite(true)));
        }
    }

    [LoggerMessage(EventId = 1502, Level = LogLevel.Error, Message = "A change of the catalogue was not applied; the version in force stays:\n{Failures}")]
    private static partial void LogRefused(ILogger logger, string failures);

    [LoggerMessage(EventId = 1503, Level = LogLevel.Error, Message = "The catalogue could not be looked at; the version in force stays")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
