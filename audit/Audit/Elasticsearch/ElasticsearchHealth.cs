using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Integrating;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Elasticsearch;

/// <summary>Degraded while the export stands still or events wait among the dead letters; never worse, for the log needs no index.</summary>
internal sealed class ElasticsearchHealth(ExportProgress progress, ExportTarget target, PublishedLog published, TimeProvider clock) : IHealthCheck
{
    public const string Name = "audit-elasticsearch";

    /// <summary>A node that restarts is no fault.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var dead = target.DeadLetters.Waiting.Count;
        if (progress.Fault is { } fault && clock.GetUtcNow() - fault.Since > Tolerated)
        {
            return Task.FromResult(HealthCheckResult.Degraded(
                $"{published.State.Integrated - progress.Next} events wait for Elasticsearch since {fault.Since:u}: {fault.Reason}"));
        }

        return Task.FromResult(dead > 0
            ? HealthCheckResult.Degraded($"{dead} events were refused by Elasticsearch; see {target.DeadLetters.FullPath}, then 'host audit redeliver'")
            : HealthCheckResult.Healthy());
    }
}
