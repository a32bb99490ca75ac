using System.Diagnostics.Metrics;
using Backbone.Audit.Elasticsearch.Exporting;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>What holding the index against the log found (meter <c>Backbone.Audit.Export</c>); counted when it has come to its end.</summary>
internal sealed class ReconcileMetrics
{
    private readonly Counter<long> missing;
    private readonly Counter<long> surplus;
    private readonly Counter<long> refused;

    public ReconcileMetrics(IMeterFactory meters, ReconcileProgress progress)
    {
        var meter = meters.Create(ExportMetrics.Meter);
        missing = meter.CreateCounter<long>("backbone.audit.reconcile.missing", "{event}", "Events that were not in Elasticsearch.");
        surplus = meter.CreateCounter<long>("backbone.audit.reconcile.surplus", "{document}", "Documents of an event that was there already.");
        refused = meter.CreateCounter<long>("backbone.audit.reconcile.refused", "{event}", "Missing events that Elasticsearch would not take again.");
        meter.CreateObservableGauge("backbone.audit.reconcile.last_run", () => LastRun(progress), "s", "When the index was last found, or made, as the log has it: seconds since 1970.");
    }

    public void Add(ReconcileReport report)
    {
        missing.Add(report.Missing);
        surplus.Add(report.Surplus + report.Kept);
        refused.Add(report.NewlyRefused);
    }

    private static IEnumerable<Measurement<long>> LastRun(ReconcileProgress progress) =>
        progress.Last is { } last ? [new Measurement<long>(last.At.ToUnixTimeSeconds())] : [];
}
