using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Packs;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Cases;

/// <summary>What a decision did to the grade: by the knowledge just before it and just after it, on its day, for the pack's first purpose.</summary>
internal sealed record ScoreChange(GradeWords Before, int PointsBefore, GradeWords After, int PointsAfter);

/// <summary>Finds the effect of a case that was granted. Nothing is kept: the store reads as it was known then.</summary>
internal sealed class CaseEffect(ScoreEntity score, PackInForce pack)
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

        // The record was written after the step had its time, and an agency may have added others since.
        var from = (closed.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        if (view.Fact.Records.Where(record => record.Kind == kind && record.Recorded >= from).MinBy(record => record.Recorded) is not { } record)
        {
            return null;
        }

        var (entity, day) = (EntityCode.Parse(view.Case.Entity), ChinaDay.Of(closed));
        var before = await score.RunAsync(entity, Question(day, record.Recorded - 1), cancellation);
        var after = await score.RunAsync(entity, Question(day, record.Recorded), cancellation);
        return before is null || after is null
            ? null
            : new(GradeWords.Of(pack.Pack, before.Answer.Grade), before.Answer.Points, GradeWords.Of(pack.Pack, after.Answer.Grade), after.Answer.Points);
    }

    private ScoreQuestion Question(DateOnly day, long known) => new(pack.Pack.Purposes[0].Id, day, known);
}
