namespace Backbone.Credit.Fitting;

/// <summary>
/// Fits a card to rows of a table: rule by rule whichever column makes the outcomes likelier given the rules already there, its bands made for
/// just that, and all weights anew with every rule. It ends at the most rules, or before when no column is worth one. Nothing is drawn by chance.
/// </summary>
internal static class FitCard
{
    private const int StepsWhileGrowing = 3;
    private const int StepsAtTheEnd = 25;

    public static Card To(EntityTable table, int[] rows, FitOptions how)
    {
        bool[] bad = [.. rows.Select(row => table.Bad[row])];
        FineColumn[] columns = [.. Enumerable.Range(0, table.Columns.Count).Select(column => FineColumn.Cut(table, column, rows))];
        var least = Math.Max(1, (int)Math.Ceiling(rows.Length * how.LeastShare));
        var joint = new JointFit(bad, how);
        var rules = new List<FittedRule>();
        joint.Fit(rules, StepsWhileGrowing);

        while (rules.Count < how.Rules && Best(columns, rules, bad, joint.Probability, least, how) is { } next)
        {
            rules.Add(next);
            joint.Fit(rules, StepsWhileGrowing);
        }

        joint.Fit(rules, StepsAtTheEnd);
        while (Unturned(rules))
        {
            joint.Fit(rules, StepsAtTheEnd);
        }

        return Card.Of(table, joint.Intercept, rules);
    }

    private static FittedRule? Best(
        FineColumn[] columns, List<FittedRule> rules, bool[] bad, double[] probability, int least, FitOptions how)
    {
        (FineColumn Column, Banding Banding)? best = null;
        foreach (var column in columns.Where(column => column.Count > 0 && rules.TrueForAll(rule => rule.Column != column)))
        {
            var banding = ChooseBands.For(Count(column, bad, probability), least, how);
            if (banding.Gain > (best?.Banding.Gain ?? how.RuleCost))
            {
                best = (column, banding);
            }
        }

        return best is { } found ? new FittedRule(found.Column, found.Banding) : null;
    }

    private static StepCounts Count(FineColumn column, bool[] bad, double[] probability)
    {
        var (rows, bads, expected) = (new int[column.Count + 1], new int[column.Count + 1], new double[column.Count + 1]);
        var steps = column.Step;
        for (var row = 0; row < steps.Length; row++)
        {
            var step = steps[row];
            rows[step]++;
            bads[step] += bad[row] ? 1 : 0;
            expected[step] += probability[row];
        }

        return new(rows, bads, expected);
    }

    /// <summary>Whether a rule had to be made simpler: jointly fitted weights may turn where the bands alone did not.</summary>
    private static bool Unturned(List<FittedRule> rules)
    {
        var any = false;
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].WithoutSecondTurn() is { } simpler)
            {
                rules[i] = simpler;
                any = true;
            }
        }

        return any;
    }
}
