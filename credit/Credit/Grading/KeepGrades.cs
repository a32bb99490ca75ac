using System.Globalization;
using Backbone.Audit.Outbox;
using Backbone.Credit.Batch;
using Backbone.Credit.Events;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Grading;

/// <summary>
/// Brings the grades in the database to those of a set of scores. Each change stands there with its event in one transaction, some hundred at a time;
/// what is interrupted is gone on with by comparing again, so nothing is missed and nothing told twice.
/// </summary>
internal sealed class KeepGrades(CreditDb db, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>Organisations of a transaction.</summary>
    private const int AtOnce = 500;

    /// <summary>Beyond this share of the rows the grades are read in one stream, not asked for.</summary>
    private const int StreamFrom = 8;

    /// <param name="shard">Whose scores they are.</param>
    /// <param name="segments">What they were made of.</param>
    /// <param name="scores">The set.</param>
    /// <param name="grades">The pack's ids of grades, from best to worst.</param>
    /// <param name="changed">As <see cref="Rescored.Changed"/> gives them, when all of the former set is kept; null to compare everything.</param>
    /// <param name="cancellation">What was kept stays.</param>
    /// <returns>How many grades changed; first ones too.</returns>
    public async Task<long> RunAsync(
        Shard shard, SegmentFolder segments, ScoreColumns scores, IReadOnlyList<string> grades, IReadOnlyList<IReadOnlyList<int>?>? changed, CancellationToken cancellation)
    {
        var rows = segments.Segments.Select((segment, i) => changed?[i]?.Count ?? (long)segment.Entities).Sum();
        var found = changed is null || rows * StreamFrom > scores.Manifest.Rows ? Compared(shard, segments, scores, grades, cancellation) : Candidates(segments, changed).ToAsyncEnumerable();
        var count = 0L;
        await foreach (var some in found.Chunk(AtOnce).WithCancellation(cancellation))
        {
            count += await KeepAsync(some, segments, scores, grades, cancellation);
        }

        return count;
    }

    private static IEnumerable<(int Segment, int Row)> Candidates(SegmentFolder segments, IReadOnlyList<IReadOnlyList<int>?> changed)
    {
        for (var i = 0; i < segments.Segments.Length; i++)
        {
            foreach (var row in changed[i] ?? Enumerable.Range(0, segments.Segments[i].Entities))
            {
                if (!segments.IsOverridden(i, row))
                {
                    yield return (i, row);
                }
            }
        }
    }

    /// <summary>Rows whose grade or points are not those in the database: both read once, in the order of the codes.</summary>
    private async IAsyncEnumerable<(int Segment, int Row)> Compared(
        Shard shard, SegmentFolder segments, ScoreColumns scores, IReadOnlyList<string> grades,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // On a connection of its own: what is found is written while it is read on.
        await using var reading = scopes.CreateAsyncScope();
        var other = reading.ServiceProvider.GetRequiredService<CreditDb>();
        await using var kept = other.Grades.OfShard(other, shard, "grades", "grading").AsNoTracking().OrderBy(row => row.Entity).AsAsyncEnumerable().GetAsyncEnumerator(cancellation);
        var has = await kept.MoveNextAsync();
        foreach (var (segment, row) in MergeSegments.RowsInOrder(segments.Segments))
        {
            var entity = segments.Segments[segment].Entity(row);
            while (has && EntityCode.Parse(kept.Current.Entity).Packed < entity)
            {
                has = await kept.MoveNextAsync();
            }

            var score = scores[segment, row];
            if (!has || EntityCode.Parse(kept.Current.Entity).Packed != entity || !Is(kept.Current, score, grades, PackOf(scores)))
            {
                yield return (segment, row);
            }
        }
    }

    private static bool Is(GradeRow row, Score score, IReadOnlyList<string> grades, string pack) =>
        row.Points == score.Points && row.Grade == grades[score.Grade] && row.Pack == pack;

    private static string PackOf(ScoreColumns scores) => string.Create(CultureInfo.InvariantCulture, $"{scores.Manifest.Pack} {scores.Manifest.Version}");

    private async Task<int> KeepAsync((int Segment, int Row)[] some, SegmentFolder segments, ScoreColumns scores, IReadOnlyList<string> grades, CancellationToken cancellation)
    {
        var found = some.ToDictionary(at => EntityCode.FromPacked(segments.Segments[at.Segment].Entity(at.Row)).ToString(), at => scores[at.Segment, at.Row], StringComparer.Ordinal);
        var entities = found.Keys.ToList();
        var known = await db.Grades.ForAllOrganisations("grading").Where(row => entities.Contains(row.Entity)).ToDictionaryAsync(row => row.Entity, StringComparer.Ordinal, cancellation);
        var manifest = scores.Manifest;
        List<string> others = [];
        foreach (var (entity, score) in found)
        {
            var (grade, pack) = (grades[score.Grade], PackOf(scores));
            var before = known.GetValueOrDefault(entity);
            if (before?.Grade != grade)
            {
                others.Add(entity);
                Tell(entity, before?.Grade, grade, score.Points, manifest);
            }

            if (before is null)
            {
                db.Grades.Add(new GradeRow { Entity = entity, Grade = grade, Points = score.Points, Since = manifest.ValidOn, Pack = pack });
                continue;
            }

            before.Since = before.Grade == grade ? before.Since : manifest.ValidOn;
            (before.Grade, before.Points, before.Pack) = (grade, score.Points, pack);
        }

        await TellSubscribers.OfGradesAsync(db, others, clock, cancellation);
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
        return others.Count;
    }

    private void Tell(string entity, string? before, string grade, int points, ScoreManifest manifest)
    {
        db.GradeChanges.Add(new GradeChange
        {
            Entity = entity,
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Day = manifest.ValidOn,
            Before = before,
            Grade = grade,
            Points = points,
            Pack = string.Create(CultureInfo.InvariantCulture, $"{manifest.Pack} {manifest.Version}"),
            PackDigest = manifest.PackDigest,
            Known = manifest.Known,
        });
        if (before is not null)
        {
            db.Record(CreditKinds.GradeChanged.Occurred(clock)
                .With("credit.entity", entity).With("credit.score_band", grade).With("resource.removed", [before])
                .With("credit.model", manifest.Pack).With("credit.model_version", manifest.Version.ToString(CultureInfo.InvariantCulture))
                .With("resource.digest", manifest.PackDigest));
        }
    }
}
