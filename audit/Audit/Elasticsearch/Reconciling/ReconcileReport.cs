using System.Text.Json;
using System.Text.Json.Serialization;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>How far an index was held against the log, what was found, and repaired.</summary>
/// <param name="Stream">The data stream.</param>
/// <param name="From">The first event looked at.</param>
/// <param name="Next">The first that was not looked at yet.</param>
/// <param name="End">One past the last that is to be looked at.</param>
internal sealed record ReconcileReport(string Stream, long From, long Next, long End)
{
    /// <summary>When it ended; before, when it began.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Events that were not there.</summary>
    public long Missing { get; init; }

    /// <summary>Of the missing ones, those that were refused now, and are among the dead letters.</summary>
    public long NewlyRefused { get; init; }

    /// <summary>Events that were among the dead letters before: not there, and known not to be.</summary>
    public long Refused { get; init; }

    /// <summary>Documents of an event that was there already, which were removed.</summary>
    public long Surplus { get; init; }

    /// <summary>Documents of an event that was there already, which may not be removed.</summary>
    public long Kept { get; init; }

    /// <summary>The lowest event that was missing or there more than once; null when none was.</summary>
    public long? FirstFound { get; init; }

    /// <summary>One past the highest.</summary>
    public long EndFound { get; init; }

    public long Delivered => Missing - NewlyRefused;

    /// <summary>Documents too few or too many.</summary>
    public long Found => Missing + Surplus + Kept;

    public bool IsDone => Next >= End;
}

/// <summary>What was wrong with one range.</summary>
internal readonly record struct RangeFinding(long First, long Last, long Missing, long Twice);

/// <summary>
/// The report of the last time the index was held against the log to its end, by the host or by hand. Written by who holds the
/// <see cref="Exporting.IndexLease"/>, read by anybody. It says only what was: without it, nothing is known.
/// </summary>
internal sealed class ReconciledFile(string path)
{
    public string FullPath => path;

    /// <summary>Null when there is none, or none that can be read.</summary>
    public ReconcileReport? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ReconcileJson.Default.ReconcileReport);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Write(ReconcileReport report) => ReplacedFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(report, ReconcileJson.Default.ReconcileReport));
}

[JsonSerializable(typeof(ReconcileReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, IgnoreReadOnlyProperties = true)]
internal sealed partial class ReconcileJson : JsonSerializerContext;
