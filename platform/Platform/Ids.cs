namespace Backbone.Platform;

// Ids that cross modules, alphabetical and append-only. Ids private to one module live with their owner.
// Every id is a UUIDv7 made from the caller's clock, so that storage keeps them in order of creation and tests can fix them.

/// <summary>One audit event; the idempotency key of every append (RFC 9562 UUIDv7, text form "D", lower case).</summary>
public readonly record struct EventId(Guid Value)
{
    public static EventId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    public override string ToString() => Value.ToString("D");
}

/// <summary>One signed-in session of one person on one device.</summary>
public readonly record struct SessionId(Guid Value)
{
    public static SessionId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    public override string ToString() => Value.ToString("D");
}

/// <summary>
/// A person's internal id. It never leaves the system: relying parties see the pairwise subject of their sector
/// (OpenID Connect Core 8.1).
/// </summary>
public readonly record struct SubjectId(Guid Value)
{
    public static SubjectId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    public override string ToString() => Value.ToString("D");
}
