using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Backbone.Credit.Scoring.Facts;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Storage;

/// <summary>Everything the store holds of one entity, and how far it knows.</summary>
/// <param name="Known">The store's clock: whoever reads with it again gets the same, whatever is recorded later.</param>
internal sealed record EntityRecords(EntityCode Entity, ImmutableArray<FactRecord> Records, long Known);

/// <summary>Reads an entity's records.</summary>
internal static class ReadRecords
{
    private const int MostAtOnce = 20_000;

    public static async Task<EntityRecords> OfAsync(CreditDb db, EntityCode entity, CancellationToken cancellation)
    {
        var known = await KnownAsync(db, cancellation);
        var text = entity.ToString();
        var rows = await db.Facts.AsNoTracking().Where(fact => fact.Entity == text && fact.Recorded <= known).ToListAsync(cancellation);
        return new(entity, [.. rows.Select(RecordOf)], known);
    }

    /// <summary>
    /// The same of some organisations, one after another in the order they are given. Read several at once, but never more than <see cref="MostAtOnce"/>
    /// records in memory, or those of one: what an organisation has is bounded by nothing.
    /// </summary>
    /// <param name="why">As for <see cref="AcrossOrganisations.ForAllOrganisations"/>.</param>
    /// <param name="most">Records of several in memory.</param>
    public static async IAsyncEnumerable<EntityRecords> EachAsync(
        CreditDb db, IReadOnlyList<EntityCode> entities, string why, [EnumeratorCancellation] CancellationToken cancellation, int most = MostAtOnce)
    {
        if (entities.Count == 0)
        {
            yield break;
        }

        var known = await KnownAsync(db, cancellation);
        var codes = entities.Select(entity => entity.ToString()).ToList();
        var facts = db.Facts.AsNoTracking().ForAllOrganisations(why).Where(fact => fact.Recorded <= known);
        var counts = await facts.Where(fact => codes.Contains(fact.Entity)).GroupBy(fact => fact.Entity).Select(group => new { group.Key, Many = group.Count() })
            .ToDictionaryAsync(one => one.Key, one => one.Many, StringComparer.Ordinal, cancellation);
        for (var from = 0; from < codes.Count;)
        {
            var (to, sum) = (from + 1, counts.GetValueOrDefault(codes[from]));
            while (to < codes.Count && sum + counts.GetValueOrDefault(codes[to]) is var more && more <= most)
            {
                (to, sum) = (to + 1, more);
            }

            var some = codes[from..to];
            var rows = (await facts.Where(fact => some.Contains(fact.Entity)).ToListAsync(cancellation)).ToLookup(fact => fact.Entity, StringComparer.Ordinal);
            for (; from < to; from++)
            {
                yield return new EntityRecords(entities[from], [.. rows[codes[from]].Select(RecordOf)], known);
            }
        }
    }

    public static FactRecord RecordOf(FactRow row)
    {
        var hasContent = row.Kind is RecordKind.Stated or RecordKind.Corrected;
        return new FactRecord(
            row.Id,
            row.Kind,
            row.About,
            row.Recorded,
            row.Kind is RecordKind.Disputed or RecordKind.DisputeEnded or RecordKind.Repaired ? row.Decided : null,
            hasContent
                ? new FactContent(
                    (ushort)row.Type, row.Class, row.Exclusion, new FactDates(row.Decided, row.BehaviourEnd, row.ValidFrom, row.ValidTo), row.Quantity,
                    row.Document, row.Authority, row.Basis)
                : null,
            row.Reason);
    }

    /// <summary>Read first: what commits afterwards is later than it, and is left out.</summary>
    private static Task<long> KnownAsync(CreditDb db, CancellationToken cancellation) =>
        db.Clock.AsNoTracking().Where(row => row.Id == KnowledgeClock.OnlyId).Select(row => row.Last).SingleAsync(cancellation);
}
