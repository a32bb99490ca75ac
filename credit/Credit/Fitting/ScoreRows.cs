using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Fitting;

/// <summary>Scores rows of a table by a pack as any entity is scored: its values become facts, and the one kernel evaluates them.</summary>
internal static class ScoreRows
{
    /// <returns>Points by the order of <paramref name="rows"/>.</returns>
    public static int[] By(PolicyPack pack, FactTypes types, EntityTable table, int[] rows)
    {
        var kernel = new ScoreKernel(CompilePack.For(pack, types, pack.From, BuildPack.Purpose));
        var day = Day.Of(pack.From);
        var facts = new FactTable();
        var points = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            facts.Clear();
            for (var column = 0; column < table.Columns.Count; column++)
            {
                if (table.Column(column)[rows[i]] is var quantity and not EntityTable.Missing)
                {
                    facts.Add(new ScoredFact(BuildPack.NumberOf(column), SeverityClass.None, default, day, day, Day.Open, quantity));
                }
            }

            points[i] = kernel.Evaluate(facts.Columns).Points;
        }

        return points;
    }
}
