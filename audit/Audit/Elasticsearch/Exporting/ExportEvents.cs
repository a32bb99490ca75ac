using System.Buffers;
using System.Collections.Concurrent;
using Backbone.Audit.Appending;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Integrating;
using Backbone.Audit.Publishing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// The one loop from the log to Elasticsearch. Reads what is integrated, sends batches, two at a time, and moves the cursor over what is
/// decided without a gap. It only ever reads the log: however long the cluster is away, nobody who appends notices.
/// </summary>
internal sealed class ExportEvents(
    SegmentLog log, PublishedLog published, LogSigner signer, ElasticsearchClient client, ExportTarget target, ExportProgress progress,
    ExportLimits limits, ExportMetrics metrics, IOptions<ElasticsearchOptions> options, TimeProvider clock, ILogger<AuditModule> logger) : BackgroundService
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private readonly BatchBudget budget = new(limits);

    /// <summary>The buffers of batches that have ended; as many as are ever in use at once.</summary>
    private readonly ConcurrentBag<ArrayBufferWriter<byte>> buffers = [];
    private readonly IndexLifecycle lifecycle = new(client, options.Value.Index, options.Value.KeepDays);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start's thread: a cluster that is away must not hold up the server.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever went wrong here must neither end the host nor the export.
            catch (Exception cause)
