using System.Diagnostics.Metrics;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>Counts of the export (meter <c>Backbone.Audit.Export</c>).</summary>
internal sealed class ExportMetrics
{
    public const string Meter = "Backbone.Audit.Export";

    public ExportMetrics(IMeterFactory meters, ExportProgress progress, Integrating.PublishedLog published)
    {
        var meter = meters.Create(Meter);
        Events = meter.CreateCounter<long>("backbone.audit.export.events", "{event}", "Events that are in Elasticsearch.");
        Dead = meter.CreateCounter<long>("backbone.audit.export.dead_letters", "{event}", "Events that Elasticsearch will not take.");
        Requests = meter.CreateCounter<long>("backbone.audit.export.requests", "{request}", "Bulk requests that were answered.");
        meter.CreateObservableGauge(
            "backbone.audit.export.lag", () => Math.Max(0, published.State.Integrated - progress.Next), "{event}", "Events of the log that are not yet exported.");
    }

    public Counter<long> Events { get; }

    public Counter<long> Dead { get; }

    public Counter<long> Requests { get; }
}
