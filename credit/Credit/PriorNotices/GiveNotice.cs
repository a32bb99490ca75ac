using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Events;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Noticing;
using Backbone.Credit.Storage;

namespace Backbone.Credit.PriorNotices;

/// <summary>Makes the notice of a grade that was found; whoever calls saves it.</summary>
internal sealed class GiveNotice(CreditDb db, Duties duties, TimeProvider clock)
{
    /// <param name="found">The grade with all that led to it.</param>
    /// <param name="before">The grade that stays published; null for none.</param>
    /// <param name="former">Its reading.</param>
    public PriorNotice Add(ScoredEntity found, string? before, GradeReading? former)
    {
        var now = clock.GetUtcNow();
        var today = ChinaDay.Of(now);
        var due = duties.WorkingDays.After(today, found.Compiled.NoticeDays).Day;
        var notice = new PriorNotice
        {
            Entity = found.Entity.ToString(),
            Id = Guid.CreateVersion7(now),
            Purpose = found.Answer.Purpose,
            Grade = found.Answer.Grade,
            Points = found.Answer.Points,
            Pack = FormattableString.Invariant($"{found.Pack.Pack.Id} {found.Pack.Pack.Version}"),
            PackDigest = found.Pack.Digest,
            Day = found.Answer.ValidOn,
            Known = found.Known,
            Facts = PriorNotice.Join(NoticeCover.Against(found.Answer)),
            GivenAt = now,
            RunsFrom = today,
            DueOn = due,
            EndsOn = due.AddDays(1),
            SeenGrade = found.Answer.Grade,
            SeenPoints = found.Answer.Points,
            SeenKnown = found.Known,
        };
        if (before is not null && former is not null)
        {
            notice.Keep(before, former, 0);
        }

        db.PriorNotices.Add(notice);
        NoticeEvents.Note(db, NoticeKinds.Give, CaseActor.Program, notice, clock);
        return notice;
    }

    /// <summary>Whether a notice that was given is one of this grade too: of the pack, no better grade, and of facts that are enough for it.</summary>
    public static bool Covers(PriorNotice notice, ScoredEntity found) =>
        notice.PackDigest == found.Pack.Digest && notice.Purpose == found.Answer.Purpose
        && found.Compiled.Grades.IndexOf(notice.Grade) >= found.Compiled.Grades.IndexOf(found.Answer.Grade)
        && NoticeCover.IsEnough(found.Compiled, found.Facts, found.Answer, notice.FactIds);
}
