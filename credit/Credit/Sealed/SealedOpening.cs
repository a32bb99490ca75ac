using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Sealed;

internal enum OpeningState : short
{
    Asked = 0,

    /// <summary>Agreed to; it closes by itself.</summary>
    Opened = 1,

    Refused = 2,
}

/// <summary>
/// One opening of what left view and use of an organisation's record: repaired, withdrawn or beyond its time. One officer asks, another agrees, and for
/// a day the two read it. Never changed back and never deleted: the organisation reads of it for as long as its record is there.
/// </summary>
internal sealed class SealedOpening
{
    public const int LongestBasis = 200;
    public const int LongestReason = 1_000;

    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>UUIDv7; the events have it too.</summary>
    public required Guid Id { get; init; }

    /// <summary>The law that lets it be opened.</summary>
    public required string Basis { get; init; }

    /// <summary>The proceeding and what it is needed for.</summary>
    public required string Reason { get; init; }

    public OpeningState State { get; set; }

    public required Guid AskedBy { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Why it was refused; empty otherwise.</summary>
    public string Answer { get; set; } = "";

    /// <summary>When it closes; null unless opened.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>Of two who decide at once one is first.</summary>
    public int Version { get; set; }

    public bool IsOpenAt(DateTimeOffset now) => State == OpeningState.Opened && now < Until;

    /// <summary>The two who asked and agreed read it, and nobody else.</summary>
    public bool MayRead(Guid person, DateTimeOffset now) => IsOpenAt(now) && (person == AskedBy || person == DecidedBy);
}

internal static class SealedTables
{
    public static void MapSealed(this ModelBuilder builder) => builder.Entity<SealedOpening>(opening =>
    {
        opening.ToTable("sealed_openings");
        opening.HasKey(o => new { o.Entity, o.Id });
        opening.HasIndex(o => o.AskedAt);
        opening.Property(o => o.Entity).HasMaxLength(18);
        opening.Property(o => o.Basis).HasMaxLength(SealedOpening.LongestBasis);
        opening.Property(o => o.Reason).HasMaxLength(SealedOpening.LongestReason);
        opening.Property(o => o.Answer).HasMaxLength(SealedOpening.LongestReason);
        opening.Property(o => o.State).HasConversion<short>();
        opening.Property(o => o.Version).IsConcurrencyToken();
    });
}
