using System.Collections.Immutable;
using Backbone.Credit.Batch;
using Backbone.Credit.Profiles;
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
/// <param name="BySection">By section of industry, as <see cref="ProfileGroups"/> has them; so are the two others.</param>
internal sealed record PackImpact(
    long Entities, ImmutableArray<GradeMove> Moves, ImmutableArray<GroupMoves> ByRegion, ImmutableArray<GroupMoves> ByDepartment,
    ImmutableArray<GroupMoves> BySection, ImmutableArray<GroupMoves> BySize, ImmutableArray<GroupMoves> ByAge)
{
    /// <param name="shards">Facts of all organisations, and what the registry says of those it told of, in the order of the codes.</param>
    /// <param name="before">The pack in force.</param>
    /// <param name="after">The one that may take its place; of the same day.</param>
    /// <param name="aside">An empty folder for the scores.</param>
    public static async Task<PackImpact> OfAsync(
        IReadOnlyList<(SegmentFolder Segments, IAsyncEnumerable<ProfileRow> Profiles)> shards, ScorePlan before, ScorePlan after, string aside, CancellationToken cancellation)
    {
        var moves = new long[before.Pack.Grades.Length, after.Pack.Grades.Length];
        var (regions, departments, sections, sizes, ages) = (new Groups(), new Groups(), new Groups(), new Groups(), new Groups());
        var entities = 0L;
        for (var i = 0; i < shards.Count; i++)
        {
            var segments = shards[i].Segments;
            using var former = Scored(segments, before, Path.Combine(aside, FormattableString.Invariant($"{i}-before")), cancellation);
            using var now = Scored(segments, after, Path.Combine(aside, FormattableString.Invariant($"{i}-after")), cancellation);
            await using var profiles = shards[i].Profiles.GetAsyncEnumerator(cancellation);
            var has = await profiles.MoveNextAsync();
            foreach (var (segment, row) in MergeSegments.RowsInOrder(segments.Segments))
            {
                var (one, other) = (former[segment, row].Grade, now[segment, row].Grade);
                moves[one, other]++;
                entities++;

                // Grades of two packs compare by their place on the way from best to worst.
                var better = Share(other, after) < Share(one, before);
                var worse = Share(other, after) > Share(one, before);
                var code = EntityCode.FromPacked(segments.Segments[segment].Entity(row)).ToString();
                while (has && string.CompareOrdinal(profiles.Current.Entity, code) < 0)
                {
                    has = await profiles.MoveNextAsync();
                }

                var profile = has && profiles.Current.Entity == code ? profiles.Current : null;
                regions.Count(code[2..4], better, worse);
                departments.Count(code[..2], better, worse);
                sections.Count(profile?.Section ?? ProfileGroups.Unknown, better, worse);
                sizes.Count(ProfileGroups.SizeOf(profile?.Size ?? EntitySize.Unknown), better, worse);
                ages.Count(ProfileGroups.AgeOf(profile?.Established, after.Pack.ValidOn), better, worse);
            }
        }

        return new(entities, [.. All(moves, before, after)], regions.All, departments.All, sections.All, sizes.All, ages.All);
    }

    /// <summary>Of several parts with no organisation in common, as one.</summary>
    public static PackImpact Sum(IReadOnlyCollection<PackImpact> parts) => new(
        parts.Sum(part => part.Entities),
        [.. parts.SelectMany(part => part.Moves).GroupBy(move => (move.Before, move.After)).Select(same => new GradeMove(same.Key.Before, same.Key.After, same.Sum(move => move.Count)))],
        Sum(parts.SelectMany(part => part.ByRegion)),
        Sum(parts.SelectMany(part => part.ByDepartment)),
        Sum(parts.SelectMany(part => Known(part.BySection))),
        Sum(parts.SelectMany(part => Known(part.BySize))),
        Sum(parts.SelectMany(part => Known(part.ByAge))));

    /// <summary>Parts that were kept before there were profiles have no such groups.</summary>
    private static ImmutableArray<GroupMoves> Known(ImmutableArray<GroupMoves> groups) => groups.IsDefault ? [] : groups;

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

    /// <summary>Of each group how many there are, better and worse.</summary>
    private sealed class Groups
    {
        private readonly Dictionary<string, long[]> groups = new(StringComparer.Ordinal);

        public ImmutableArray<GroupMoves> All =>
            [.. groups.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new GroupMoves(group.Key, group.Value[0], group.Value[1], group.Value[2]))];

        public void Count(string group, bool better, bool worse)
        {
            if (!groups.TryGetValue(group, out var counts))
            {
                groups.Add(group, counts = new long[3]);
            }

            counts[0]++;
            counts[1] += better ? 1 : 0;
            counts[2] += worse ? 1 : 0;
        }
    }
}
