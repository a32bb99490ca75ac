using System.Collections.Frozen;
using Backbone.Credit.Cases;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Noticing;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.PriorNotices;

/// <summary>One notice with all that its page shows.</summary>
/// <param name="Report">The score it is about, from the knowledge of then, with every rule, law and fact.</param>
/// <param name="Now">What the record gives now; null when the notice is closed.</param>
/// <param name="IsStill">Whether that would be published if the time were over now.</param>
/// <param name="Left">Facts that left view and use since: who works at a desk reads them no more. The organisation reads its own.</param>
/// <param name="Steps">Oldest first.</param>
internal sealed record NoticeView(
    NoticeClock Clock, bool IsCertain, MyReport Report, GradeWords? Now, bool IsStill, IReadOnlySet<string> Left, IReadOnlyList<CaseStep> Steps)
{
    public PriorNotice Notice => Clock.Notice;

    public PolicyPack Pack => Report.Scored.Pack.Pack;

    /// <summary>The published grade with its name; the id alone where it is another pack's.</summary>
    public string? Before => Notice.Before is not { } before ? null
        : Pack.Grades.Any(grade => grade.Id == before) ? $"{before} {GradeWords.Of(Pack, before).Title}" : before;
}

internal sealed class ReadNotice(CreditDb db, ScoreEntity score, MakeReport make, PacksInForce packs, NoticeClocks clocks)
{
    /// <returns>Null when the entity has no such notice.</returns>
    public async Task<NoticeView?> RunAsync(EntityCode entity, Guid id, CancellationToken cancellation)
    {
        var code = entity.ToString();
        if (await db.PriorNotices.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == code && one.Id == id, cancellation) is not { } notice)
        {
            return null;
        }

        var records = await ReadRecords.OfAsync(db, entity, cancellation);
        var found = score.Of(records, new(notice.Purpose, notice.Day, notice.Known), packs.Find(notice.PackDigest) ?? packs.On(notice.Day))!;
        var steps = await db.CaseSteps.AsNoTracking().Where(one => one.Entity == code && one.Case == id).OrderBy(one => one.At).ThenBy(one => one.Id).ToListAsync(cancellation);
        var now = notice.IsOpen ? score.Of(records, new(notice.Purpose, clocks.Today, null), packs.On(clocks.Today)) : null;
        var report = make.Of(found, FrozenSet<string>.Empty);
        return new(
            clocks.Of(notice), clocks.IsCertain(notice, found.Compiled.NoticeDays), report,
            now is null ? null : GradeWords.Of(now.Pack.Pack, now.Answer.Grade),
            now is not null && NoticeCover.IsWanted(now.Compiled, notice.Before, now.Compiled.Grades.IndexOf(now.Answer.Grade)),
            ReadFacts.AsOf(records.Records, clocks.Today, records.Known)
                .Where(fact => (fact.Marks & (FactMarks.Withdrawn | FactMarks.Repaired)) != 0 || report.Facts.GetValueOrDefault(fact.Id.ToString("D"))?.Time.Until <= clocks.Today)
                .Select(fact => fact.Id.ToString("D")).ToFrozenSet(StringComparer.Ordinal),
            steps);
    }
}
