using Backbone.Credit.Batch;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Reports;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.PriorNotices;

/// <summary>
/// Decides about organisations whose grade a scoring of all would make one that is published only after a notice: tells them, and says whose published
/// grade stays. Only such organisations are read from the store, some at once.
/// </summary>
internal sealed class HoldGrades(CreditDb db, ScoreEntity score, PacksInForce packs, GiveNotice give)
{
    /// <param name="movers">Each with the grade that is published; null for none.</param>
    /// <param name="manifest">Of the scores.</param>
    /// <param name="former">The reading of the scores before.</param>
    /// <exception cref="IOException">The pack of the scores is none of this host's any more.</exception>
    /// <returns>Those whose grade is not published now. Notices of them are added and not saved.</returns>
    public async Task<HashSet<string>> RunAsync(
        IReadOnlyDictionary<string, string?> movers, ScoreManifest manifest, GradeReading? former, CancellationToken cancellation)
    {
        var (entities, held) = (movers.Keys.ToList(), new HashSet<string>(StringComparer.Ordinal));
        if (entities.Count == 0)
        {
            return held;
        }

        var pack = packs.Find(manifest.PackDigest) ?? throw new IOException($"pack {manifest.Pack} {manifest.Version}, by which was scored, is not there any more");
        var given = (await db.PriorNotices.ForAllOrganisations("grading").Where(one => entities.Contains(one.Entity) && one.Purpose == manifest.Purpose)
            .ToListAsync(cancellation)).ToLookup(one => one.Entity, StringComparer.Ordinal);
        var changes = await LastChangesAsync([.. movers.Where(one => one.Value is not null).Select(one => one.Key)], cancellation);
        List<EntityCode> unseen = [];
        foreach (var (entity, before) in movers)
        {
            if (given[entity].FirstOrDefault(one => one.IsOpen) is not { } open)
            {
                unseen.Add(EntityCode.Parse(entity));
                continue;
            }

            // What is open is looked after when all were compared. But the grade had got better since, and that one was published: it stays then.
            held.Add(entity);
            if (before is not null && ReadingOf(entity, before) is { } reading && !pack.Pack.Notice!.Grades.Contains(open.SeenGrade))
            {
                open.Keep(before, reading, manifest.Known);
            }
        }

        await foreach (var records in ReadRecords.EachAsync(db, unseen, "grading", cancellation))
        {
            // The same score from the store, with everything that led to it.
            var entity = records.Entity.ToString();
            var found = score.Of(records, new(manifest.Purpose, manifest.ValidOn, manifest.Known), pack)
                ?? throw new IOException($"organisation {entity} has a score and no facts");
            if (!given[entity].Any(one => one.WasGiven && GiveNotice.Covers(one, found)))
            {
                give.Add(found, movers[entity], ReadingOf(entity, movers[entity]));
                held.Add(entity);
            }
        }

        return held;

        // By which reading the published grade is had again: that of the scores before, or of a change that was kept since.
        GradeReading? ReadingOf(string entity, string? before) =>
            before is null ? null : changes.GetValueOrDefault(entity) is { } change && (former is null || change.Known > former.Known) ? change : former;
    }

    private async Task<Dictionary<string, GradeReading>> LastChangesAsync(List<string> entities, CancellationToken cancellation)
    {
        if (entities.Count == 0)
        {
            return [];
        }

        var changes = await db.GradeChanges.AsNoTracking().ForAllOrganisations("grading").Where(one => entities.Contains(one.Entity))
            .Select(one => new { one.Entity, one.Day, one.Known, one.PackDigest }).ToListAsync(cancellation);
        return changes.GroupBy(one => one.Entity, StringComparer.Ordinal).Select(all => all.MaxBy(one => one.Known)!)
            .ToDictionary(one => one.Entity, one => new GradeReading(one.Day, one.Known, one.PackDigest), StringComparer.Ordinal);
    }
}
