using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Events;
using Backbone.Audit.Integrating;
using Backbone.Audit.Publishing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>
/// The loop that holds the index against the log every <see cref="ElasticsearchOptions.ReconcileHours"/>, and repairs it: the same as
/// <c>host audit reconcile</c>. Never beside the export when that is behind, never beside a command that has the index. What interrupts it leaves
/// it where it was, and it goes on there. Nothing that goes wrong ends the host.
/// </summary>
internal sealed class ReconcileRegularly(
    SegmentLog log, PublishedLog published, LogSigner signer, IndexWork work, ExportProgress export, ReconcileProgress progress, ReconcileMetrics metrics,
    IOptions<ElasticsearchOptions> options, TimeProvider clock, ILogger<AuditModule> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly ExportLimits limits = work.Limits;
    private readonly TimeSpan every = TimeSpan.FromHours(options.Value.ReconcileHours);
    private TimeSpan pause = FirstPause;
    private DateTimeOffset? quietSince;
    private DateTimeOffset notBefore;
    private ReconcileReport? begun;
    private AuditEvent? told;
    private bool isTold;

    /// <summary>An export that does not get on needs the cluster more.</summary>
    private bool IsExportBehind =>
        export.Stream is null || export.Fault is not null || published.State.Integrated - export.Next > limits.ReconcileLag;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (every == TimeSpan.Zero)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(limits.ReconcileGlance, clock, stoppingToken);
                if (Due() is { } due && due <= clock.GetUtcNow())
                {
                    await RunAsync(stoppingToken);
                }

                progress.State = progress.State with { Due = Due(), Running = null };
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever went wrong, the log and its export go on, and the index is looked at later.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(failure);
            }
        }

        await TellAtTheEndAsync();
    }

    /// <summary>When to begin, or to go on; null while the export is behind.</summary>
    private DateTimeOffset? Due()
    {
        var now = clock.GetUtcNow();
        quietSince = IsExportBehind ? null : quietSince ?? now;
        if (quietSince is not { } quiet)
        {
            return null;
        }

        // A time to come is that of a clock that went wrong.
        var next = begun is null && progress.Last is { } last && last.At <= now ? last.At + every : DateTimeOffset.MinValue;
        return new[] { quiet + limits.QuietBeforeReconcile, notBefore, next }.Max();
    }

    /// <summary>To the end, or until somebody else needs the cluster or the index.</summary>
    private async Task RunAsync(CancellationToken stopping)
    {
        if (work.Target.Current() is not { } stream)
        {
            return;
        }

        using var lease = work.Target.TryLease(IndexLease.Reconcile, clock, out var owner);
        if (lease is null)
        {
            ReconcileLines.Skipped(logger, owner);
            notBefore = clock.GetUtcNow() + limits.QuietBeforeReconcile;
            return;
        }

        var verified = VerifiedLog.Of(log, published, signer);
        if (begun is { } other && other.Stream != stream)
        {
            await TellAsync(other, stopping);
            Forget();
        }

        begun ??= await ReconcileIndex.BeginAsync(work, verified, stream, stopping);
        if (begun.From == begun.End)
        {
            // Nothing is published and exported yet, and nothing was looked at.
            begun = null;
            return;
        }

        var index = new ReconcileIndex(work, verified, begun);
        try
        {
            await index.RefreshAsync(stopping);
            while (!index.Report.IsDone)
            {
                if (IsExportBehind || work.Target.Current() != stream)
                {
                    ReconcileLines.Yields(logger, stream, index.Report.Next);
                    return;
                }

                progress.State = progress.State with { Running = index.Report };
                await NextAsync(index, stopping);
            }
        }
        finally
        {
            begun = index.Report;
        }

        await EndAsync(begun with { At = clock.GetUtcNow() }, stopping);
    }

    /// <summary>One range, then a rest as long as it took: searches of people come first.</summary>
    private async Task NextAsync(ReconcileIndex index, CancellationToken stopping)
    {
        var began = clock.GetTimestamp();
        using var patience = new CancellationTokenSource(limits.ReconcilePatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        try
        {
            await index.NextAsync(range => ReconcileLines.Range(logger, index.Report.Stream, range.First, range.Last, range.Missing, range.Twice), either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new TimeoutException($"the events from {index.Report.Next} on were not repaired within {limits.ReconcilePatience.TotalMinutes} minutes");
        }

        await Task.Delay(clock.GetElapsedTime(began), clock, stopping);
    }

    private async Task EndAsync(ReconcileReport report, CancellationToken stopping)
    {
        await TellAsync(report, stopping);
        work.Target.Reconciled.Write(report);
        metrics.Add(report);
        if (report.Found == 0)
        {
            ReconcileLines.Sound(logger, report.Stream, report.From, report.Next);
        }

        Forget();
        pause = FirstPause;
        notBefore = report.At + every;
        progress.State = progress.State with { Fault = null };
    }

    /// <summary>First where nobody can take it back. Made once: the log takes an event of one id once, however often the rest fails.</summary>
    private async Task TellAsync(ReconcileReport report, CancellationToken stopping)
    {
        if (report.Found == 0 || isTold)
        {
            return;
        }

        told ??= Event(report);
        await log.AppendAsync(told, stopping);
        isTold = true;
        ReconcileLines.Found(
            logger, report.Stream, report.From, report.Next, report.Missing, report.Surplus + report.Kept, report.Delivered, report.NewlyRefused,
            report.Surplus, report.Kept);
    }

    private void Forget() => (begun, told, isTold) = (null, null, false);

    /// <summary>What was repaired by the time the host stops is not looked for again by the next.</summary>
    private async Task TellAtTheEndAsync()
    {
        try
        {
            if (begun is { Found: > 0 } report)
            {
                await TellAsync(report, CancellationToken.None);
            }
        }
#pragma warning disable CA1031 // It was the last thing it did; the log lines of its ranges stay.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failed(failure);
        }
    }

    private AuditEvent Event(ReconcileReport report) => AuditKinds.Reconcile.Occurred(clock, report.NewlyRefused + report.Kept > 0 ? "not_repaired" : null)
        .With("resource.type", "audit-index").With("resource.id", report.Stream)
        .With("resource.from", report.FirstFound ?? report.From).With("resource.to", report.EndFound)
        .With("resource.count", report.Found)
        .With("resource.ids", [$"missing {report.Missing}", $"surplus {report.Surplus + report.Kept}", $"refused {report.NewlyRefused}", $"kept {report.Kept}"]);

    private void Failed(Exception failure)
    {
        var fault = progress.State.Fault;
        if (fault?.Reason != failure.Message)
        {
            ReconcileLines.NotDone(logger, failure.Message, failure);
        }

        var now = clock.GetUtcNow();
        notBefore = now + pause;
        pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        progress.State = new ReconcileState(notBefore, null, new ExportFault(failure.Message, fault?.Since ?? now));
    }
}
