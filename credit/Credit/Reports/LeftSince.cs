using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Storage;

namespace Backbone.Credit.Reports;

/// <summary>
/// What others may be told of an earlier day or from an earlier knowledge. A fact that has left view and use since (Order 36 art. 3; Shandong ordinance
/// art. 38) is told by no detour through the past, and one that is under objection now is marked so wherever it shows. All else is as it was known then.
/// Whoever needs the reading as it was opens the sealed copy; the organisation reads its own.
/// </summary>
internal static class LeftSince
{
    /// <summary>The records to answer from. For a question of today from all knowledge they are the same.</summary>
    public static EntityRecords Seen(EntityRecords records, ScoreQuestion question, FactCatalogue catalogue, DateOnly today)
    {
        var known = Math.Min(question.Known ?? long.MaxValue, records.Known);
        if (question.ValidOn == today && known == records.Known)
        {
            return records;
        }

        var now = ReadFacts.AsOf(records.Records, today, records.Known).ToDictionary(fact => fact.Id);
        return records with
        {
            Records =
            [
                .. records.Records,
                .. ReadFacts.AsOf(records.Records, question.ValidOn, known).Select(then => Since(then, now[then.Id], question.ValidOn)).OfType<FactRecord>(),
            ],
        };

        FactRecord? Since(ReadFact then, ReadFact fact, DateOnly on) =>
            HasLeft(fact, today) && !HasLeft(then, on) ? Mark(then, RecordKind.Withdrawn, null)
            : (fact.Marks & FactMarks.Disputed) != 0 && (then.Marks & FactMarks.Disputed) == 0 ? Mark(then, RecordKind.Disputed, on)
            : null;

        // What speaks for the organisation harms nobody who is told of it later; without it an earlier grade would be worse than it was.
        bool HasLeft(ReadFact fact, DateOnly on) =>
            catalogue.Find(fact.Content.Type) is { } type && type.Type.Effect != FactEffect.Positive
            && ((fact.Marks & (FactMarks.Withdrawn | FactMarks.Repaired | FactMarks.Excluded)) != 0
                || (type.Type.Effect == FactEffect.Negative && catalogue.TimeOf(type, fact.Content.Dates, fact.Content.Class, on).Until <= on));
    }

    /// <summary>As if it had been recorded after all that the reading knows of the fact.</summary>
    private static FactRecord Mark(ReadFact then, RecordKind kind, DateOnly? effective) =>
        new(then.Id, kind, then.Id, then.Records[^1].Recorded, effective, null, "");
}
