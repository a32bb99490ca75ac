using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Scoring.Foresight;

/// <summary>The search for one day: which facts have to go, as few as possible.</summary>
internal sealed class ActionSearch
{
    /// <summary>
    /// Of a way that takes more, beside what is required, the fewest are not searched for: nobody would follow it, and each is a level of the stack.
    /// </summary>
    public const int MostChosen = 500;

    /// <summary>To make ready a day of so many facts is work like one evaluation of a few.</summary>
    public const int FactsOfADay = 128;

    private const int FactsOfAnEvaluation = 1_024;
    private const int StepsOfABound = 4_096;

    /// <summary>Facts looked at, over all evaluations, to leave out what a set does not need.</summary>
    private const int MostLookedAt = 4_000_000;

    private readonly ScoreKernel kernel;
    private readonly FactTable table = new();
    private readonly ScoredFact[] facts;
    private readonly bool[] gone;
    private readonly PossibleAction[] required;
    private readonly PossibleAction[] candidates;
    private readonly ActionBound bound;
    private readonly bool[] taken;
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

        needed = pack.GradeFrom[target] <= pack.Lowest ? int.MinValue : pack.GradeFrom[target];

        // A fact of a list that keeps the grade down has to go whatever else does. Of the others those with the largest gains come first: a way is
        // found early, and one that is as good as another stands before it.
        var trace = new Explaining.RecordingTrace();
        kernel.Evaluate(columns, ref trace);
        var listed = trace.Bounding.Where(bounding => pack.Overrides[bounding.Known].AtBest > target).Select(bounding => bounding.Row).ToHashSet();
        var largest = LargestGains(pack, columns.Count, trace);
        required = [.. actions.Where(action => listed.Contains(action.Row)).OrderBy(action => action.Row)];
        candidates =
        [
            .. actions.Where(action => largest[action.Row] > 0 && !listed.Contains(action.Row))
                .OrderByDescending(action => largest[action.Row]).ThenByDescending(action => facts[action.Row].Quantity).ThenBy(action => action.Row),
        ];
        taken = new bool[candidates.Length];
        bound = new ActionBound(pack, columns, trace, required.Select(action => action.Row).ToHashSet(), [.. candidates.Select(action => action.Row)]);
    }

    /// <summary>
    /// The smallest set, no larger than <paramref name="most"/>, that reaches the grade; null when there is none, or the bound of work is reached. It is too,
    /// at once, where it takes more than <see cref="MostChosen"/>.
    /// </summary>
    public (int Points, List<PossibleAction> Actions)? Fewest(int most, ref int left)
    {
        var largest = Math.Min(most - required.Length, Math.Min(candidates.Length, MostChosen));
        if (largest < 0 || left <= 0)
        {
            return null;
        }

        if (!MayReach(0, largest, ref left))
        {
            left = largest == MostChosen && candidates.Length > MostChosen ? 0 : left;
            return null;
        }

        if (!AllReach(ref left))
        {
            return null;
        }

        var chosen = new List<PossibleAction>(required);
        for (var size = Least(largest, ref left); size <= largest && left > 0; size++)
        {
            if (Choose(0, size, chosen, ref left) is { } points)
            {
                return (points, chosen);
            }
        }

        return null;
    }

    /// <summary>
    /// A set that reaches the grade, though a smaller one may exist; null when all together do not reach it. Unless it is very large, none of it can be left out.
    /// </summary>
    public (int Points, List<PossibleAction> Actions)? Some()
    {
        var unbounded = int.MaxValue;
        if (!AllReach(ref unbounded))
        {
            return null;
        }

        // As many of those with the largest gains as it takes: what is taken as reaching was always seen to.
        var (low, high) = (0, candidates.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            TakeFirst(middle);
            (low, high) = Reaches(out _, ref unbounded) ? (low, middle) : (middle + 1, high);
        }

        TakeFirst(high);
        foreach (var action in candidates.Take(high).Reverse().Take(MostLookedAt / Math.Max(1, facts.Length)))
        {
            gone[action.Row] = false;
            gone[action.Row] = !Reaches(out _, ref unbounded);
        }

        Reaches(out var points, ref unbounded);
        return (points, [.. required, .. candidates.Where(action => gone[action.Row])]);
    }

    private void TakeFirst(int many)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            gone[candidates[i].Row] = i < many;
        }
    }

    /// <summary>The smallest number that can reach the grade by the bound: it ascends.</summary>
    private int Least(int largest, ref int left)
    {
        var (low, high) = (0, largest);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = MayReach(0, middle, ref left) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private bool AllReach(ref int left)
    {
        Array.ForEach(required, action => gone[action.Row] = true);
        Array.ForEach(candidates, action => gone[action.Row] = true);
        var reached = Reaches(out _, ref left);
        Array.ForEach(candidates, action => gone[action.Row] = false);
        return reached;
    }

    private int? Choose(int from, int more, List<PossibleAction> chosen, ref int left)
    {
        if (more == 0)
        {
            return Reaches(out var points, ref left) ? points : null;
        }

        for (var i = from; i + more <= candidates.Length && left > 0; i++)
        {
            left -= i / FactsOfAnEvaluation;

            // One that is as good was passed over: with it in this one's place the sum would be no less, and that has been looked at.
            if (HasBetter(i))
            {
                continue;
            }

            Take(i, chosen);
            if (MayReach(i + 1, more - 1, ref left) && Choose(i + 1, more - 1, chosen, ref left) is { } found)
            {
                return found;
            }

            taken[i] = gone[candidates[i].Row] = false;
            chosen.RemoveAt(chosen.Count - 1);
            if (!MayReach(i + 1, more, ref left))
            {
                return null;
            }
        }

        return null;
    }

    private void Take(int candidate, List<PossibleAction> chosen)
    {
        taken[candidate] = gone[candidates[candidate].Row] = true;
        chosen.Add(candidates[candidate]);
    }

    private bool HasBetter(int candidate)
    {
        for (var other = 0; other < candidate; other++)
        {
            if (!taken[other] && bound.Dominates(other, candidate))
            {
                return true;
            }
        }

        return false;
    }

    private bool MayReach(int from, int more, ref int left)
    {
        left -= 1 + (more * more / StepsOfABound) + (facts.Length / FactsOfAnEvaluation);
        return bound.Reach(taken, from, more) >= needed;
    }

    private bool Reaches(out int points, ref int left)
    {
        left -= 1 + (facts.Length / FactsOfAnEvaluation);
        table.Clear();
        for (var row = 0; row < facts.Length; row++)
        {
            if (!gone[row])
            {
                table.Add(facts[row]);
            }
        }

        var score = kernel.Evaluate(table.Columns);
        points = score.Points;
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
