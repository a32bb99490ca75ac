namespace Backbone.Audit.Storage;

/// <summary>Sizes of a log; bounds are checked where they are configured (<see cref="AuditOptions"/>).</summary>
internal sealed record SegmentLogSettings
{
    public long SegmentBytes { get; init; } = 64L << 20;

    public int QueueLength { get; init; } = 16_384;

    public int DeduplicationWindow { get; init; } = 200_000;

    /// <summary>The most bytes of one write; a single event may always be larger.</summary>
    public int BatchBytes { get; init; } = 8 << 20;

    /// <summary>Verify every segment at start, not only those the window of ids needs.</summary>
    public bool VerifyAll { get; init; }
}
