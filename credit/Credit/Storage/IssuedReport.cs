namespace Backbone.Credit.Storage;

/// <summary>
/// A report that was given out as a PDF: what whoever holds the paper may compare. Written once, when its event is in the log and before the file
/// leaves. Found by its number alone, which is on the paper and cannot be guessed.
/// </summary>
internal sealed class IssuedReport
{
    /// <summary>UUIDv7 with 74 random bits.</summary>
    public required Guid Id { get; init; }

    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>As printed.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Purpose { get; init; }

    public required DateOnly ValidOn { get; init; }

    public required string Grade { get; init; }

    public required int Points { get; init; }

    public required string Pack { get; init; }

    public required int PackVersion { get; init; }

    /// <summary>SHA-256 of the whole file; 32 bytes.</summary>
    public required byte[] Digest { get; init; }
}
