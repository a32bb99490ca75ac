using Backbone.Platform.Storage;

namespace Backbone.Audit.State;

/// <summary>The newest checkpoint this log has signed, kept apart from its storage: a log that is behind it was rolled back.</summary>
internal sealed class CheckpointAnchor
{
    /// <summary>The log's origin line.</summary>
    public required string Origin { get; set; }

    /// <summary>The tree size; only ever grows.</summary>
    public long Size { get; set; }

    /// <summary>The root of that size; 32 bytes.</summary>
    public required byte[] Root { get; set; }

    /// <summary>The signed note, word for word.</summary>
    public required string Note { get; set; }

    public DateTimeOffset SignedAt { get; set; }
}

/// <summary>The newest checkpoint of another log that this host has cosigned as its witness.</summary>
internal sealed class WitnessedLog
{
    /// <summary>The other log's origin line.</summary>
    public required string Origin { get; set; }

    public long Size { get; set; }

    /// <summary>32 bytes.</summary>
    public required byte[] Root { get; set; }

    /// <summary>The checkpoint as it was cosigned.</summary>
    public required string Note { get; set; }

    public DateTimeOffset CosignedAt { get; set; }
}

/// <summary>The key of one subject's sealed values. Destroying it makes them unreadable for ever; the row stays as proof of when and by whom.</summary>
internal sealed class SubjectKey
{
    /// <summary>Stands in the sealed values: which key, not whose.</summary>
    public Guid Id { get; set; }

    /// <summary>Keyed hash of the subject's id, to find the key; 32 bytes; null once destroyed.</summary>
    public byte[]? SubjectIndex { get; set; }

    /// <summary>The key, wrapped by the module's master key; null once destroyed.</summary>
    public byte[]? Wrapped { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? DestroyedAt { get; set; }

    /// <summary>The event that says who destroyed it and why.</summary>
    public Guid? DestroyedBy { get; set; }
}

/// <summary>A search somebody wants again.</summary>
internal sealed class SavedSearch
{
    public Guid Id { get; set; }

    /// <summary>The subject of the member of staff who saved it.</summary>
    public required string Owner { get; set; }

    /// <summary>1 to 100 characters, unique for its owner.</summary>
    public required string Name { get; set; }

    /// <summary>The search page's query string: everything a view is.</summary>
    public required string Address { get; set; }

    /// <summary>All who may read the log see it; only its owner changes it.</summary>
    public bool Shared { get; set; }

    public DateTimeOffset SavedAt { get; set; }
}

/// <summary>A range of the log whose entries were deleted because their time was over.</summary>
internal sealed class RetentionStatement
{
    public Guid Id { get; set; }

    /// <summary>First leaf index deleted.</summary>
    public long FromIndex { get; set; }

    /// <summary>One past the last leaf index deleted.</summary>
    public long EndIndex { get; set; }

    /// <summary>The signed statement, word for word.</summary>
    public required string Note { get; set; }

    public DateTimeOffset SignedAt { get; set; }
}

/// <summary>An entry of "who looked at my data" that the person does not see, or not yet, and by which law.</summary>
internal sealed class HeldDisclosure
{
    public Guid Id { get; set; }

    /// <summary>The event held back.</summary>
    public Guid EventId { get; set; }

    /// <summary>Until when; null for as long as the basis holds.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The clause, 1 to 400 characters.</summary>
    public required string LegalBasis { get; set; }

    /// <summary>Who asked for it, and who agreed: never the same.</summary>
    public Guid RequestedBy { get; set; }

    public Guid? ApprovedBy { get; set; }

    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>When it was lifted before its time; null while it stands.</summary>
    public DateTimeOffset? LiftedAt { get; set; }
}

/// <summary>Of an administrator's change; sealed by <see cref="AuditOutboxSeal"/>.</summary>
internal sealed class OutboxEntry : WaitingEvent
{
    /// <summary>The log it is for, by its origin line: hosts with logs of their own may share the database.</summary>
    public required string Origin { get; init; }
}
