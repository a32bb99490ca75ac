namespace Backbone.Credit.Packs.Keeping;

internal enum PackState : short
{
    /// <summary>Handed in, found sound, approved by nobody.</summary>
    Submitted = 0,

    /// <summary>One person who did not hand it in approved it.</summary>
    ApprovedOnce = 1,

    /// <summary>A second person did; it is signed, and its day has not come.</summary>
    Approved = 2,

    /// <summary>With reasons. Its version is used up.</summary>
    Refused = 3,

    InForce = 4,

    /// <summary>Another took its place.</summary>
    Superseded = 5,
}

/// <summary>
/// A policy pack as it was handed in. Its bytes never change: another content is another version, and another row. Which one is in force on a day follows
/// from the signed ones and their days alone; <see cref="PackState.InForce"/> and <see cref="PackState.Superseded"/> record that it was noted.
/// </summary>
internal sealed class KeptPack
{
    public const int LongestReason = 1000;

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The pack's own id: <c>cn-national</c>.</summary>
    public required string Pack { get; init; }

    /// <summary>With <see cref="Pack"/> it names exactly one content.</summary>
    public required int Version { get; init; }

    /// <summary>The file, at most 64 KiB.</summary>
    public required byte[] Content { get; init; }

    /// <summary>SHA-256 of <see cref="Content"/>, lower-case hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>The day from which whoever handed it in wants it in force.</summary>
    public required DateOnly WantedFrom { get; init; }

    public required Guid SubmittedBy { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public PackState State { get; set; }

    public Guid? FirstBy { get; set; }

    public Guid? SecondBy { get; set; }

    /// <summary>To the second.</summary>
    public DateTimeOffset? SignedAt { get; set; }

    /// <summary>The first day on which it is in force; signed. Never before the day of the second approval.</summary>
    public DateOnly? InForceFrom { get; set; }

    /// <summary>A signed note (C2SP signed-note): <see cref="PackStatement"/>.</summary>
    public byte[]? Signature { get; set; }

    /// <summary>Goes up with every step: of two at once the second is told that there was another.</summary>
    public int Step { get; set; }
}

/// <summary>One thing that was done with a pack. Added, never changed.</summary>
internal sealed class PackStep
{
    /// <summary>UUIDv7: their order.</summary>
    public required Guid Id { get; init; }

    /// <summary>A <see cref="KeptPack.Id"/>.</summary>
    public required Guid Pack { get; init; }

    /// <summary>An action of <see cref="Events.PackKinds"/>.</summary>
    public required string Act { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null for the program itself.</summary>
    public Guid? By { get; init; }

    /// <summary>What was said with it; empty where nothing was.</summary>
    public string Reason { get; init; } = "";
}
