using System.Collections.Frozen;
using Backbone.Credit.Cases;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Grading;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Profiles;
using Backbone.Credit.Reports;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Entities;

/// <summary>All that an officer reads of one organisation. What has left view and use is not in it.</summary>
/// <param name="Look">By which it is read: what for, by which law.</param>
/// <param name="Report">As the record is now; null when nothing in it is in use or was.</param>
/// <param name="Published">The grade that others are told, for the purpose that is graded; null for none.</param>
/// <param name="Profile">What the registry says; null when it said nothing.</param>
/// <param name="Cases">Objections and repairs, the open ones first, then the newest.</param>
/// <param name="Notices">Before publications, newest first.</param>
/// <param name="History">Grades so far, newest first, for <paramref name="HistoryPurpose"/>.</param>
internal sealed record EntityView(
    AnsweredQuery Look, MyReport? Report, GradeRow? Published, ProfileRow? Profile, IReadOnlyList<CaseClock> Cases, IReadOnlyList<NoticeClock> Notices,
    IReadOnlyList<GradeChange> History, string HistoryPurpose)
{
    public EntityCode Entity => EntityCode.Parse(Look.Entity);
}

/// <summary>Reads the page of an organisation; every query has its code, so it is one shard's.</summary>
internal sealed class ReadEntity(CreditDb db, ScoreEntity score, MakeReport make, CaseClocks cases, NoticeClocks notices, Microsoft.Extensions.Options.IOptions<GradingOptions> grading)
{
    /// <summary>Cases, notices and grades that the page lists.</summary>
    private const int Most = 50;

    public async Task<EntityView> RunAsync(AnsweredQuery look, CancellationToken cancellation)
    {
        var code = look.Entity;
        var scored = await score.RunAsync(EntityCode.Parse(code), new(look.Purpose, cases.Today, null), cancellation);
        var ofCases = await db.Cases.AsNoTracking().Where(one => one.Entity == code).OrderBy(one => one.State >= CaseState.Granted).ThenByDescending(one => one.FiledAt).Take(Most).ToListAsync(cancellation);
        var ofNotices = await db.PriorNotices.AsNoTracking().Where(one => one.Entity == code).OrderByDescending(one => one.Id).Take(Most).ToListAsync(cancellation);
        return new(
            look,
            scored is null ? null : make.Of(scored with { Answer = WriteReport.ForOthers(scored.Answer) }, FrozenSet<string>.Empty),
            await db.Grades.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == code, cancellation),
            await db.Profiles.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == code, cancellation),
            [.. ofCases.Select(cases.Of)],
            [.. ofNotices.Select(notices.Of)],
            await db.GradeChanges.AsNoTracking().Where(one => one.Entity == code).OrderByDescending(one => one.Id).Take(Most).ToListAsync(cancellation),
            grading.Value.Purpose);
    }
}
