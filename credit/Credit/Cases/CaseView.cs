using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Sealed;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Cases;

/// <summary>One case with all that its page shows.</summary>
/// <param name="Fact">As corrected now, whether or not it is still in use.</param>
/// <param name="HasLeft">
/// Repaired, withdrawn, or its time is over: who works at a desk reads it no more but by an opening of what is sealed. The organisation reads its own.
/// </param>
/// <param name="Type">Null when the catalogue knows it no more.</param>
/// <param name="Proposed">Of a correction: what is, or was, proposed.</param>
/// <param name="Steps">Oldest first.</param>
/// <param name="Notices">Who was told to stop using the fact since the case was decided.</param>
internal sealed record CaseView(
    CaseRow Case, CaseClock Clock, ReadFact Fact, bool HasLeft, CatalogueType? Type, FactContent? Proposed, IReadOnlyList<CaseStep> Steps, IReadOnlyList<CaseFileLine> Files,
    IReadOnlyList<Notice> Notices)
{
    /// <returns>Null when the entity has no such case.</returns>
    public static async Task<CaseView?> ReadAsync(
        CreditDb db, FactCatalogue catalogue, CaseClocks clocks, EntityCode entity, Guid id, CancellationToken cancellation)
    {
        var code = entity.ToString();
        if (await db.Cases.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == code && one.Id == id, cancellation) is not { } row)
        {
            return null;
        }

        var records = await ReadRecords.OfAsync(db, entity, cancellation);
        var fact = ReadFacts.AsOf(records.Records, clocks.Today, records.Known).Single(one => one.Id == row.Fact);
        var steps = await db.CaseSteps.AsNoTracking().Where(one => one.Entity == code && one.Case == id).OrderBy(one => one.At).ThenBy(one => one.Id).ToListAsync(cancellation);
        var files = await db.CaseFiles.AsNoTracking().Where(one => one.Entity == code && one.Case == id).OrderBy(one => one.Id)
            .Select(one => new CaseFileLine(one.Id, one.Material, one.Kind, one.Size, one.Digest)).ToListAsync(cancellation);
        var proposed = row.ProposedContent is { } content ? CaseRecords.Read(content, catalogue, clocks.Today).Content : null;
        var notices = row.Done == Remedy.None ? [] : await db.Notices.AsNoTracking()
            .Where(one => one.Entity == code && one.Fact == row.Fact && one.At >= row.ClosedAt).OrderBy(one => one.At).ThenBy(one => one.Client).ToListAsync(cancellation);
        return new(row, clocks.Of(row), fact, SealedCopy.LeftOf(fact, catalogue, clocks.Today) is not null, catalogue.Find(fact.Content.Type), proposed, steps, files, notices);
    }
}

/// <summary>A file without its bytes.</summary>
internal sealed record CaseFileLine(Guid Id, string Material, Evidence.EvidenceKind Kind, int Size, byte[] Digest);
