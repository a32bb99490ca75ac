using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;

namespace Backbone.Credit.Tests.Reports;

/// <summary>What has left view and use is found by no question about the past either.</summary>
public sealed class LeftSinceTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly DateOnly Before = new(2026, 10, 1);
    private static readonly Guid Id = Guid.CreateVersion7();

    public static TheoryData<string, DateOnly, long?> Earlier => new()
    {
        { "an earlier day", Before, null },
        { "an earlier knowledge", Today, 10 },
        { "both", Before, 10 },
    };

    [Theory]
    [MemberData(nameof(Earlier))]
    public void What_was_repaired_since_is_in_no_earlier_reading(string asked, DateOnly on, long? known)
    {
        var fact = Assert.Single(Seen(new("", on, known), Stated(), About(RecordKind.Repaired, new(2026, 11, 10))));
        Assert.True((fact.Marks & (FactMarks.Repaired | FactMarks.Withdrawn)) != 0, asked);
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public void What_was_withdrawn_since_is_in_no_earlier_reading(string asked, DateOnly on, long? known) =>
        Assert.True((Assert.Single(Seen(new("", on, known), Stated(), About(RecordKind.Withdrawn, null))).Marks & FactMarks.Withdrawn) != 0, asked);

    [Theory]
    [MemberData(nameof(Earlier))]
    public void What_a_correction_has_excluded_since_is_in_no_earlier_reading(string asked, DateOnly on, long? known)
    {
        var excluded = About(RecordKind.Corrected, null) with { Content = Content("penalty") with { Exclusion = ExclusionReason.MinorHarmRemoved } };

        Assert.True((Assert.Single(Seen(new("", on, known), Stated(), excluded)).Marks & (FactMarks.Excluded | FactMarks.Withdrawn)) != 0, asked);
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public void What_is_under_objection_now_is_marked_so_in_every_reading(string asked, DateOnly on, long? known) =>
        Assert.True((Assert.Single(Seen(new("", on, known), Stated(), About(RecordKind.Disputed, new(2026, 11, 10)))).Marks & FactMarks.Disputed) != 0, asked);

    [Fact]
    public void A_penalty_whose_time_is_over_by_now_is_not_told_of_a_day_when_it_was_not()
    {
        var over = Content("penalty") with { Dates = new(new(2026, 1, 5), null, null, new(2026, 11, 1)) };

        Assert.Equal(FactMarks.Withdrawn, Assert.Single(Seen(new("", Before, null), Stated() with { Content = over })).Marks);
    }

    [Fact]
    public void An_honour_whose_time_is_over_by_now_counts_for_the_days_when_it_was_not()
    {
        var over = Content("honour") with { Class = SeverityClass.None, Dates = new(new(2026, 1, 5), null, null, new(2026, 11, 1)) };

        Assert.Equal(FactMarks.None, Assert.Single(Seen(new("", Before, null), Stated() with { Content = over })).Marks);
    }

    [Fact]
    public void All_else_is_as_it_was_known_then()
    {
        var corrected = About(RecordKind.Corrected, null) with { Content = Content("penalty") with { Quantity = 5 } };
        FactRecord ended = About(RecordKind.DisputeEnded, new(2026, 10, 8)) with { Recorded = 12 };

        var fact = Assert.Single(Seen(new("", Before, 10), Stated(), corrected));
        Assert.Equal((100, FactMarks.None), (fact.Content.Quantity, fact.Marks));

        // Objected to and answered since: what it was then it stays.
        Assert.Equal(FactMarks.None, Assert.Single(Seen(new("", Before, 10), Stated(), About(RecordKind.Disputed, new(2026, 10, 2)), ended)).Marks);

        // What was stated later is not in it.
        Assert.Empty(Seen(new("", Before, 0), Stated(), About(RecordKind.Withdrawn, null)));
    }

    [Fact]
    public void A_question_of_today_is_answered_from_the_records_as_they_are()
    {
        EntityRecords records = new(MadeUpSegments.Entity(1), [Stated(), About(RecordKind.Repaired, new(2026, 11, 10))], 20);

        Assert.Same(records, LeftSince.Seen(records, new("", Today, null), MadeUpSegments.Catalogue, Today));
        Assert.Same(records, LeftSince.Seen(records, new("", Today, 20), MadeUpSegments.Catalogue, Today));
    }

    private static IReadOnlyList<ReadFact> Seen(ScoreQuestion question, params FactRecord[] records)
    {
        EntityRecords all = new(MadeUpSegments.Entity(1), [.. records], 20);
        return ReadFacts.AsOf(LeftSince.Seen(all, question, MadeUpSegments.Catalogue, Today).Records, question.ValidOn, question.Known ?? all.Known);
    }

    private static FactRecord Stated() => new(Id, RecordKind.Stated, null, 5, null, Content("penalty"), "");

    private static FactRecord About(RecordKind kind, DateOnly? effective) => new(Guid.CreateVersion7(), kind, Id, 11, effective, null, "");

    private static FactContent Content(string type) => new(
        MadeUpSegments.Catalogue.Find(type)!.Type.Number, SeverityClass.General, ExclusionReason.None, new(new(2026, 9, 1), null, null, null), 100, "document", "authority", "basis");
}
