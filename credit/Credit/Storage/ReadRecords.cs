using System.Collections.Immutable;
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
    public static async Task<EntityRecords> OfAsync(CreditDb db, EntityCode entity, CancellationToken cancellation)
    {
        var known = await KnownAsync(db, cancellation);
        var text = entity.ToString();
        var rows = await db.Facts.AsNoTracking().Where(fact => fact.Entity == text && fact.Recorded <= known).ToListAsync(cancellation);
        return new(entity, [.. rows.Select(RecordOf)], known);
    }

    /// <summary>The same of some organisations at once, in the order they are given.</summary>
    /// <param name="why">As for <see cref="AcrossOrganisations.ForAllOrganisations"/>.</param>
    public static async Task<IReadOnlyList<EntityRecords>> OfAllAsync(CreditDb db, IReadOnlyList<EntityCode> entities, string why, CancellationToken cancellation)
    {
        var known = await KnownAsync(db, cancellation);
        var codes = entities.Select(entity => entity.ToString()).ToList();
        var rows = (await db.Facts.AsNoTracking().ForAllOrganisations(why).Where(fact => codes.Contains(fact.Entity) && fact.Recorded <= known).ToListAsync(cancellation))
            .ToLookup(fact => fact.Entity, StringComparer.Ordinal);
        return [.. entities.Select((entity, at) => new EntityRecords(entity, [.. rows[codes[at]].Select(RecordOf)], known))];
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
