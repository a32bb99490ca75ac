namespace Backbone.Identity.Storage;

/// <summary>
/// One person's standing for one organisation: what they may do in its name, and when. Never changed but to end it: who is to have other powers
/// gets another mandate. It is in force between its times, while it has not ended and the one it rests on is in force too.
/// </summary>
internal sealed class Mandate
{
    public required Guid Id { get; init; }

    public required string OrganisationCode { get; init; }

    public required Guid AccountId { get; init; }

    public required MandateKind Kind { get; init; }

    /// <summary>The mandate of the administrator who gave it; null when the legal representative did, or the registry.</summary>
    public Guid? RestsOn { get; init; }

    /// <summary>Who gave it; null for the legal representative, whom the registry names.</summary>
    public Guid? GivenBy { get; init; }

    /// <summary>"app/power", separated by spaces; empty for the legal representative, who may everything.</summary>
    public required string Powers { get; init; }

    public required DateTimeOffset From { get; init; }

    /// <summary>In force until then; null, without an end, for the legal representative alone.</summary>
    public DateTimeOffset? Until { get; init; }

    public required DateTimeOffset GivenAt { get; init; }

    /// <summary>Set once, when it was withdrawn, laid down, or lost what it rested on.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who ended it.</summary>
    public Guid? EndedBy { get; set; }
}

internal enum MandateKind
{
    Representative,

    /// <summary>Gives agents a part of the own powers.</summary>
    Administrator,

    /// <summary>Acts, and gives nothing on.</summary>
    Agent,
}
