namespace Backbone.Credit.Storage;

/// <summary>
/// What somebody was told of an organisation, when and what for. Added before the answer leaves, together with its event, and never changed: the
/// organisation reads it, and who was told something that is corrected or repaired later can be told so. The key begins with the entity.
/// </summary>
internal sealed class AnsweredQuery
{
    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>UUIDv7; the answer's header and the event have it too.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The program that asked: its client id.</summary>
    public required string Client { get; init; }

    /// <summary>The officer who looked at the desk; null for programs. The organisation reads that the office looked, not who.</summary>
    public Guid? Person { get; init; }

    /// <summary>"grade" or "report"; "desk" for a look of the office.</summary>
    public required string Kind { get; init; }

    /// <summary>A purpose of the pack.</summary>
    public required string Purpose { get; init; }

    /// <summary>The law it named.</summary>
    public required string Basis { get; init; }

    public required DateOnly ValidOn { get; init; }

    /// <summary>Microseconds since 1970: with pack, purpose and day it gives the same answer again.</summary>
    public required long Known { get; init; }

    public required string Pack { get; init; }

    public required int PackVersion { get; init; }

    public required int Points { get; init; }

    public required string Grade { get; init; }
}
