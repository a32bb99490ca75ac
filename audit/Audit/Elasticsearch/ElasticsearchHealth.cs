using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Reconciling;
using Backbone.Audit.Integrating;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Elasticsearch;

/// <summary>
/// Degraded while the export stands still, events wait among the dead letters, or the index is known to be, or for long was not found to be, other
/// than the log; never worse, for the log needs no index.
/// </summary>
internal sealed class ElasticsearchHealth(
    ExportProgress progress, ExportTarget target, ReconcileProgress reconciling, PublishedLog published, TimeProvider clock) : IHealthCheck
{
    public const string Name = "audit-elasticsearch";

    /// <summary>A node that restarts is no fault.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    /// <summary>It is tried again every quarter of an hour.</summary>
    private static readonly TimeSpan ToleratedUnreconciled = TimeSpan.FromHours(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var dead = target.DeadLetters.Waiting.Count;
        if (progress.Fault is { } fault && clock.GetUtcNow() - fault.Since > Tolerated)
        {
            return Task.FromResult(HealthCheckResult.Degraded(
                $"{published.State.Integrated - progress.Next} events wait for Elasticsearch since {fault.Since:u}: {fault.Reason}"));
        }

        if (dead > 0)
        {
            return Task.FromResult(HealthCheckResult.Degraded(
                $"{dead} events were refused by Elasticsearch; see {target.DeadLetters.FullPath}, then 'host audit redeliver'"));
        }

        if (reconciling.Last is { Kept: > 0 } last)
        {
            return Task.FromResult(HealthCheckResult.Degraded(
                $"{last.Kept} documents in {last.Stream} are there more than once and may not be removed: privilege delete on {target.Alias}-*, then 'host audit reconcile'"));
        }

        return Task.FromResult(reconciling.State.Fault is { } undone && clock.GetUtcNow() - undone.Since > ToleratedUnreconciled
            ? HealthCheckResult.Degraded($"the index in Elasticsearch could not be held against the log since {undone.Since:u}: {undone.Reason}")
            : HealthCheckResult.Healthy());
    }
}
