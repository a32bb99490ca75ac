using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Scoring.Foresight;

/// <summary>The search for one day: which facts have to go, as few as possible.</summary>
internal sealed class ActionSearch
{
    private readonly ScoreKernel kernel;
    private readonly FactTable table = new();
    private readonly ScoredFact[] facts;
    private readonly bool[] gone;
    private readonly PossibleAction[] required;
    private readonly PossibleAction[] candidates;
    private readonly long[] gains;
    private readonly int target;
    private readonly int needed;

    public ActionSearch(CompiledPack pack, FactColumns columns, PossibleAction[] actions, string grade)
    {
        kernel = new ScoreKernel(pack);
        facts = new ScoredFact[columns.Count];
        for (var row = 0; row < facts.Length; row++)
        {
            facts[row] = new(columns.Type[row], (SeverityClass)(columns.ClassAndFlags[row] & 3), (FactMarks)(columns.ClassAndFlags[row] >> 2),
                new(columns.Decided[row]), new(columns.From[row]), new(columns.Until[row]), columns.Quantity[row]);
        }

        gone = new bool[facts.Length];
        target = pack.Grades.IndexOf(grade);
        if (target < 0)
        {
            throw new ArgumentException($"the grade {grade} is not in the pack; it has {string.Join(", ", pack.Grades)}", nameof(grade));
        }

        needed = pack.GradeFrom[target];

        // A fact of a list that keeps the grade down has to go whatever else does. Of the others those with the largest gains come first: a way is
        // found early, and what follows cannot reach further than what came before.
        var trace = new Explaining.RecordingTrace();
        kernel.Evaluate(columns, ref trace);
        var listed = trace.Bounding.Where(bounding => pack.Overrides[bounding.Known].AtBest > target).Select(bounding => bounding.Row).ToHashSet();
        var largest = LargestGains(pack, columns.Count, trace);
        required = [.. actions.Where(action => listed.Contains(action.Row)).OrderBy(action => action.Row)];
        candidates = [.. actions.Where(action => largest[action.Row] > 0 && !listed.Contains(action.Row)).OrderByDescending(action => largest[action.Row]).ThenBy(action => action.Row)];
        gains = [.. candidates.Select(action => largest[action.Row])];
    }

    /// <summary>The smallest set, no larger than <paramref name="most"/>, that reaches the grade; null when there is none or the bound of work is reached.</summary>
    public (int Points, List<PossibleAction> Actions)? Fewest(int most, ref int left)
    {
        foreach (var action in required)
        {
            gone[action.Row] = true;
        }

        foreach (var action in candidates)
        {
            gone[action.Row] = true;
        }

        var all = Reached(out _, out _, ref left);
        foreach (var action in candidates)
        {
            gone[action.Row] = false;
        }

        if (!all)
        {
            return null;
        }

        for (var size = 0; size <= Math.Min(most - required.Length, candidates.Length) && left > 0; size++)
        {
            var chosen = new List<PossibleAction>(required);
            if (Choose(0, size, chosen, ref left) is { } points)
            {
                return (points, chosen);
            }
        }

        return null;
    }

    private int? Choose(int from, int more, List<PossibleAction> chosen, ref int left)
    {
        var reached = Reached(out var points, out var sum, ref left);
        if (more == 0)
        {
            return reached ? points : null;
        }

        for (var i = from; i + more <= candidates.Length && left > 0; i++)
        {
            // Those from here on have the largest gains that are left: when even they do not reach, none does.
            var reach = sum;
            for (var j = i; j < i + more; j++)
            {
                reach += gains[j];
            }

            if (reach < needed)
            {
                return null;
            }

            chosen.Add(candidates[i]);
            gone[candidates[i].Row] = true;
            var found = Choose(i + 1, more - 1, chosen, ref left);
            gone[candidates[i].Row] = false;
            if (found is not null)
            {
                return found;
            }

            chosen.RemoveAt(chosen.Count - 1);
        }

        return null;
    }

    /// <param name="sum">The points before the scale cuts them off: what is far below its end needs as much more.</param>
    private bool Reached(out int points, out long sum, ref int left)
    {
        left--;
        table.Clear();
        for (var row = 0; row < facts.Length; row++)
        {
            if (!gone[row])
            {
                table.Add(facts[row]);
            }
        }

        var beyond = default(BeyondScale);
        var score = kernel.Evaluate(table.Columns, ref beyond);
        points = score.Points;
        sum = beyond.Sum ?? points;
        return score.Grade <= target;
    }

    /// <summary>
    /// By row: the most that its going can raise the score, whatever else is gone. A fact with points of its own gives back at most these, for a
    /// bound only makes it less; a rule with points for all facts together gives back at most the distance from its worst to its best.
    /// </summary>
    private static long[] LargestGains(CompiledPack pack, int rows, Explaining.RecordingTrace trace)
    {
        var largest = new long[rows];
        foreach (var fed in trace.Fed)
        {
            var rule = pack.Rules[fed.Rule];
            largest[fed.Row] += rule.Gathering == Gathering.Each
                ? Math.Max(0, -fed.Points)
                : Math.Max(rule.Absent, rule.BandPoints.Max()) - Math.Min(rule.Absent, rule.BandPoints.Min());
        }

        return largest;
    }
}
