using Backbone.Credit.Batch;
using Backbone.Credit.Cases;
using Backbone.Credit.Events;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Noticing;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.PriorNotices;

/// <summary>
/// Looks after the open notices of a shard when its grades were made: publishes the grade of those whose time is over, ends those whose grade is not as bad
/// any more, and puts another in the place of those that do not tell all that is needed. Under the shard's lease; each some in one transaction.
/// </summary>
internal sealed class EndNotices(CreditDb db, ScoreEntity score, PacksInForce packs, GiveNotice give, TimeProvider clock)
{
    private const int AtOnce = 100;

    /// <summary>Characters of <see cref="PriorNotice.Facts"/>: 10,000 facts.</summary>
    private const int MostTold = 320_000;

    /// <summary>Whether the time of one is over.</summary>
    public static Task<bool> AnyDueAsync(CreditDb db, Shard shard, DateOnly today, CancellationToken cancellation) =>
        OpenOf(db, shard).AnyAsync(one => one.EndsOn <= today, cancellation);

    /// <param name="shard">Which.</param>
    /// <param name="plan">By what it was scored.</param>
    /// <param name="segments">What its scores were made of.</param>
    /// <param name="scores">The scores.</param>
    /// <param name="left">Takes those whose notice cannot be looked after.</param>
    /// <param name="cancellation">What was done stays.</param>
    /// <returns>How many grades were published.</returns>
    public async Task<long> RunAsync(Shard shard, ScorePlan plan, SegmentFolder segments, ScoreColumns scores, LeftBehind left, CancellationToken cancellation)
    {
        if (packs.Find(plan.Digest) is not { } pack)
        {
            return 0;
        }

        var (published, last) = (0L, Guid.Empty);
        while (true)
        {
            var some = await OpenOf(db, shard).AsNoTracking().Where(one => one.Id > last).OrderBy(one => one.Id).Take(AtOnce).ToListAsync(cancellation);
            if (some.Count == 0)
            {
                return published;
            }

            last = some[^1].Id;
            var ids = some.Select(one => one.Id).ToList();
            var recorded = await db.PriorNotices.Where(one => ids.Contains(one.Id) && db.Facts.Any(fact => fact.Entity == one.Entity && fact.Recorded > one.SeenKnown))
                .Select(one => one.Id).ForAllOrganisations("notices with new facts").ToHashSetAsync(cancellation);
            var looked = some.Where(one => one.EndsOn <= plan.Pack.ValidOn || recorded.Contains(one.Id) || IsOther(one, plan, segments, scores)).ToList();
            foreach (var those in Bounded(looked))
            {
                published += await left.DoAsync(those, one => LookAsync(one, plan, pack, cancellation), one => one.Entity, cancellation);
            }

            db.ChangeTracker.Clear();
        }
    }

    private static IQueryable<PriorNotice> OpenOf(CreditDb db, Shard shard) =>
        db.PriorNotices.OfShard(db, shard, "prior_notices", "notices before publication").Where(one => one.State == NoticeState.Open);

    /// <summary>Parts that tell of a bounded number of facts, or one of however many: the store's clock is held while each is scored.</summary>
    private static IEnumerable<List<PriorNotice>> Bounded(List<PriorNotice> notices)
    {
        for (var from = 0; from < notices.Count;)
        {
            var (to, told) = (from + 1, notices[from].Facts.Length);
            while (to < notices.Count && told + notices[to].Facts.Length is var more && more <= MostTold)
            {
                (to, told) = (to + 1, more);
            }

            yield return notices[from..to];
            from = to;
        }
    }

    /// <summary>Whether the pack is another, or time has made the score one.</summary>
    private static bool IsOther(PriorNotice notice, ScorePlan plan, SegmentFolder segments, ScoreColumns scores) =>
        notice.PackDigest != plan.Digest
        || (notice.Purpose == plan.Pack.Purpose && scores.Find(segments, EntityCode.Parse(notice.Entity).Packed) is { } now
            && (now.Points != notice.SeenPoints || plan.Pack.Grades[now.Grade] != notice.SeenGrade));

    private async Task<int> LookAsync(IReadOnlyList<PriorNotice> found, ScorePlan plan, PackInForce pack, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // Facts that come meanwhile are later than what is published here, and so are questions that are answered by it.
        var known = await MoveKnowledgeClock.RunAsync(db, clock, cancellation);
        List<string> entities = [.. found.Select(one => one.Entity).Distinct(StringComparer.Ordinal)];
        var ids = found.Select(one => one.Id).ToList();
        var notices = await db.PriorNotices.Where(one => entities.Contains(one.Entity) && ids.Contains(one.Id) && one.State == NoticeState.Open)
            .OrderBy(one => one.Id).ForAllOrganisations("notices").ToListAsync(cancellation);
        var grades = await db.Grades.ForAllOrganisations("notices").Where(one => entities.Contains(one.Entity)).ToDictionaryAsync(one => one.Entity, StringComparer.Ordinal, cancellation);
        var (published, next) = (new List<string>(), new List<(ScoredEntity Found, PriorNotice Former)>());
        var ofEntity = notices.ToLookup(one => one.Entity, StringComparer.Ordinal);
        await foreach (var records in ReadRecords.EachAsync(db, [.. entities.Select(entity => EntityCode.Parse(entity))], "notices", cancellation))
        {
            foreach (var notice in ofEntity[records.Entity.ToString()])
            {
                var scored = pack.Pack.Purposes.Any(one => one.Id == notice.Purpose)
                    ? score.Of(records, new(notice.Purpose, plan.Pack.ValidOn, known), pack)
                    : null;
                var row = notice.Purpose == plan.Pack.Purpose ? grades.GetValueOrDefault(notice.Entity) : null;
                var isDue = notice.EndsOn <= plan.Pack.ValidOn;
                (notice.SeenGrade, notice.SeenPoints, notice.SeenKnown) = (scored?.Answer.Grade ?? "", scored?.Answer.Points ?? 0, known);
                if (scored is null || !NoticeCover.IsWanted(scored.Compiled, row?.Grade, scored.Compiled.Grades.IndexOf(scored.Answer.Grade)))
                {
                    if (isDue || scored is null)
                    {
                        Close(notice, NoticeState.Ended, NoticeKinds.End, known);
                    }
                }
                else if (!GiveNotice.Covers(notice, scored))
                {
                    Close(notice, NoticeState.Replaced, NoticeKinds.Replace, known);
                    next.Add((scored, notice));
                }
                else if (isDue)
                {
                    Close(notice, NoticeState.Published, NoticeKinds.Publish, known);
                    if (notice.Purpose == plan.Pack.Purpose)
                    {
                        WriteGrade.Run(db, row, FoundGrade.Of(scored), clock);
                        published.Add(notice.Entity);
                    }
                }
            }
        }

        try
        {
            await TellSubscribers.OfGradesAsync(db, published, clock, cancellation);
            await db.SaveChangesAsync(cancellation);

            // One of an organisation and purpose is open at a time: the former is closed before.
            next.ForEach(one => give.Add(one.Found, one.Former.Before, one.Former.FormerAt(known)));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return published.Count;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody took a step in one of them meanwhile: the next round looks at them again.
            return 0;
        }
    }

    private void Close(PriorNotice notice, NoticeState state, Audit.Contracts.Events.EventKind kind, long known)
    {
        (notice.State, notice.ClosedAt, notice.ClosedKnown) = (state, clock.GetUtcNow(), known);
        notice.Version++;
        NoticeEvents.Note(db, kind, CaseActor.Program, notice, clock);
    }
}
