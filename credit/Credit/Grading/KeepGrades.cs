using System.Globalization;
using Backbone.Credit.Batch;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Noticing;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Grading;

/// <summary>
/// Brings the grades in the database to those of a set of scores, but for those of which an organisation has to be told first. Each change stands there with its event in one transaction, some hundred at a time;
/// what is interrupted is gone on with by comparing again, so nothing is missed and nothing told twice.
/// </summary>
/// <param name="db">Written to.</param>
/// <param name="scopes">For a connection that reads meanwhile.</param>
/// <param name="hold">Says whose grade stays.</param>
/// <param name="pack">By which the scores were made.</param>
/// <param name="former">The reading of the scores before; null for none.</param>
/// <param name="left">Takes those whose grade cannot be kept.</param>
/// <param name="clock">For events.</param>
internal sealed class KeepGrades(CreditDb db, IServiceScopeFactory scopes, HoldGrades hold, CompiledPack pack, GradeReading? former, LeftBehind left, TimeProvider clock)
{
    /// <summary>Organisations of a transaction.</summary>
    private const int AtOnce = 500;

    /// <summary>Beyond this share of the rows the grades are read in one stream, not asked for.</summary>
    private const int StreamFrom = 8;

    /// <param name="shard">Whose scores they are.</param>
    /// <param name="segments">What they were made of.</param>
    /// <param name="scores">The set.</param>
    /// <param name="changed">As <see cref="Rescored.Changed"/> gives them, when all of the former set is kept; null to compare everything.</param>
    /// <param name="cancellation">What was kept stays.</param>
    /// <returns>How many grades changed; first ones too.</returns>
    public async Task<long> RunAsync(
        Shard shard, SegmentFolder segments, ScoreColumns scores, IReadOnlyList<IReadOnlyList<int>?>? changed, CancellationToken cancellation)
    {
        var rows = segments.Segments.Select((segment, i) => changed?[i]?.Count ?? (long)segment.Entities).Sum();
        var found = changed is null || rows * StreamFrom > scores.Manifest.Rows ? Compared(shard, segments, scores, cancellation) : Candidates(segments, changed).ToAsyncEnumerable();
        var count = 0L;
        await foreach (var some in found.Chunk(AtOnce).WithCancellation(cancellation))
        {
            count += await left.DoAsync(some, those => KeepAsync(those, segments, scores, cancellation), at => EntityOf(at, segments), cancellation);
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
        Shard shard, SegmentFolder segments, ScoreColumns scores,
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
            if (!has || EntityCode.Parse(kept.Current.Entity).Packed != entity || !Is(kept.Current, score, PackOf(scores)))
            {
                yield return (segment, row);
            }
        }
    }

    private bool Is(GradeRow row, Score score, string name) =>
        row.Points == score.Points && row.Grade == pack.Grades[score.Grade] && row.Pack == name;

    private static string PackOf(ScoreColumns scores) => string.Create(CultureInfo.InvariantCulture, $"{scores.Manifest.Pack} {scores.Manifest.Version}");

    private static string EntityOf((int Segment, int Row) at, SegmentFolder segments) => EntityCode.FromPacked(segments.Segments[at.Segment].Entity(at.Row)).ToString();

    private async Task<int> KeepAsync(IReadOnlyList<(int Segment, int Row)> some, SegmentFolder segments, ScoreColumns scores, CancellationToken cancellation)
    {
        try
        {
            return await KeepOnceAsync(some, segments, scores, cancellation);
        }
        catch (DbUpdateException)
        {
            // Somebody asked for one of them and the notice was given there, or took a step in one: it is there now.
            db.ChangeTracker.Clear();
            return await KeepOnceAsync(some, segments, scores, cancellation);
        }
    }

    private async Task<int> KeepOnceAsync(IReadOnlyList<(int Segment, int Row)> some, SegmentFolder segments, ScoreColumns scores, CancellationToken cancellation)
    {
        var found = some.ToDictionary(at => EntityOf(at, segments), at => scores[at.Segment, at.Row], StringComparer.Ordinal);
        var entities = found.Keys.ToList();
        var known = await db.Grades.ForAllOrganisations("grading").Where(row => entities.Contains(row.Entity)).ToDictionaryAsync(row => row.Entity, StringComparer.Ordinal, cancellation);
        var movers = found.Where(one => NoticeCover.IsWanted(pack, known.GetValueOrDefault(one.Key)?.Grade, one.Value.Grade))
            .ToDictionary(one => one.Key, one => known.GetValueOrDefault(one.Key)?.Grade, StringComparer.Ordinal);
        var held = await hold.RunAsync(movers, scores.Manifest, former, cancellation);
        List<string> others = [];
        foreach (var (entity, score) in found.Where(one => !held.Contains(one.Key)))
        {
            if (WriteGrade.Run(db, known.GetValueOrDefault(entity), FoundGrade.Of(entity, pack.Grades[score.Grade], score.Points, scores.Manifest), clock))
            {
                others.Add(entity);
            }
        }

        await TellSubscribers.OfGradesAsync(db, others, clock, cancellation);
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
        return others.Count;
    }
}
