using Backbone.Audit.Elasticsearch.Exporting;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>What the host's job does at this moment.</summary>
/// <param name="Due">When it begins, or goes on; null while the export is behind.</param>
/// <param name="Running">How far it has come; null while it does not run.</param>
/// <param name="Fault">Why it does not get on, and since when.</param>
internal sealed record ReconcileState(DateTimeOffset? Due, ReconcileReport? Running, ExportFault? Fault);

/// <summary>For those who look at it: one writer, <see cref="ReconcileRegularly"/>, and any readers.</summary>
internal sealed class ReconcileProgress(ExportTarget target, IOptions<ElasticsearchOptions> options)
{
    private volatile ReconcileState state = new(null, null, null);

    public ReconcileState State
    {
        get => state;
        set => state = value;
    }

    /// <summary>Whether the host does it by itself.</summary>
    public bool IsOn => options.Value.ReconcileHours > 0;

    /// <summary>The last that came to its end, also before this start and by hand.</summary>
    public ReconcileReport? Last => target.Reconciled.Read();
}
