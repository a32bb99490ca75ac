using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Batch;

/// <summary>
/// An entity's records as the facts that the kernel scores: read as of a day and a state of knowledge, with the marks of that day and the time of
/// use by that day's law. For the batch and for one entity alike.
/// </summary>
internal sealed class FoldEntity(FactCatalogue catalogue, DateOnly validOn)
{
    /// <param name="records">All records of one entity.</param>
    /// <param name="known">Up to which record; <see cref="ReadFacts.Now"/> for as corrected now.</param>
    /// <param name="into">The facts are added to it.</param>
    /// <returns>The first later day on which a mark begins or ends; <see cref="Day.Open"/> for none.</returns>
    public Day Fold(IReadOnlyList<FactRecord> records, long known, FactTable into)
    {
        foreach (var fact in ReadFacts.AsOf(records, validOn, known))
        {
            into.Add(FactOf(fact));
        }

        var next = Day.Open;
        foreach (var record in records)
        {
            if (record.Effective is { } effective && effective > validOn && record.Recorded <= known && Day.Nearest(effective) < next)
            {
                next = Day.Nearest(effective);
            }
        }

        return next;
    }

    /// <summary>The same facts with the ids of the records that stated them, as an explanation names them.</summary>
    public IEnumerable<NamedFact> Named(IEnumerable<FactRecord> records, long known) =>
        ReadFacts.AsOf(records, validOn, known).Select(fact => new NamedFact(fact.Id.ToString("D"), FactOf(fact)));

    /// <summary>The end of its lawful time, or the day of a repair that is known and still to come: from there on it is not used, and a curve ahead shows it.</summary>
    private Day EndOf(ReadFact fact, LawfulTime time)
    {
        var end = time.Until;
        if (fact.RepairedFrom is { } repaired && repaired > validOn && (end is null || repaired < end))
        {
            end = repaired;
        }

        return end is { } until && until <= Day.Last ? Day.Nearest(until) : Day.Open;
    }

    private ScoredFact FactOf(ReadFact fact)
    {
        var content = fact.Content;
        var type = catalogue.Find(content.Type) ?? throw new InvalidDataException($"fact {fact.Id} has type {content.Type}, which is not in the catalogue");
        var time = catalogue.TimeOf(type, content.Dates, content.Class, validOn);
        return new(
            content.Type,
            content.Class,
            fact.Marks,
            Day.Nearest(content.Dates.Decided),
            Day.Nearest(time.From),
            EndOf(fact, time),
            content.Quantity);
    }
}
