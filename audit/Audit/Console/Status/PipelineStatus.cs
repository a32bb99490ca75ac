using System.Collections.Immutable;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Notes;

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
    string? Failure)
{
    /// <summary>Events that wait for the index; null when it does not answer.</summary>
    public long? Behind => Now.Searchable is { } searchable ? Math.Max(0, Now.Logged - searchable) : null;

    public long Unpublished => Math.Max(0, Now.Logged - Now.Published);
}
