using System.Collections.Immutable;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Cases;

/// <summary>A fact as its organisation sees it, and what it may do about it.</summary>
/// <param name="Time">When it may be used by today's law.</param>
/// <param name="Repair">Whether and from when a repair can be asked.</param>
/// <param name="Open">The open cases about it.</param>
internal sealed record OwnFact(ReadFact Fact, CatalogueType Type, LawfulTime Time, RepairState Repair, ImmutableArray<CaseRow> Open)
{
    public FactContent Content => Fact.Content;

    public bool IsDisputed => Fact.Marks.HasFlag(FactMarks.Disputed);

    public bool MayObject => !Open.Any(one => one.Kind == CaseKind.Objection);

    public bool MayRepair => Repair == RepairState.Open && !Open.Any(one => one.Kind == CaseKind.Repair);
}

internal enum RepairState
{
    /// <summary>Its type knows no repair: a licence, an honour, a grade.</summary>
    Never,

    /// <summary>Not before <see cref="LawfulTime.EarliestRepair"/>.</summary>
    Later,

    Open,
}

/// <summary>The facts of an organisation that are in use, or will be: what is withdrawn, repaired or over has left its view too.</summary>
internal sealed class OwnFacts(CreditDb db, FactCatalogue catalogue, TimeProvider clock)
{
    public async Task<IReadOnlyList<OwnFact>> OfAsync(EntityCode entity, CancellationToken cancellation)
    {
        var today = ChinaDay.Of(clock.GetUtcNow());
        var text = entity.ToString();
        var records = await ReadRecords.OfAsync(db, entity, cancellation);
        var open = (await db.Cases.AsNoTracking().Where(row => row.Entity == text && row.State < CaseState.Granted).ToListAsync(cancellation)).ToLookup(row => row.Fact);
        return
        [
            .. ReadFacts.AsOf(records.Records, today, records.Known)
                .Where(fact => (fact.Marks & (FactMarks.Withdrawn | FactMarks.Repaired)) == 0)
                .Select(fact => Of(fact, open[fact.Id], today)).OfType<OwnFact>()
                .OrderByDescending(fact => fact.Content.Dates.Decided).ThenBy(fact => fact.Fact.Id),
        ];
    }

    public async Task<OwnFact?> FindAsync(EntityCode entity, Guid fact, CancellationToken cancellation) =>
        (await OfAsync(entity, cancellation)).FirstOrDefault(one => one.Fact.Id == fact);

    /// <summary>Null when its time is over, or its type is none of the catalogue any more.</summary>
    private OwnFact? Of(ReadFact fact, IEnumerable<CaseRow> open, DateOnly today)
    {
        if (catalogue.Find(fact.Content.Type) is not { } type)
        {
            return null;
        }

        var time = catalogue.TimeOf(type, fact.Content.Dates, fact.Content.Class, today);
        return time.Until <= today ? null : new OwnFact(fact, type, time, RepairOf(type, time, today), [.. open]);
    }

    private static RepairState RepairOf(CatalogueType type, LawfulTime time, DateOnly today) =>
        !type.Repairable ? RepairState.Never : time.EarliestRepair > today ? RepairState.Later : RepairState.Open;
}
