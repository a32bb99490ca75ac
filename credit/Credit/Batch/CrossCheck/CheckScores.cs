using System.Collections.Immutable;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Batch.CrossCheck;

/// <param name="Compared">Entities.</param>
/// <param name="Differing">How many have another score or grade.</param>
/// <param name="Shown">The first of them, rule by rule.</param>
internal sealed record ScoresChecked(long Compared, long Differing, ImmutableArray<ScoreDifference> Shown);

/// <param name="Entity">Whose.</param>
/// <param name="Kept">Points and grade of the set that was checked.</param>
/// <param name="Sql">What SQL found.</param>
/// <param name="Rules">Each rule on whose points the kernel, asked once more, and SQL differ. None: the set is not what the kernel gives.</param>
internal sealed record ScoreDifference(EntityCode Entity, (int Points, string Grade) Kept, (int Points, string Grade) Sql, ImmutableArray<RuleDifference> Rules);

internal readonly record struct RuleDifference(string Rule, long Kernel, long Sql);

/// <summary>Computes scores of a set again by SQL, in DuckDB, from the same segments, and says where they differ: of a sample, or of all.</summary>
internal sealed class CheckScores(SegmentFolder segments, ScoreColumns scores, ScorePlan plan, FactTypes types)
{
    private const int MostShown = 100;
    private const int BlockRows = 4096;

    /// <summary>Facts in the engine at once: a few hundred megabytes with what it makes of them.</summary>
    private const int FactsAtOnce = 4_000_000;

    private const long Memory = 2L << 30;

    /// <param name="every">1 for all entities, n for each n-th row.</param>
    /// <param name="first">The first row, below <paramref name="every"/>: another one each day looks at all in n days.</param>
    /// <exception cref="InvalidOperationException">The scores are of other segments.</exception>
    public ScoresChecked Run(int every, int first, CancellationToken cancellation)
    {
        if (!scores.IsOf(segments))
        {
            throw new InvalidOperationException($"scores {scores.Name} are of other segments than are there now");
        }

        var sql = ScoreSql.Of(plan.Pack.Pack, types, plan.Pack.ValidOn, plan.Pack.Purpose);
        using var engine = new SqlScores(Memory);
        var (compared, differing, shown) = (0L, 0L, ImmutableArray.CreateBuilder<ScoreDifference>());
        var block = new FactBlock();
        for (var index = 0; index < segments.Segments.Length; index++)
        {
            var segment = segments.Segments[index];
            var facts = 0;
            for (var start = 0; start < segment.Entities; start += BlockRows)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = Math.Min(BlockRows, segment.Entities - start);
                segment.Read(start, count, block);
                for (var row = start; row < start + count; row++)
                {
                    if (row % every == first && !segments.IsOverridden(index, row))
                    {
                        engine.Add(row, block.Of(row - start));
                        facts += block.Of(row - start).Count + 1;
                    }
                }

                if (facts >= FactsAtOnce || start + count == segment.Entities)
                {
                    Compare(index);
                    facts = 0;
                }
            }
        }

        return new(compared, differing, shown.ToImmutable());

        void Compare(int index)
        {
            foreach (var found in engine.Scores(sql))
            {
                var kept = scores[index, found.Entity];
                compared++;
                if (kept.Points == found.Points && kept.Grade == found.Grade)
                {
                    continue;
                }

                differing++;
                if (shown.Count < MostShown)
                {
                    shown.Add(new(
                        EntityCode.FromPacked(segments.Segments[index].Entity(found.Entity)),
                        (kept.Points, GradeOf(kept.Grade)),
                        (found.Points, GradeOf(found.Grade)),
                        Differences(segments.Segments[index], found, sql)));
                }
            }
        }
    }

    private string GradeOf(int grade) => grade < plan.Pack.Grades.Length ? plan.Pack.Grades[grade] : "none";

    private ImmutableArray<RuleDifference> Differences(Segment segment, SqlScore found, ScoreSql sql)
    {
        var block = new FactBlock();
        segment.Read(found.Entity, 1, block);
        return ByRule(plan, block.Of(0), found, sql);
    }

    /// <summary>Where the kernel's points of a rule are not those of SQL.</summary>
    internal static ImmutableArray<RuleDifference> ByRule(ScorePlan plan, FactColumns facts, SqlScore found, ScoreSql sql)
    {
        var named = new List<NamedFact>(facts.Count);
        for (var row = 0; row < facts.Count; row++)
        {
            named.Add(new(FormattableString.Invariant($"{row:D10}"), new ScoredFact(
                facts.Type[row], (SeverityClass)(facts.ClassAndFlags[row] & 3), (FactMarks)(facts.ClassAndFlags[row] >> 2), new Day(facts.Decided[row]), new Day(facts.From[row]),
                new Day(facts.Until[row]), facts.Quantity[row])));
        }

        var kernel = ExplainScore.Of(plan.Pack, named).Contributions.Where(part => part.Kind is ContributionKind.Rule or ContributionKind.RuleBound)
            .GroupBy(part => part.Id, StringComparer.Ordinal).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Points), StringComparer.Ordinal);
        return
        [
            .. sql.Rules.Select((rule, i) => new RuleDifference(rule.Id, kernel.GetValueOrDefault(rule.Id), found.Rules[i])).Where(rule => rule.Kernel != rule.Sql),
        ];
    }
}
