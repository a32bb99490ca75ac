using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Tests.Batch;

public sealed class FoldEntityTests
{
    private static readonly FactCatalogue Catalogue = LoadCatalogue.File(LoadCatalogue.BuiltInFile);

    [Theory]
    [InlineData("2026-11-28", FactMarks.None, "2026-12-10")]
    [InlineData("2026-12-09", FactMarks.None, "2026-12-10")]
    [InlineData("2026-12-10", FactMarks.Repaired, "2027-05-21")]
    public void A_repair_that_is_still_to_come_ends_the_use_of_its_fact_on_its_day(string on, FactMarks marks, string until)
    {
        var id = Guid.CreateVersion7();
        FactRecord[] records =
        [
            new(id, RecordKind.Stated, null, 1, null, new(Catalogue.Find("penalty")!.Type.Number, SeverityClass.General, ExclusionReason.None, new(new(2026, 5, 20), null, null, null), 0, "d", "a", "b"), ""),
            new(Guid.CreateVersion7(), RecordKind.Repaired, id, 2, new(2026, 12, 10), null, "performed"),
        ];

        var fact = new FoldEntity(Catalogue, DateOnly.ParseExact(on, "O", null)).Named(records, ReadFacts.Now).Single().Fact;

        Assert.Equal((marks, DateOnly.ParseExact(until, "O", null)), (fact.Flags, fact.Until.Date));
    }
}