#pragma warning restore CA1031
            {
                if (progress.Fault?.Reason != cause.Message)
                {
                    ExportLines.BeginsAnew(logger, cause.Message, cause);
                }

                progress.Failed(ExportProgress.Contact, cause.Message, mayHaveHappened: true);
                await Task.Delay(limits.LongestPause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        progress.Flush();
    }

    /// <summary>Until the stream is changed, or the process stops.</summary>
    private async Task RunAsync(CancellationToken stopping)
    {
        var begun = await BeginAsync(stopping);
        var send = new SendBatch(
            begun.Stream, token => new IndexTemplate(client, target.Alias, signer.Origin).InstallAsync(begun.Policy, token),
            progress, target.DeadLetters, budget, limits, metrics, clock, logger);
        var keep = new KeepIndices(client, target, lifecycle, limits, options.Value.KeepDays, clock, logger);
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        List<Task> flying = [];
        var next = progress.Next;
        var hasAlias = false;
        long? askedForAlias = null;
        var lookedAfter = clock.GetTimestamp();
        var kind = begun.Lifecycle;
        try
        {
            while (target.Current() == begun.Stream.Name)
            {
                flying.RemoveAll(task => task.IsCompletedSuccessfully);
                if (flying.FirstOrDefault(task => task.IsFaulted) is { } failed)
                {
                    await failed;
                }

                if (!hasAlias && progress.Next > 0 && (askedForAlias is not { } asked || clock.GetElapsedTime(asked) > limits.UpkeepEvery))
                {
                    // From all others: an exporter of the stream before may have taken it at the moment of the change.
                    var streams = await IndexStream.AllAsync(client, target.Alias, stopping);
                    var answer = await begun.Stream.TakeAliasAsync(streams.Select(one => one.Name), stopping);
                    hasAlias = answer.IsSuccess;
                    if (!hasAlias)
                    {
                        ExportLines.NotKept(logger, $"the alias {target.Alias} could not be set: {answer}");
                    }

                    if (askedForAlias is null)
                    {
                        kind = await lifecycle.ApplyAsync(kind, begun.Stream.Name, stopping);
                    }

                    askedForAlias = clock.GetTimestamp();
                }

                if (kind == LifecycleKind.Own && clock.GetElapsedTime(lookedAfter) > limits.UpkeepEvery)
                {
                    if (!await FewerThanAsync(1, flying, begun.Stream.Name, failing.Token))
                    {
                        break;
                    }

                    lookedAfter = clock.GetTimestamp();
                    var isQuiet = progress.LastUnknown is not { } at || clock.GetUtcNow() - at > limits.QuietBeforeRollover;
                    await keep.RunAsync(begun.Stream, published.State.Published, isQuiet, stopping);
                }

                var buffer = buffers.TryTake(out var lent) ? lent : new ArrayBufferWriter<byte>(limits.BatchBytes / 2);
                if (await NextBatchAsync(next, buffer, failing.Token) is { } batch)
                {
                    // A batch that stands still must not leave the other running on through the whole log: all of that would be looked up after a crash.
                    if (!await FewerThanAsync(batch.End - progress.Next > limits.MostAhead ? 1 : limits.InFlight, flying, begun.Stream.Name, failing.Token))
                    {
                        break;
                    }

                    flying.Add(SendAsync(send, batch, batch.First < begun.UncertainEnd, buffer, failing.Token));
                    next = batch.End;
                }
                else
                {
                    buffers.Add(buffer);
                    progress.Flush();
                }
            }

            // What is under way to a stream that is no longer written is of no use to anybody, and may be stuck.
            progress.Flush();
        }
        finally
        {
            await failing.CancelAsync();
            await Task.WhenAll(flying).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until fewer batches are under way. False when another stream was chosen meanwhile: then a batch that stands still is in nobody's way.</summary>
    private async Task<bool> FewerThanAsync(int count, List<Task> flying, string stream, CancellationToken cancellation)
    {
        while (flying.Where(task => !task.IsCompleted).ToList() is var running && running.Count >= count)
        {
            await Task.WhenAny([.. running, Task.Delay(Glance, clock, cancellation)]);
            cancellation.ThrowIfCancellationRequested();
            if (target.Current() != stream)
            {
                return false;
            }
        }

        return true;
    }

    private async Task SendAsync(SendBatch send, ExportBatch batch, bool isUncertain, ArrayBufferWriter<byte> buffer, CancellationToken cancellation)
    {
        await send.RunAsync(batch, isUncertain, cancellation);
        buffers.Add(buffer);
    }

    /// <summary>The next events in one batch; null when there is none for a moment.</summary>
    private async Task<ExportBatch?> NextBatchAsync(long next, ArrayBufferWriter<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            await published.WaitIntegratedAsync(next, cancellation).WaitAsync(Glance, clock, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }

        if (published.State.Integrated - next < limits.BatchEvents)
        {
            await Task.Delay(limits.BatchAge, clock, cancellation);
        }

        return FillBatch.From(log.Records, next, published.State.Integrated, limits, buffer);
    }

    /// <summary>First contact: template, stream, cursor, and which events may be in the index although the cursor has not passed them.</summary>
    private async Task<Begun> BeginAsync(CancellationToken stopping)
    {
        var pause = limits.FirstPause;
        while (true)
        {
            try
            {
                return await ContactAsync(stopping);
            }
            catch (Exception failure) when (failure is ClusterUnavailableException or ClusterRefusedException or ForeignIndexException)
            {
                if (progress.Fault?.Reason != failure.Message)
                {
                    ExportLines.StandsStill(logger, failure.Message);
                }

                progress.Failed(ExportProgress.Contact, failure.Message, mayHaveHappened: false);
                await Task.Delay(pause, clock, stopping);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, limits.LongestPause.Ticks));
            }
        }
    }

    private async Task<Begun> ContactAsync(CancellationToken stopping)
    {
        var kind = await lifecycle.PrepareAsync(stopping);
        var policy = kind == LifecycleKind.Policy ? lifecycle.PolicyName : null;
        if (!await new IndexTemplate(client, target.Alias, signer.Origin).InstallAsync(policy, stopping))
        {
            ExportLines.TemplateNotInstalled(logger);
        }

        var stream = new IndexStream(client, target.Alias, await target.FindAsync(client, stopping));
        if (await stream.MetaAsync(stopping) is { } meta)
        {
            ForeignIndexException.ThrowIfOfAnother(stream.Name, meta, signer.Origin);
            if (meta.Fields != IndexMappings.Fingerprint)
            {
                await BeginNewIndexAsync(stream, stopping);
            }
        }

        await stream.RefreshAsync(stopping);
        var present = await stream.RangeAsync(stopping);
        if (target.ChooseFirst(stream.Name) != stream.Name)
        {
            // Somebody has chosen another meanwhile, and said so: it is not taken back.
            return await ContactAsync(stopping);
        }

        progress.Begin(stream.Name, target.CursorOf(stream.Name));
        if (progress.Succeeded(ExportProgress.Contact))
        {
            ExportLines.GoesOn(logger);
        }

        ExportLines.Begins(logger, stream.Name, progress.Next, IndexLifecycle.Said(kind));
        return new Begun(stream, present is { } range ? range.Last + 1 : 0, kind, policy);
    }

    /// <summary>
    /// New mappings hold for the next backing index. Credentials that may not begin one leave new fields unsearchable until one begins. A host
    /// that ended a moment ago may have left a request under way: what that one still delivers must not be delivered again to the new index.
    /// </summary>
    private async Task BeginNewIndexAsync(IndexStream stream, CancellationToken stopping)
    {
        if (target.CursorOf(stream.Name).Read() is not null)
        {
            await Task.Delay(limits.QuietBeforeRollover, clock, stopping);
        }

        try
        {
            await lifecycle.RollOverAsync(stream.Name, 0, always: true, stopping);
        }
        catch (ClusterRefusedException refused) when (refused.Answer.Status == 403)
        {
            ExportLines.NotKept(logger, refused.Message);
        }
    }

    /// <param name="Stream">What is written.</param>
    /// <param name="UncertainEnd">Every event of the index lies below it.</param>
    /// <param name="Lifecycle">What the cluster offers.</param>
    /// <param name="Policy">The name of its policy, if it has policies.</param>
    private sealed record Begun(IndexStream Stream, long UncertainEnd, LifecycleKind Lifecycle, string? Policy);
}

/// <summary>The index belongs to another log.</summary>
#pragma warning disable CA1032
internal sealed class ForeignIndexException(string message) : Exception(message)
{
    public static void ThrowIfOfAnother(string stream, MappingMeta meta, string origin)
    {
        if (meta.Log != origin)
        {
            throw new ForeignIndexException(
                $"{stream} holds the events of {meta.Log ?? "something else"}, not of {origin}: give each log a {ElasticsearchOptions.Section}:{nameof(ElasticsearchOptions.Index)} of its own");
        }
    }
}
#pragma warning restore CA1032
