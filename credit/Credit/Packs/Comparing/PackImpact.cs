using System.Collections.Immutable;
using Backbone.Credit.Batch;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Packs.Comparing;

/// <summary>How many organisations have one grade by the one pack and another by the other.</summary>
internal sealed record GradeMove(string Before, string After, long Count);

/// <summary>Of one group of organisations: how many there are, and how many are graded better or worse.</summary>
internal sealed record GroupMoves(string Group, long All, long Better, long Worse);

/// <summary>Who moves between grades when one pack takes the place of another: all organisations scored by both, on the same facts and day.</summary>
/// <param name="Moves">With those that stay, by grade from best to worst.</param>
/// <param name="ByRegion">By province, the first two digits of the region in the code.</param>
/// <param name="ByDepartment">By registering department and class, the first two characters of the code.</param>
internal sealed record PackImpact(long Entities, ImmutableArray<GradeMove> Moves, ImmutableArray<GroupMoves> ByRegion, ImmutableArray<GroupMoves> ByDepartment)
{
    /// <param name="segments">Facts of all organisations.</param>
    /// <param name="before">The pack in force.</param>
    /// <param name="after">The one that may take its place; of the same day.</param>
    /// <param name="aside">An empty folder for the scores.</param>
    public static PackImpact Of(IReadOnlyList<SegmentFolder> segments, ScorePlan before, ScorePlan after, string aside, CancellationToken cancellation)
    {
        var moves = new long[before.Pack.Grades.Length, after.Pack.Grades.Length];
        var (regions, departments) = (new Dictionary<string, long[]>(StringComparer.Ordinal), new Dictionary<string, long[]>(StringComparer.Ordinal));
        var entities = 0L;
        for (var i = 0; i < segments.Count; i++)
        {
            using var former = Scored(segments[i], before, Path.Combine(aside, FormattableString.Invariant($"{i}-before")), cancellation);
            using var now = Scored(segments[i], after, Path.Combine(aside, FormattableString.Invariant($"{i}-after")), cancellation);
            foreach (var (segment, row) in MergeSegments.RowsInOrder(segments[i].Segments))
            {
                var (one, other) = (former[segment, row].Grade, now[segment, row].Grade);
                moves[one, other]++;
                entities++;

                // Grades of two packs compare by their place on the way from best to worst.
                var better = Share(other, after) < Share(one, before);
                var worse = Share(other, after) > Share(one, before);
                var code = EntityCode.FromPacked(segments[i].Segments[segment].Entity(row)).ToString();
                Count(regions, code[2..4], better, worse);
                Count(departments, code[..2], better, worse);
            }
        }

        return new(entities, [.. All(moves, before, after)], Groups(regions), Groups(departments));
    }

    /// <summary>Of several parts with no organisation in common, as one.</summary>
    public static PackImpact Sum(IReadOnlyCollection<PackImpact> parts) => new(
        parts.Sum(part => part.Entities),
        [.. parts.SelectMany(part => part.Moves).GroupBy(move => (move.Before, move.After)).Select(same => new GradeMove(same.Key.Before, same.Key.After, same.Sum(move => move.Count)))],
        Sum(parts.SelectMany(part => part.ByRegion)),
        Sum(parts.SelectMany(part => part.ByDepartment)));

    private static ImmutableArray<GroupMoves> Sum(IEnumerable<GroupMoves> groups) =>
    [
        .. groups.GroupBy(group => group.Group).OrderBy(same => same.Key, StringComparer.Ordinal)
            .Select(same => new GroupMoves(same.Key, same.Sum(group => group.All), same.Sum(group => group.Better), same.Sum(group => group.Worse))),
    ];

    private static ScoreColumns Scored(SegmentFolder segments, ScorePlan plan, string folder, CancellationToken cancellation) =>
        new(folder, new Rescore(segments, plan).Run(folder, null, Environment.ProcessorCount, cancellation).Name);

    private static double Share(byte grade, ScorePlan plan) => (double)grade / Math.Max(1, plan.Pack.Grades.Length - 1);

    private static IEnumerable<GradeMove> All(long[,] moves, ScorePlan before, ScorePlan after)
    {
        for (var one = 0; one < before.Pack.Grades.Length; one++)
        {
            for (var other = 0; other < after.Pack.Grades.Length; other++)
            {
                if (moves[one, other] > 0)
                {
                    yield return new(before.Pack.Grades[one], after.Pack.Grades[other], moves[one, other]);
                }
            }
        }
    }

    private static void Count(Dictionary<string, long[]> groups, string group, bool better, bool worse)
    {
        if (!groups.TryGetValue(group, out var counts))
        {
            groups.Add(group, counts = new long[3]);
        }

        counts[0]++;
        counts[1] += better ? 1 : 0;
        counts[2] += worse ? 1 : 0;
    }

    private static ImmutableArray<GroupMoves> Groups(Dictionary<string, long[]> groups) =>
        [.. groups.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new GroupMoves(group.Key, group.Value[0], group.Value[1], group.Value[2]))];
}
