using System.Collections.Immutable;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Integrating;

namespace Backbone.Audit.Console.Status;

/// <summary>The whole pipeline as a page shows it.</summary>
/// <param name="Now">As it stands.</param>
/// <param name="Hour">The last hour, oldest first.</param>
/// <param name="IndexKind">"embedded" or "elasticsearch".</param>
/// <param name="CheckpointAt">When the newest checkpoint was signed; null before the first.</param>
/// <param name="Witnessed">Size of the newest checkpoint with enough cosignatures.</param>
/// <param name="Witnesses">What each witness last said.</param>
/// <param name="DeadLetters">Events an index refused; null when there is none that could.</param>
/// <param name="ExportFault">Why the export stands still, and since when.</param>
/// <param name="FreeBytes">On the log's disk.</param>
/// <param name="LogBytes">Of the log's segments.</param>
/// <param name="Failure">Why the log takes nothing, or publishes nothing, any more.</param>
/// <param name="Retention">What is deleted, and how far.</param>
/// <param name="Reconciling">How the index was held against the log; null where there is no cluster.</param>
public sealed record PipelineStatus(
    PipelineMoment Now,
    ImmutableArray<PipelineMoment> Hour,
    string IndexKind,
    DateTimeOffset? CheckpointAt,
    long Witnessed,
    IReadOnlyDictionary<string, string> Witnesses,
    int? DeadLetters,
    (string Reason, DateTimeOffset Since)? ExportFault,
    long FreeBytes,
    long LogBytes,
    string? Failure,
    RetentionStatus Retention,
    ReconcileStatus? Reconciling)
{
    /// <summary>Events that wait for the index; null when it does not answer.</summary>
    public long? Behind => Now.Searchable is { } searchable ? Math.Max(0, Now.Logged - searchable) : null;

    public long Unpublished => Math.Max(0, Now.Logged - Now.Published);
}

/// <summary>What is deleted when its time is over, and how far that has gone.</summary>
/// <param name="Rules">By class; none where nothing is ever deleted.</param>
/// <param name="Start">First event of the log.</param>
/// <param name="StaysUntil">Before when nothing more goes; null when nobody can say yet.</param>
/// <param name="Fault">Why the last deletion did not happen.</param>
public sealed record RetentionStatus(IReadOnlyList<RetentionPeriod> Rules, long Start, DateTimeOffset? StaysUntil, string? Fault);

/// <param name="Class">Of events.</param>
/// <param name="Days">Kept at least so long.</param>
/// <param name="Basis">The clause, in the operator's words.</param>
public sealed record RetentionPeriod(RetentionClass Class, int Days, string Basis);

/// <summary>How the cluster's index was last held against the log, and when it is again.</summary>
/// <param name="IsOn">Whether the host does it by itself.</param>
/// <param name="Due">When next; null while the export is behind.</param>
/// <param name="RunsAt">The event it has come to; null while it does not run.</param>
/// <param name="Fault">Why it does not get on, and since when.</param>
/// <param name="Last">What the last one found; null before the first.</param>
public sealed record ReconcileStatus(bool IsOn, DateTimeOffset? Due, long? RunsAt, (string Reason, DateTimeOffset Since)? Fault, ReconcileFinding? Last);

/// <param name="At">When it ended.</param>
/// <param name="From">The first event looked at.</param>
/// <param name="End">One past the last.</param>
/// <param name="Missing">Events that were not there.</param>
/// <param name="Surplus">Documents of an event that was there already.</param>
/// <param name="Refused">Of the missing ones, those that were refused again.</param>
/// <param name="Kept">Of the surplus ones, those that may not be removed.</param>
public sealed record ReconcileFinding(DateTimeOffset At, long From, long End, long Missing, long Surplus, long Refused, long Kept);
