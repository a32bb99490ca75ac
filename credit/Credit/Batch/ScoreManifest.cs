using System.Collections.Immutable;

namespace Backbone.Credit.Batch;

/// <summary>What a set of scores was made of.</summary>
/// <param name="Pack">The pack's id, with its version and the digest of its file.</param>
/// <param name="ValidOn">The day the scores hold for.</param>
/// <param name="Known">The store's clock up to which records were known.</param>
/// <param name="Segments">The segments, oldest first, whose rows these are one after another.</param>
/// <param name="Digests">SHA-256 of each column's file.</param>
internal sealed record ScoreManifest(
    int Format, string Pack, int Version, string PackDigest, string Purpose, DateOnly ValidOn, long Known, ImmutableArray<ScoredSegment> Segments,
    ImmutableSortedDictionary<string, string> Digests)
{
    public const int CurrentFormat = 1;

    public long Rows => Segments.Sum(segment => (long)segment.Rows);
}

internal sealed record ScoredSegment(string Name, int Rows);
