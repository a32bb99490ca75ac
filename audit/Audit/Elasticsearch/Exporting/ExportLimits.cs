using Backbone.Audit.Elasticsearch.Indexing;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>Bounds of the exporter, all in one place. Tests shorten the times.</summary>
internal sealed record ExportLimits
{
    /// <summary>Events of one bulk request at most.</summary>
    public int BatchEvents { get; init; } = 5_000;

    /// <summary>Bytes of one bulk request, unless one event has more; Elasticsearch refuses more than 100 MB.</summary>
    public int BatchBytes { get; init; } = 10 << 20;

    /// <summary>What a cluster that is short of memory can bring a request down to.</summary>
    public int LeastBatchBytes { get; init; } = 64 << 10;

    /// <summary>How long an event waits for others to go with.</summary>
    public TimeSpan BatchAge { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Bulk requests at once.</summary>
    public int InFlight { get; init; } = 2;

    /// <summary>Events that may be delivered beyond one that is not decided yet.</summary>
    public int MostAhead { get; init; } = 100_000;

    /// <summary>Before a failed request is tried again the first time; doubled each time, half of it by chance.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two writes of the cursor; a crash costs a look-up of what was delivered since.</summary>
    public TimeSpan CursorEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two looks at the size and age of the indices.</summary>
    public TimeSpan UpkeepEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// No roll-over of our own so soon after a request whose end nobody knows: a node may still be carrying it out, and in the next index
    /// it would find no id to be refused by.
    /// </summary>
    public TimeSpan QuietBeforeRollover { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A backing index is left at this many events.</summary>
    public long RolloverEvents { get; init; } = IndexLifecycle.MostEvents;

    /// <summary>How long the export must have kept up before the index is held against the log.</summary>
    public TimeSpan QuietBeforeReconcile { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Events the export may be behind and still count as keeping up.</summary>
    public int ReconcileLag { get; init; } = 20_000;

    /// <summary>Between two looks at whether the index is to be held against the log.</summary>
    public TimeSpan ReconcileGlance { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Within this a range is looked at and repaired, or given up for later.</summary>
    public TimeSpan ReconcilePatience { get; init; } = TimeSpan.FromMinutes(10);
}
