using System.Collections.Immutable;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>A record that ends the use of a fact.</summary>
/// <param name="Fact">The record that first stated it.</param>
internal sealed record EndedFact(string Entity, Guid Id, Guid Fact, RecordKind Kind, long Recorded, DateOnly Decided);

/// <summary>A program that was told the fact a record ends, or a grade in which it could count.</summary>
/// <param name="Named">Whether a report told it of the fact itself.</param>
internal sealed record ToldProgram(EndedFact Record, string Program, bool Named);

/// <summary>
/// Finds who was told facts of one organisation that have ended. What it costs depends on how the organisation was asked about, and not on how many of its facts
/// ended at once. It only reads: what it finds of settled questions it finds again.
/// </summary>
internal static class FindTold
{
    /// <param name="entities">Some hundred.</param>
    /// <returns>Those about which a program asked since then.</returns>
    public static async Task<HashSet<string>> AskedAboutAsync(CreditDb db, IReadOnlyCollection<string> entities, DateTimeOffset oldest, CancellationToken cancellation) =>
        await db.Queries.AsNoTracking().Where(one => entities.Contains(one.Entity) && one.Kind != AskReport.DeskKind && one.At >= oldest)
            .Select(one => one.Entity).Distinct().ForAllOrganisations("of whom it was asked whose facts ended").ToHashSetAsync(StringComparer.Ordinal, cancellation);

    /// <summary>The programs that asked while the facts were on record and in view.</summary>
    /// <param name="ended">Records of this organisation.</param>
    /// <param name="failed">Is told of a record that cannot be looked at; of it nothing is returned, and the others are not kept back.</param>
    public static async Task<IReadOnlyList<ToldProgram>> OfAsync(
        CreditDb db, string entity, IReadOnlyCollection<EndedFact> ended, DateTimeOffset oldest, FactCatalogue catalogue, Action<EndedFact, Exception> failed,
        CancellationToken cancellation)
    {
        // A fact is read from its own records: those of the others are left out.
        var facts = ended.Select(one => one.Fact).ToHashSet();
        var all = await ReadRecords.OfAsync(db, EntityCode.Parse(entity), cancellation);
        ImmutableArray<FactRecord> records = [.. all.Records.Where(one => facts.Contains(one.About ?? one.Id)).OrderBy(one => one.Recorded)];
        ImmutableArray<long> times = [.. records.Select(one => one.Recorded).Distinct()];

        Dictionary<(EndedFact Record, string Program), bool> told = [];
        HashSet<EndedFact> broken = [];
        foreach (var at in ended.GroupBy(one => one.Recorded))
        {
            // One answer of each day for each program: a program that asks every minute is one. The last before the end is the one that counts: where a fact was
            // stated after it, it was stated after those before it too.
            var asked = await db.Queries.AsNoTracking().Where(one => one.Entity == entity && one.Kind != AskReport.DeskKind && one.Known < at.Key && one.At >= oldest)
                .GroupBy(one => new { one.Client, one.Kind, one.ValidOn })
                .Select(group => new { group.Key.Client, group.Key.Kind, group.Key.ValidOn, Known = group.Max(one => one.Known) }).ToListAsync(cancellation);
            foreach (var answers in asked.GroupBy(one => (one.ValidOn, Known: LastOf(times, one.Known))).Where(one => one.Key.Known is not null))
            {
                var read = ReadFacts.AsOf(records, answers.Key.ValidOn, answers.Key.Known!.Value).ToDictionary(one => one.Id);
                foreach (var record in at.Where(one => !broken.Contains(one) && read.ContainsKey(one.Fact)))
                {
                    try
                    {
                        if (!IsInView(read[record.Fact], catalogue, answers.Key.ValidOn))
                        {
                            continue;
                        }
                    }
                    catch (Exception failure) when (!cancellation.IsCancellationRequested)
                    {
                        // Whatever is wrong with one record: the caller is told, and the others go on.
                        broken.Add(record);
                        failed(record, failure);
                        continue;
                    }

                    foreach (var answer in answers)
                    {
                        told[(record, answer.Client)] = told.GetValueOrDefault((record, answer.Client)) || answer.Kind == AskReport.ReportKind;
                    }
                }
            }
        }

        return [.. told.Where(one => !broken.Contains(one.Key.Record)).Select(one => new ToldProgram(one.Key.Record, one.Key.Program, one.Value))];
    }

    /// <summary>Questions between the same two records read the same. Null before the first.</summary>
    private static long? LastOf(ImmutableArray<long> times, long known)
    {
        var at = times.BinarySearch(known);
        at = at < 0 ? ~at - 1 : at;
        return at < 0 ? null : times[at];
    }

    /// <summary>Neither ended before, by whatever record, nor before or after its lawful time.</summary>
    private static bool IsInView(ReadFact fact, FactCatalogue catalogue, DateOnly on)
    {
        const FactMarks Left = FactMarks.Excluded | FactMarks.Repaired | FactMarks.Withdrawn;
        return (fact.Marks & Left) == 0
            && catalogue.Find(fact.Content.Type) is { } type
            && catalogue.TimeOf(type, fact.Content.Dates, fact.Content.Class, on) is var time && time.From <= on && (time.Until is null || on < time.Until);
    }
}
