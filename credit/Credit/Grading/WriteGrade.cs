using System.Globalization;
using Backbone.Audit.Outbox;
using Backbone.Credit.Batch;
using Backbone.Credit.Events;
using Backbone.Credit.Reports;
using Backbone.Credit.Storage;

namespace Backbone.Credit.Grading;

/// <summary>A grade as a scoring found it, to be published.</summary>
/// <param name="Day">The day it was found for.</param>
/// <param name="Known">From which knowledge.</param>
internal sealed record FoundGrade(string Entity, string Grade, int Points, DateOnly Day, string Pack, int Version, string PackDigest, long Known)
{
    public string PackName => string.Create(CultureInfo.InvariantCulture, $"{Pack} {Version}");

    public static FoundGrade Of(string entity, string grade, int points, ScoreManifest manifest) =>
        new(entity, grade, points, manifest.ValidOn, manifest.Pack, manifest.Version, manifest.PackDigest, manifest.Known);

    public static FoundGrade Of(ScoredEntity found) => new(
        found.Entity.ToString(), found.Answer.Grade, found.Answer.Points, found.Answer.ValidOn, found.Pack.Pack.Id, found.Pack.Pack.Version, found.Pack.Digest, found.Known);
}

/// <summary>Writes a grade into the record, with its history and event where it is another; whoever calls saves it.</summary>
internal static class WriteGrade
{
    /// <param name="db">Whose.</param>
    /// <param name="row">The row of the organisation; null when there is none.</param>
    /// <param name="found">What it is to be.</param>
    /// <param name="clock">For the event.</param>
    /// <returns>Whether the grade is another than before, or the first.</returns>
    public static bool Run(CreditDb db, GradeRow? row, FoundGrade found, TimeProvider clock)
    {
        var isOther = row?.Grade != found.Grade;
        if (isOther)
        {
            Tell(db, row?.Grade, found, clock);
        }

        if (row is null)
        {
            db.Grades.Add(new GradeRow { Entity = found.Entity, Grade = found.Grade, Points = found.Points, Since = found.Day, Pack = found.PackName });
            return true;
        }

        row.Since = isOther ? found.Day : row.Since;
        (row.Grade, row.Points, row.Pack) = (found.Grade, found.Points, found.PackName);
        return isOther;
    }

    private static void Tell(CreditDb db, string? before, FoundGrade found, TimeProvider clock)
    {
        db.GradeChanges.Add(new GradeChange
        {
            Entity = found.Entity,
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Day = found.Day,
            Before = before,
            Grade = found.Grade,
            Points = found.Points,
            Pack = found.PackName,
            PackDigest = found.PackDigest,
            Known = found.Known,
        });
        if (before is not null)
        {
            db.Record(CreditKinds.GradeChanged.Occurred(clock)
                .With("credit.entity", found.Entity).With("credit.score_band", found.Grade).With("resource.removed", [before])
                .With("credit.model", found.Pack).With("credit.model_version", found.Version.ToString(CultureInfo.InvariantCulture))
                .With("resource.digest", found.PackDigest));
        }
    }
}
