using Backbone.Audit.Appending;
using Backbone.Audit.Publishing;
using Backbone.Audit.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Integrating;

/// <summary>
/// The one loop from the log to the published tree: integrates what is durable, signs a checkpoint at most every
/// <see cref="PublishingOptions.CheckpointMilliseconds"/> while events arrive, and makes the files durable from time to time. Appends never
/// wait for it. A contradiction ends it for good: a log that contradicts what it signed must not sign again. A database or a disk that does not take a
/// checkpoint is asked again with the next.
/// </summary>
internal sealed class IntegrateLog(
    SegmentLog log, OpenTree opening, Publisher publisher, PublishedLog published, IOptions<PublishingOptions> options,
    TimeProvider clock, ILogger<AuditModule> logger) : BackgroundService, IHostedLifecycleService
{
    private const int Chunk = 4_096;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(20);
    private Integrator? integrator;
    private string? trouble;

    /// <summary>Before the first request: a log that was rolled back or forked stops the start.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        integrator = await opening.OpenAsync(cancellationToken);
        published.Change(state => state with { Integrated = integrator.Size, BegunAt = clock.GetUtcNow() });
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Off the start's thread: a large backlog must not hold up the server.
            await Task.Yield();
            try
            {
                await LoopAsync(integrator!, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // What is durable by now is published yet.
            }

            await LastAsync(integrator!);
        }
#pragma warning disable CA1031 // Whatever went wrong, the log goes on taking events and its health says that they are not being published.
        catch (Exception cause)
#pragma warning restore CA1031
        {
            published.Fail(cause);
            IntegrateLines.Stopped(logger, cause.Message, cause);
        }
    }

    private async Task LoopAsync(Integrator tree, CancellationToken stopping)
    {
        var interval = TimeSpan.FromMilliseconds(options.Value.CheckpointMilliseconds);
        var flushed = clock.GetTimestamp();
        long signed = 0;

        // What is integrated and not yet published must not wait for the next event.
        while (published.State.Published < tree.Size || await log.Records.WaitForAsync(tree.Size, stopping))
        {
            do
            {
                stopping.ThrowIfCancellationRequested();
                Integrate(tree, Chunk);
            }
            while (log.Records.EndIndex > tree.Size && clock.GetElapsedTime(signed) < interval);

            if (clock.GetElapsedTime(signed) is var since && since < interval)
            {
                await Task.Delay(interval - since, clock, stopping);
                continue;
            }

            signed = clock.GetTimestamp();
            await PublishAsync(tree, stopping);
            if (clock.GetElapsedTime(flushed) > FlushEvery)
            {
                flushed = clock.GetTimestamp();
                opening.MarkDurable(tree);
            }
        }
    }

    /// <summary>A failure is said once, until it is another or is over; nothing of the tree is in doubt by it.</summary>
    private async Task PublishAsync(Integrator tree, CancellationToken stopping)
    {
        try
        {
            await publisher.PublishAsync(tree, stopping);
            if (trouble is not null)
            {
                trouble = null;
                IntegrateLines.GoesOn(logger, tree.Size);
            }
        }
        catch (Exception away) when (away is not SplitLogException && !stopping.IsCancellationRequested)
        {
            if (away.Message != trouble)
            {
                trouble = away.Message;
                IntegrateLines.StandsStill(logger, away.Message, away);
            }
        }
    }

    private void Integrate(Integrator tree, int most)
    {
        foreach (var record in log.Records.Read(tree.Size, most))
        {
            tree.Add(record.Payload);
        }

        published.Change(state => state with { Integrated = tree.Size });
    }

    /// <summary>At an orderly stop everything durable is integrated and published: the next start has nothing to make up for.</summary>
    private async Task LastAsync(Integrator tree)
    {
        Integrate(tree, int.MaxValue);
        await publisher.PublishAsync(tree, CancellationToken.None);
        opening.MarkDurable(tree);
    }
}

internal static partial class IntegrateLines
{
    [LoggerMessage(3050, LogLevel.Critical, "The audit log is no longer published: {Reason}")]
    public static partial void Stopped(ILogger logger, string reason, Exception cause);

    [LoggerMessage(3051, LogLevel.Warning, "The audit tree is made again from the log, from leaf {From} on: {Reason}")]
    public static partial void Rebuilding(ILogger logger, long from, string reason);

    [LoggerMessage(3052, LogLevel.Information, "Audit log {Origin}: tree of {Size} leaves agrees with its checkpoint")]
    public static partial void Agrees(ILogger logger, string origin, long size);

    [LoggerMessage(3053, LogLevel.Error, "A checkpoint of the audit log could not be published, and is tried again: {Reason}")]
    public static partial void StandsStill(ILogger logger, string reason, Exception cause);

    [LoggerMessage(3054, LogLevel.Information, "The audit log is published again, up to {Size} events")]
    public static partial void GoesOn(ILogger logger, long size);
}
