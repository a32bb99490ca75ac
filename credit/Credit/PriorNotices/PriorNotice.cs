using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.PriorNotices;

internal enum NoticeState : short
{
    /// <summary>Its time runs: the grade is not published.</summary>
    Open = 0,

    /// <summary>Its time was over, or it was decided after the organisation's answer, and the grade was as bad still.</summary>
    Published = 1,

    /// <summary>Its time was over and the grade was not as bad any more.</summary>
    Ended = 2,

    /// <summary>Another took its place: for a worse grade, by another pack, or for facts it did not tell of.</summary>
    Replaced = 3,
}

/// <summary>What an organisation answered.</summary>
internal enum NoticeAnswer : short
{
    None = 0,

    /// <summary>It states its case.</summary>
    Statement = 1,

    /// <summary>It commits to repair.</summary>
    Repair = 2,

    /// <summary>It has nothing to say, and does not wait for the end.</summary>
    Nothing = 3,
}

/// <summary>The score that gave the grade which stays published: asked again for that day, from that knowledge, by that pack, it is the same.</summary>
internal sealed record GradeReading(DateOnly Day, long Known, string Digest)
{
    public override string ToString() => FormattableString.Invariant($"{Day:yyyy-MM-dd} {Known} {Digest}");

    public static GradeReading Parse(ReadOnlySpan<string> words) => new(
        DateOnly.ParseExact(words[0], "yyyy-MM-dd", CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture), words[2]);
}

/// <summary>
/// An organisation was told that a grade is about to be published, and why. Facts, rules and laws are not copied: the store reads as it was known then. The
/// key begins with the entity. State moves forward; what was done stands in <see cref="Cases.CaseStep"/> rows of its id.
/// </summary>
internal sealed class PriorNotice
{
    public const int LongestText = 2000;

    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>For which purpose the grade was found.</summary>
    public required string Purpose { get; init; }

    public NoticeState State { get; set; }

    /// <summary>The grade that was found.</summary>
    public required string Grade { get; init; }

    public int Points { get; init; }

    /// <summary>The grade that is published meanwhile; null for none.</summary>
    public string? Before { get; private set; }

    /// <summary>Id and version of the pack.</summary>
    public required string Pack { get; init; }

    /// <summary>SHA-256 of its file, lower-case hexadecimal.</summary>
    public required string PackDigest { get; init; }

    /// <summary>The day the grade was found for.</summary>
    public DateOnly Day { get; init; }

    /// <summary>From which knowledge: the store's clock.</summary>
    public long Known { get; init; }

    /// <summary>The readings of <see cref="Before"/>, a line each with the store's clock from which it was that one: a grade may get better meanwhile.</summary>
    public string Formers { get; private set; } = "";

    /// <summary>Ids of the facts it tells of, 32 hexadecimal digits each.</summary>
    public required string Facts { get; init; }

    public DateTimeOffset GivenAt { get; init; }

    /// <summary>The day of China on which it was given, itself not counted.</summary>
    public DateOnly RunsFrom { get; init; }

    /// <summary>The organisation's last day.</summary>
    public DateOnly DueOn { get; init; }

    /// <summary>First day on which the grade may be published: the day after, or the day on which it was decided.</summary>
    public DateOnly EndsOn { get; set; }

    /// <summary>When somebody who acts for the organisation first opened it.</summary>
    public DateTimeOffset? ReadAt { get; set; }

    public NoticeAnswer Answer { get; set; }

    /// <summary>At most <see cref="LongestText"/> characters, no resident identity number.</summary>
    public string? AnswerText { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>When the office said what it makes of the answer.</summary>
    public DateTimeOffset? RepliedAt { get; set; }

    /// <summary>When who is in charge was reminded of a reply that is owed.</summary>
    public DateTimeOffset? RemindedAt { get; set; }

    /// <summary>When those above were told that it is overdue.</summary>
    public DateTimeOffset? EscalatedAt { get; set; }

    /// <summary>The officer who is to reply, as a supervisor said; null: any.</summary>
    public Guid? AssignedTo { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>The store's clock when it was closed: answers from less knowledge are still held by it.</summary>
    public long? ClosedKnown { get; set; }

    /// <summary>What was found when it was last looked into, and how far the store knew then: what is as it was is not looked into again.</summary>
    public string SeenGrade { get; set; } = "";

    public int SeenPoints { get; set; }

    public long SeenKnown { get; set; }

    /// <summary>Goes up with every step.</summary>
    public int Version { get; set; }

    public bool IsOpen => State == NoticeState.Open;

    /// <summary>Whether its time was over: the facts it told of need no other notice.</summary>
    public bool WasGiven => State is NoticeState.Published or NoticeState.Ended;

    /// <summary>The reading of the grade that was published when the store knew so much; null for none.</summary>
    public GradeReading? FormerAt(long known)
    {
        var since = Formers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .LastOrDefault(words => long.Parse(words[0], CultureInfo.InvariantCulture) <= known);
        return since is null ? null : GradeReading.Parse(since.AsSpan(1));
    }

    /// <summary>From then on another grade stays published.</summary>
    public void Keep(string before, GradeReading former, long since) =>
        (Before, Formers) = (before, FormattableString.Invariant($"{Formers}{since} {former}\n"));

    /// <summary>As scores name facts. Made anew at each reading.</summary>
    public ImmutableHashSet<string> FactIds => [.. Facts.Chunk(32).Select(id => Guid.ParseExact(id, "N").ToString("D"))];

    public static string Join(IEnumerable<string> facts) => string.Concat(facts.Select(id => Guid.ParseExact(id, "D").ToString("N")));
}

internal static class NoticeTables
{
    public static void MapPriorNotices(this ModelBuilder builder) => builder.Entity<PriorNotice>(notice =>
    {
        notice.ToTable("prior_notices");
        notice.HasKey(n => new { n.Entity, n.Id });

        // One at a time, so that of two who find the grade at once one tells of it.
        notice.HasIndex(n => new { n.Entity, n.Purpose }).IsUnique().HasFilter($"\"State\" = {(short)NoticeState.Open}").HasDatabaseName("IX_prior_notices_OneOpen");
        notice.HasIndex(n => new { n.State, n.EndsOn });
        notice.Property(n => n.Entity).HasMaxLength(18);
        notice.Property(n => n.Purpose).HasMaxLength(64);
        notice.Property(n => n.State).HasConversion<short>();
        notice.Property(n => n.Grade).HasMaxLength(20);
        notice.Property(n => n.Before).HasMaxLength(20);
        notice.Property(n => n.Pack).HasMaxLength(100);
        notice.Property(n => n.PackDigest).HasMaxLength(64);
        notice.Property(n => n.Answer).HasConversion<short>();
        notice.Property(n => n.AnswerText).HasMaxLength(PriorNotice.LongestText);
        notice.Property(n => n.SeenGrade).HasMaxLength(20);
        notice.Property(n => n.Version).IsConcurrencyToken();
        notice.Property(n => n.RemindedAt).IsConcurrencyToken();
        notice.Property(n => n.EscalatedAt).IsConcurrencyToken();
        notice.Ignore(n => n.IsOpen);
        notice.Ignore(n => n.WasGiven);
        notice.Ignore(n => n.FactIds);
    });
}
