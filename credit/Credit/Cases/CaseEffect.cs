using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Cases;

/// <summary>
/// What a case did to the grade, on the day it was decided, for the pack's first purpose: by the knowledge just after the decision, and just before the
/// decision or, of an objection, before it was filed, since by most packs a disputed fact does not count already.
/// </summary>
internal sealed record ScoreChange(GradeWords Before, int PointsBefore, GradeWords After, int PointsAfter);

/// <summary>Finds the effect of a case that was granted. Nothing is kept: the store reads as it was known then.</summary>
internal sealed class CaseEffect(ScoreEntity score, PacksInForce packs)
{
    /// <returns>Null where nothing was changed.</returns>
    public async Task<ScoreChange?> OfAsync(CaseView view, CancellationToken cancellation)
    {
        RecordKind? kind = view.Case.Done switch
        {
            Remedy.Correction => RecordKind.Corrected,
            Remedy.Withdrawal => RecordKind.Withdrawn,
            Remedy.Repair => RecordKind.Repaired,
            _ => null,
        };
        if (kind is null || view.Case.ClosedAt is not { } closed)
        {
            return null;
        }

        var done = FirstSince(view.Fact, kind.Value, closed);
        var begun = view.Case.Kind == CaseKind.Objection ? FirstSince(view.Fact, RecordKind.Disputed, view.Case.FiledAt) : done;
        if (done is null || begun is null)
        {
            return null;
        }

        var (entity, day) = (EntityCode.Parse(view.Case.Entity), ChinaDay.Of(closed));
        var before = await score.RunAsync(entity, Question(day, begun.Recorded - 1), cancellation);
        var after = await score.RunAsync(entity, Question(day, done.Recorded), cancellation);
        return before is null || after is null
            ? null
            : new(GradeWords.Of(before.Pack.Pack, before.Answer.Grade), before.Answer.Points, GradeWords.Of(after.Pack.Pack, after.Answer.Grade), after.Answer.Points);
    }

    /// <summary>A record is written after its step had its time; an agency may have added others later.</summary>
    private static FactRecord? FirstSince(ReadFact fact, RecordKind kind, DateTimeOffset step)
    {
        var from = (step.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        return fact.Records.Where(record => record.Kind == kind && record.Recorded >= from).MinBy(record => record.Recorded);
    }

    private ScoreQuestion Question(DateOnly day, long known) => new(packs.On(day).Pack.Purposes[0].Id, day, known);
}
