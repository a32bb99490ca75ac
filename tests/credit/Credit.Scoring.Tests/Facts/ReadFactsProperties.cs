using System.Collections.Immutable;
using System.Text;
using Backbone.Credit.Scoring.Facts;
using FsCheck.Xunit;

namespace Backbone.Credit.Scoring.Tests.Facts;

public sealed class ReadFactsProperties
{
    private static readonly DateOnly Today = new(2026, 11, 28);

    [Property(MaxTest = 10_000)]
    public void An_as_of_reading_never_sees_later_knowledge(int seed)
    {
        var random = new Random(seed);
        var records = Records(random);
        var known = random.Next(0, 60);
        var later = records.Where(record => record.Recorded > known).ToArray();

        var read = ReadFacts.AsOf(records, Today, known);

        Assert.Equal(Show(ReadFacts.AsOf(records.Except(later), Today, ReadFacts.Now)), Show(read));
        Assert.DoesNotContain(read.SelectMany(fact => fact.Records), record => record.Recorded > known);
    }

    [Property(MaxTest = 10_000)]
    public void The_order_in_which_records_come_has_no_meaning(int seed)
    {
        var random = new Random(seed);
        var records = Records(random).ToArray();
        var read = Show(ReadFacts.AsOf(records, Today, ReadFacts.Now));

        random.Shuffle(records);

        Assert.Equal(read, Show(ReadFacts.AsOf(records, Today, ReadFacts.Now)));
    }

    [Fact]
    public void A_correction_a_withdrawal_a_dispute_and_a_repair_are_each_seen_from_when_they_are_known_and_for_the_days_they_are_for()
    {
        var id = Id(1);
        var content = Content(100);
        ImmutableArray<FactRecord> records =
        [
            new(id, RecordKind.Stated, null, 10, null, content, ""),
            new(Id(2), RecordKind.Corrected, id, 20, null, content with { Quantity = 50 }, "a slip"),
            new(Id(3), RecordKind.Disputed, id, 30, new(2026, 11, 1), null, "not ours"),
            new(Id(4), RecordKind.DisputeEnded, id, 40, new(2026, 11, 20), null, "it is"),
            new(Id(5), RecordKind.Repaired, id, 50, new(2026, 12, 1), null, "performed"),
            new(Id(6), RecordKind.Withdrawn, id, 60, null, null, "basis revoked"),
        ];

        Assert.Empty(ReadFacts.AsOf(records, Today, 9));
        Assert.Equal(100, ReadFacts.AsOf(records, Today, 19).Single().Content.Quantity);
        Assert.Equal(50, ReadFacts.AsOf(records, Today, 20).Single().Content.Quantity);
        Assert.Equal(FactMarks.Disputed, ReadFacts.AsOf(records, Today, 30).Single().Marks);
        Assert.Equal(FactMarks.None, ReadFacts.AsOf(records, new(2026, 10, 31), 30).Single().Marks);
        Assert.Equal(FactMarks.None, ReadFacts.AsOf(records, Today, 40).Single().Marks);
        Assert.Equal(FactMarks.None, ReadFacts.AsOf(records, Today, 50).Single().Marks);
        Assert.Equal(FactMarks.Repaired, ReadFacts.AsOf(records, new(2026, 12, 1), 50).Single().Marks);
        Assert.Equal(FactMarks.Withdrawn, ReadFacts.AsOf(records, new(2026, 1, 1), ReadFacts.Now).Single().Marks);
    }

    private static ImmutableArray<FactRecord> Records(Random random)
    {
        var records = ImmutableArray.CreateBuilder<FactRecord>();
        for (var i = 0; i < random.Next(1, 20); i++)
        {
            var stated = records.Where(record => record.Kind == RecordKind.Stated).ToArray();
            var kind = stated.Length == 0 ? RecordKind.Stated : (RecordKind)random.Next(0, 6);
            records.Add(new(
                Id(random.Next(1, int.MaxValue)),
                kind,
                kind == RecordKind.Stated ? null : stated[random.Next(stated.Length)].Id,
                random.Next(0, 60),
                kind >= RecordKind.Disputed ? Today.AddDays(random.Next(-30, 30)) : null,
                kind <= RecordKind.Corrected ? Content(random.Next(1000)) : null,
                ""));
        }

        return records.ToImmutable();
    }

    private static FactContent Content(long quantity) =>
        new(1, SeverityClass.General, ExclusionReason.None, new(new(2026, 5, 1), null, null, null), quantity, "document", "authority", "basis");

    private static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

    private static string Show(ImmutableArray<ReadFact> facts)
    {
        var text = new StringBuilder();
        foreach (var fact in facts)
        {
            text.Append(fact.Id).Append(fact.Content).Append(fact.Marks).Append(fact.RepairedFrom).AppendJoin(',', fact.Records.Select(record => record.Id)).Append('\n');
        }

        return text.ToString();
    }
}
