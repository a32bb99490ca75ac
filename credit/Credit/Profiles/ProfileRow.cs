using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Profiles;

/// <summary>How large an enterprise is by the statistical division of enterprises (统计上大中小微型企业划分办法, 2017).</summary>
internal enum EntitySize : short
{
    /// <summary>Not said, or no enterprise.</summary>
    Unknown = 0,

    Large = 1,

    Medium = 2,

    Small = 3,

    Micro = 4,
}

/// <summary>
/// What the registry says of an organisation that its code does not: by it organisations are counted and compared in groups. It must never enter a
/// score: no pack can name it, and neither the fold of facts nor the kernel is given it.
/// </summary>
internal sealed class ProfileRow
{
    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>Letter of a section of GB/T 4754, A to T; empty where it is not said.</summary>
    public required string Section { get; init; }

    public EntitySize Size { get; init; }

    /// <summary>When it was established; null where it is not said.</summary>
    public DateOnly? Established { get; init; }

    /// <summary>The day of which the registry says so. What is of an earlier day never takes its place.</summary>
    public DateOnly AsOf { get; init; }

    /// <summary>When it came, in microseconds since 1970.</summary>
    public long Recorded { get; init; }

    /// <summary>The program that sent it: its client id.</summary>
    public required string Source { get; init; }
}

internal static class ProfileTables
{
    public static void MapProfiles(this ModelBuilder builder) => builder.Entity<ProfileRow>(profile =>
    {
        profile.ToTable("profiles");
        profile.HasKey(p => p.Entity);
        profile.Property(p => p.Entity).HasMaxLength(18);
        profile.Property(p => p.Section).HasMaxLength(1);
        profile.Property(p => p.Size).HasConversion<short>();
        profile.Property(p => p.Source).HasMaxLength(100);
    });
}
