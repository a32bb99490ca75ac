using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Storage;

/// <summary>
/// One record about an organisation. Rows are added and never changed or deleted; the key begins with the entity, so that a database of many
/// shards keeps an entity's rows in one.
/// </summary>
internal sealed class FactRow
{
    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>UUIDv7 of the host that took it.</summary>
    public required Guid Id { get; init; }

    public RecordKind Kind { get; init; }

    /// <summary>The record that first stated the fact this one is about.</summary>
    public Guid? About { get; init; }

    /// <summary>When the store knew it: <see cref="KnowledgeClock"/>.</summary>
    public long Recorded { get; init; }

    /// <summary>Number of the type; 0 in records without a content.</summary>
    public short Type { get; init; }

    public SeverityClass Class { get; init; }

    public ExclusionReason Exclusion { get; init; }

    public long Quantity { get; init; }

    /// <summary>Date of the document; of disputes and repairs, the day from which.</summary>
    public DateOnly Decided { get; init; }

    public DateOnly? BehaviourEnd { get; init; }

    public DateOnly? ValidFrom { get; init; }

    public DateOnly? ValidTo { get; init; }

    public required string Document { get; init; }

    public required string Authority { get; init; }

    public required string Basis { get; init; }

    public required string Reason { get; init; }

    /// <summary>The program that sent it: its client id.</summary>
    public required string Source { get; init; }

    /// <summary>The sender's own key, by which a second sending is recognised.</summary>
    public required string SourceKey { get; init; }

    /// <summary>SHA-256 over the canonical bytes of what was sent; 32 bytes.</summary>
    public required byte[] Hash { get; init; }
}

/// <summary>
/// The store's clock of knowledge: one row, moved forward by each batch before it writes and held until it has committed. So batches are numbered
/// in the order in which they commit, and whoever reads up to its value reads the same for ever.
/// </summary>
internal sealed class KnowledgeClock
{
    public const int OnlyId = 1;

    public int Id { get; init; }

    /// <summary>Microseconds since 1970.</summary>
    public long Last { get; set; }
}
