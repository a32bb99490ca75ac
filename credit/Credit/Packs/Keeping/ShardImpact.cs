namespace Backbone.Credit.Packs.Keeping;

/// <summary>
/// What a pack that was handed in would do to the grades of one shard, in place of the one in force. Made by the host that keeps the shard's segments, and
/// made anew when another pack came in force or another day began.
/// </summary>
internal sealed class ShardImpact
{
    /// <summary>A <see cref="KeptPack.Id"/>.</summary>
    public required Guid Pack { get; init; }

    /// <summary>As <see cref="Grading.Shard.Name"/>.</summary>
    public required string Shard { get; init; }

    /// <summary>SHA-256 of the pack it was compared with, lower-case hexadecimal.</summary>
    public required string Against { get; set; }

    public required DateOnly Day { get; set; }

    public required DateTimeOffset At { get; set; }

    /// <summary>JSON of <see cref="Comparing.PackImpact"/>; empty with <see cref="Fault"/>.</summary>
    public required byte[] Result { get; set; }

    /// <summary>Why it could not be computed; null where it was.</summary>
    public string? Fault { get; set; }
}
