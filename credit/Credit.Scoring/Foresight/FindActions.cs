using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Scoring.Foresight;

/// <summary>Something in the entity's power: from a day on, a fact does not count any more.</summary>
/// <param name="Row">The fact's row.</param>
/// <param name="From">The earliest day on which it can have taken effect.</param>
/// <param name="Kind">What is done: "repair", "perform"; the caller's word, given back.</param>
public readonly record struct PossibleAction(int Row, DateOnly From, string Kind);

/// <summary>A way to a better grade.</summary>
/// <param name="On">The first day on which it holds, everything done as early as it can be.</param>
/// <param name="Actions">As few as any way has.</param>
/// <param name="Certain">False when the search ended at its bound, so that a shorter way may exist.</param>
public sealed record WayToGrade(string Grade, DateOnly On, int Points, ImmutableArray<PossibleAction> Actions, bool Certain);

/// <summary>
/// Finds the fewest actions that reach a grade, and of these the earliest day. Branch and bound: what a number of facts can give back at most
/// (<see cref="ActionBound"/>) tells how many it takes at least, and leaves aside every set that cannot reach; of facts that are as good as each other one is tried.
/// </summary>
public static class FindActions
{
    /// <summary>
    /// Evaluations and bounds after which the search ends with the best way it has. Of an entity with more facts than people ever have to look at each counts
    /// for several, so that the bound is one of time.
    /// </summary>
    public const int MostEvaluations = 20_000;

    /// <param name="grade">The grade to reach.</param>
    /// <param name="actions">What can be done; of several for one fact, any one suffices.</param>
    /// <param name="evaluations">After so many a way is given that is not known to be the shortest.</param>
    /// <returns>Null when nothing in the entity's power reaches the grade within the days the actions take.</returns>
    public static WayToGrade? To(string grade, PolicyPack pack, FactTypes types, FactColumns facts, DateOnly today, string purpose, IReadOnlyList<PossibleAction> actions, int evaluations = MostEvaluations)
    {
        var earliest = actions.GroupBy(action => action.Row).Select(group => group.MinBy(action => action.From)).ToArray();
        var left = evaluations;
        WayToGrade? best = null;
        var days = earliest.Select(action => action.From).Append(today).Where(day => day >= today && (pack.To is not { } to || day < to)).Distinct().Order().ToArray();
        for (var at = 0; at < days.Length; at++)
        {
            // Without work left one day is looked at: that on which everything can have taken effect.
            at = left > 0 ? at : days.Length - 1;
            var day = days[at];
            left -= facts.Count / ActionSearch.FactsOfADay;
            var search = new ActionSearch(CompilePack.For(pack, types, day, purpose), facts, [.. earliest.Where(action => action.From <= day)], grade);
            var most = best is null ? int.MaxValue : best.Actions.Length - 1;
            if (search.Fewest(most, ref left) is { } found)
            {
                best = new(grade, day, found.Points, [.. found.Actions.OrderBy(action => action.From).ThenBy(action => action.Row)], left > 0);
            }
            else if (best is null && left <= 0 && search.Some() is { } some)
            {
                best = new(grade, day, some.Points, [.. some.Actions.OrderBy(action => action.From).ThenBy(action => action.Row)], false);
            }

            if (best is { Actions.Length: 0 } || (best is not null && left <= 0))
            {
                break;
            }
        }

        return best is null ? null : best with { Certain = left > 0 };
    }
}
