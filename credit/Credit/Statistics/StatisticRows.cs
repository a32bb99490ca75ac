using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Statistics;

/// <summary>What a count is of.</summary>
internal enum StatisticKind : short
{
    /// <summary>That the shard was counted, and how many organisations it has.</summary>
    Counted = 0,

    /// <summary>Organisations by province (the first two digits of the region in the code) and grade.</summary>
    Region = 1,

    /// <summary>Organisations by registering department and class (the first two characters of the code) and grade.</summary>
    Kind = 2,

    /// <summary>Organisations by the grade they had when the pack in force took the place of the former, and by today's.</summary>
    Migration = 3,

    /// <summary>Grades that became others in the last <see cref="CountShard.Lately"/> days, before and after.</summary>
    Change = 4,

    /// <summary>Objections and repairs by state, all that were ever filed.</summary>
    Case = 5,

    /// <summary>Those that ended as asked, by what was done.</summary>
    Remedy = 6,

    /// <summary>Facts stated in the last <see cref="CountShard.Lately"/> days, by type and class: what grades rest on.</summary>
    Fact = 7,

    /// <summary>Of the back-test's day: organisations by an authority that reported of them, and grade.</summary>
    Authority = 8,

    /// <summary>Organisations by section of industry and grade; whom the registry told nothing of have the empty group.</summary>
    Section = 9,

    /// <summary>Organisations by size and grade.</summary>
    Size = 10,

    /// <summary>Organisations by age on the day and grade.</summary>
    Age = 11,
}

/// <summary>
/// One count of a day and a shard. Derived: from grades, history, cases and facts it is counted again. Small counts stand here as they are; what is shown
/// goes through <see cref="PublishTables"/>. One who steals it learns how many, and of a small count perhaps who.
/// </summary>
internal sealed class StatisticCell
{
    /// <summary>Of China.</summary>
    public DateOnly Day { get; init; }

    /// <summary><see cref="Grading.Shard.Name"/>.</summary>
    public required string Shard { get; init; }

    public StatisticKind Kind { get; init; }

    /// <summary>At most 200 characters: a name of an authority is the longest.</summary>
    public required string Group { get; init; }

    public required string Value { get; init; }

    public long Count { get; init; }
}

/// <summary>From which day on a pack made the grades. A pack that comes back is another release.</summary>
internal sealed class PackRelease
{
    public DateOnly Since { get; init; }

    /// <summary>SHA-256 of the pack's file, lower-case hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>Id and version.</summary>
    public required string Pack { get; init; }
}

/// <summary>What a back-test of a release found: scores of a day as they were known then, and what became of the organisations in the twelve months after.</summary>
internal sealed class ReleaseBackTest
{
    public required string Digest { get; init; }

    /// <summary>The day scored for.</summary>
    public DateOnly Day { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>Of how many parts of all organisations one was taken; 1 for all.</summary>
    public int OneOf { get; init; }

    public long Entities { get; init; }

    public long Outcomes { get; init; }

    /// <summary>Null, and so are its bounds and the others', where there were too few outcomes.</summary>
    public double? Area { get; init; }

    public double? AreaLow { get; init; }

    public double? AreaHigh { get; init; }

    public double? Distance { get; init; }

    public double? DistanceLow { get; init; }

    public double? DistanceHigh { get; init; }

    public double? Capture { get; init; }

    public double? CaptureLow { get; init; }

    public double? CaptureHigh { get; init; }
}

internal static class StatisticTables
{
    public static void MapStatistics(this ModelBuilder builder)
    {
        builder.Entity<StatisticCell>(cell =>
        {
            cell.ToTable("statistics");
            cell.HasKey(c => new { c.Day, c.Shard, c.Kind, c.Group, c.Value });
            cell.Property(c => c.Shard).HasMaxLength(8);
            cell.Property(c => c.Kind).HasConversion<short>();
            cell.Property(c => c.Group).HasMaxLength(200);
            cell.Property(c => c.Value).HasMaxLength(40);
        });
        builder.Entity<PackRelease>(release =>
        {
            release.ToTable("pack_releases");
            release.HasKey(r => new { r.Since, r.Digest });
            release.Property(r => r.Digest).HasMaxLength(64);
            release.Property(r => r.Pack).HasMaxLength(100);
        });
        builder.Entity<ReleaseBackTest>(test =>
        {
            test.ToTable("release_back_tests");
            test.HasKey(t => new { t.Digest, t.Day });
            test.Property(t => t.Digest).HasMaxLength(64);
        });
    }
}
