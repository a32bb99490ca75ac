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
/// grade stays. Only such organisations are read one by one.
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
        foreach (var (entity, before) in movers)
        {
            // What is open is looked after when all were compared. But the grade had got better since, and that one was published: it stays then.
            if (given[entity].FirstOrDefault(one => one.IsOpen) is { } open)
            {
                held.Add(entity);
                if (before is not null && !pack.Pack.Notice!.Grades.Contains(open.SeenGrade) && await FormerAsync(entity, former, cancellation) is { } reading)
                {
                    open.Keep(before, reading, manifest.Known);
                }

                continue;
            }

            var found = await FindAsync(entity, manifest, pack, cancellation);
            if (!given[entity].Any(one => one.WasGiven && GiveNotice.Covers(one, found)))
            {
                give.Add(found, before, before is null ? null : await FormerAsync(entity, former, cancellation));
                held.Add(entity);
            }
        }

        return held;
    }

    /// <summary>The same score from the store, with everything that led to it.</summary>
    private async Task<ScoredEntity> FindAsync(string entity, ScoreManifest manifest, PackInForce pack, CancellationToken cancellation) =>
        await score.RunAsync(EntityCode.Parse(entity), new(manifest.Purpose, manifest.ValidOn, manifest.Known), pack, cancellation)
        ?? throw new IOException($"organisation {entity} has a score and no facts");

    /// <summary>By which reading the published grade is had again: that of the scores before, or of a change that was kept since.</summary>
    private async Task<GradeReading?> FormerAsync(string entity, GradeReading? former, CancellationToken cancellation)
    {
        var change = await db.GradeChanges.AsNoTracking().Where(one => one.Entity == entity).OrderByDescending(one => one.Known).FirstOrDefaultAsync(cancellation);
        return change is not null && (former is null || change.Known > former.Known) ? new(change.Day, change.Known, change.PackDigest) : former;
    }
}
