using Backbone.Credit.Catalogue;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.PriorNotices;

/// <summary>What others are told of an organisation.</summary>
/// <param name="Scored">Null when nothing is recorded of it, or no grade of it is published.</param>
/// <param name="Asked">What was asked, where the answer is the one that was published before; else null.</param>
/// <param name="IsWithheld">A grade was found and none is published yet.</param>
internal sealed record PublishedAnswer(ScoredEntity? Scored, AskedFor? Asked = null, bool IsWithheld = false);

/// <param name="ValidOn">The day asked for.</param>
/// <param name="Known">From which knowledge it was answered: asked again with both, the answer is the same.</param>
internal sealed record AskedFor(DateOnly ValidOn, long Known);

/// <summary>
/// Scores one organisation for others than itself. A grade of which it has to be told first is told to nobody before; the answer is then that of the reading
/// by which the former grade was published, without what was repaired or withdrawn since, and says of which day it is. Decided by the knowledge that is asked
/// for, so that a question is answered again as it was, but for what has left use since (<see cref="LeftSince"/>).
/// </summary>
internal sealed class PublishedScore(
    CreditDb db, ScoreEntity score, PacksInForce packs, FactCatalogue catalogue, GiveNotice give, IOptions<GradingOptions> grading, TimeProvider clock)
{
    private sealed record Published(string Grade, DateOnly Day, long Known, string Digest);

    public async Task<PublishedAnswer> RunAsync(EntityCode entity, ScoreQuestion question, CancellationToken cancellation)
    {
        var today = ChinaDay.Today(clock);
        var records = LeftSince.Seen(await ReadRecords.OfAsync(db, entity, cancellation), question, catalogue, today);
        var found = score.Of(records, question, packs.On(question.ValidOn));
        if (found is null || !IsAdverse(found))
        {
            return new(found);
        }

        var code = entity.ToString();
        var all = await db.PriorNotices.AsNoTracking().Where(one => one.Entity == code).OrderBy(one => one.Id).ToListAsync(cancellation);
        var notices = all.Where(one => one.Purpose == question.Purpose).ToList();
        var history = question.Purpose == grading.Value.Purpose
            ? await db.GradeChanges.AsNoTracking().Where(one => one.Entity == code).OrderBy(one => one.Known)
                .Select(one => new Published(one.Grade, one.Day, one.Known, one.PackDigest)).ToListAsync(cancellation)
            : [];
        if (IsPublished(found, question.ValidOn, found.Known, history, notices))
        {
            return new(found);
        }

        var notice = notices.FirstOrDefault(one => one.ClosedKnown is not { } closed || closed > found.Known);
        if (notice is null && question is { Known: null } && question.ValidOn == today)
        {
            // Of all purposes one is graded: where that grade is held, what was before is before for the others too.
            var graded = all.FirstOrDefault(one => one.IsOpen && one.Purpose == grading.Value.Purpose);
            notice = await GiveAsync(found, records, question, history, graded, cancellation);
        }

        var held = notice?.FormerAt(found.Known) is { } former ? Former(records, question, former, found.Known) : null;
        return held is not null && (!IsAdverse(held) || IsPublished(held, held.Answer.ValidOn, held.Known, history, notices))
            ? new(held, new(question.ValidOn, found.Known))
            : new(null, null, IsWithheld: true);
    }

    private static bool IsAdverse(ScoredEntity found) => RankOf(found, found.Answer.Grade) >= found.Compiled.AdverseFrom;

    private static int RankOf(ScoredEntity found, string grade) => found.Compiled.Grades.IndexOf(grade);

    /// <summary>Whether a grade as bad was published by then, on that day or since, or everything behind it was told of in time.</summary>
    private static bool IsPublished(ScoredEntity found, DateOnly day, long known, IReadOnlyList<Published> history, IReadOnlyList<PriorNotice> notices)
    {
        var then = history.Where(one => one.Known <= known).ToList();
        return new[] { then.LastOrDefault(), then.LastOrDefault(one => one.Day <= day) }.Any(one => one is not null && RankOf(found, one.Grade) >= RankOf(found, found.Answer.Grade))
            || notices.Any(one => one.WasGiven && one.ClosedKnown <= known && GiveNotice.Covers(one, found));
    }

    /// <summary>Whoever asks first, before a scoring of all has found it, finds what that would find.</summary>
    private async Task<PriorNotice?> GiveAsync(
        ScoredEntity found, EntityRecords records, ScoreQuestion question, IReadOnlyList<Published> history, PriorNotice? graded, CancellationToken cancellation)
    {
        var code = found.Entity.ToString();
        var name = Shard.For(found.Entity, grading.Value.Shards).Name;
        var mark = await db.GradingMarks.AsNoTracking().SingleOrDefaultAsync(one => one.Shard == name, cancellation);
        var published = await db.Grades.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == code, cancellation);
        var change = history.Count == 0 ? null : history[^1];
        var former = published is null ? null
            : graded is not null ? graded.FormerAt(found.Known)
            : mark is null || change?.Known > mark.Known ? change is null ? null : new GradeReading(change.Day, change.Known, change.Digest)
            : new GradeReading(mark.Day, mark.Known, mark.Pack.Split(' ')[0]);
        var before = question.Purpose == grading.Value.Purpose ? published?.Grade
            : former is null ? null : Former(records, question, former, found.Known)?.Answer.Grade;
        var notice = give.Add(found, before, former);
        try
        {
            await db.SaveChangesAsync(cancellation);
            return notice;
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Of two who find it at once one gives the notice.
            db.ChangeTracker.Clear();
            return await db.PriorNotices.AsNoTracking().SingleOrDefaultAsync(
                one => one.Entity == code && one.Purpose == found.Answer.Purpose && one.State == NoticeState.Open, cancellation);
        }
    }

    /// <summary>
    /// The reading of the former grade. What happened since to the facts it had is seen in it: what was repaired or withdrawn is used by nobody any more, and
    /// a dispute is shown at once.
    /// </summary>
    private ScoredEntity? Former(EntityRecords records, ScoreQuestion question, GradeReading former, long known)
    {
        var day = question.ValidOn < former.Day ? question.ValidOn : former.Day;
        var seen = records.Records.Where(one => one.Recorded <= known
            && (one.Recorded <= former.Known || one.Kind is RecordKind.Withdrawn or RecordKind.Repaired or RecordKind.Disputed or RecordKind.DisputeEnded))
            .Select(one => one.Recorded > former.Known && one.Effective > day && one.Effective <= question.ValidOn ? one with { Effective = day } : one);
        var earlier = question with { ValidOn = day, Known = null };
        var shown = LeftSince.Seen(records with { Records = [.. seen], Known = known }, earlier, catalogue, ChinaDay.Today(clock));
        var scored = score.Of(shown, earlier, packs.Find(former.Digest) ?? packs.On(day));
        return scored is null ? null : scored with { Known = Math.Min(former.Known, known) };
    }
}
