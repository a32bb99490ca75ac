using System.Globalization;
using System.Text;

namespace Backbone.Credit.Fitting;

/// <summary>The report for people: how well, then every rule in words.</summary>
internal static class WriteReportText
{
    public static string Write(FitReport report)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Line($"# Fitted scorecard {report.Pack.Id}");
        Line($"");
        Line($"It is {Plain(report.Source)}: {report.Rows} entities, {report.Bad} of them ({Share(report.Bad, report.Rows)}) with outcome \"{Plain(report.Outcome)}\"; {report.Columns} columns to choose from.");
        Line($"It shows how this card tells entities of this table apart. It says nothing about other entities, other times or other kinds of facts.");
        Line($"");
        Line($"## How well");
        Line($"");
        Line($"Each of {report.Validation.Folds.Length} folds was scored by a pack fitted to the other folds, in whole points, by the kernel that scores every entity. Intervals of 95 %.");
        Line($"");
        Line($"| measure | value | from | to |");
        Line($"| --- | --- | --- | --- |");
        foreach (var (name, one) in new[]
        {
            ("AUC (mean of folds; DeLong)", report.Validation.Area), ("Gini", report.Validation.Gini),
            ("KS (drawn 500 times)", report.Validation.Distance), ("bad entities among the worst tenth (drawn 500 times)", report.Validation.Capture),
        })
        {
            Line($"| {name} | {one.Value:F3} | {one.Low:F3} | {one.High:F3} |");
        }

        Line($"");
        Line($"| fold | rows | bad | rules | AUC | from | to | unrounded | on training | KS | worst tenth | PSI |");
        Line($"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        var number = 1;
        foreach (var fold in report.Validation.Folds)
        {
            Line($"| {number++} | {fold.Rows} | {fold.Bad} | {fold.Rules} | {fold.Area.Value:F3} | {fold.Area.Low:F3} | {fold.Area.High:F3} | {fold.AreaUnrounded:F3} | {fold.AreaOfTraining:F3} | {fold.Distance:F3} | {fold.Capture:F3} | {fold.Shift:F3} |");
        }

        Line($"");
        Line($"PSI: how far the points of the fold are spread otherwise than those fitted to; below 0.1 little, above 0.25 much.");
        Line($"");
        Line($"## The rules");
        Line($"");
        Line($"A score begins at {report.Pack.Scale.Base} points and each of the {report.Rules.Length} rules adds or takes some, so that it lies between {report.Pack.Scale.Lowest} and {report.Pack.Scale.Highest}. 600 points: of 20 such entities one is bad; 50 points more: half the odds of that.");
        Line($"Grades: {string.Join(", ", report.Pack.Grades.Select(grade => grade.From is { } from ? $"{grade.Id} from {from}" : $"{grade.Id} below"))}.");
        Line($"Bands have points by what they add to the other rules, the weight of evidence is of each band by itself: where rules say the same, the two differ.");
        number = 1;
        foreach (var rule in report.Rules)
        {
            Line($"");
            Line($"### {number++}. {Plain(rule.Column)}");
            Line($"");
            Line($"{Form(rule)}");
            Line($"");
            Line($"| value | points | entities | bad | share bad | weight of evidence |");
            Line($"| --- | --- | --- | --- | --- | --- |");
            foreach (var band in rule.Bands)
            {
                Line($"| {Words(band)} | {band.Points:+0;-0;0} | {band.Rows} | {band.Bad} | {Share(band.Bad, band.Rows)} | {band.Evidence:F2} |");
            }

            Line($"| no value | {rule.Absent.Points:+0;-0;0} | {rule.Absent.Rows} | {rule.Absent.Bad} | {Share(rule.Absent.Bad, rule.Absent.Rows)} | {rule.Absent.Evidence:F2} |");
        }

        return text.ToString();
    }

    /// <summary>How points go along the column.</summary>
    private static string Form(RuleReport rule)
    {
        int[] ways = [.. rule.Bands.Zip(rule.Bands.Skip(1), (left, right) => Math.Sign(right.Points - left.Points)).Where(way => way != 0)];
        return ways switch
        {
            [] => "Only whether there is a value counts.",
            [1, ..] when ways[^1] == 1 => "The more, the more points.",
            [-1, ..] when ways[^1] == -1 => "The more, the fewer points.",
            [1, ..] => "Most points in the middle.",
            _ => "Fewest points in the middle.",
        };
    }

    private static string Words(BandReport band) => band switch
    {
        { From: null, To: null } => "any",
        { From: null, To: { } to } => $"below {Value(to)}",
        { From: { } from, To: null } => $"{Value(from)} or more",
        { From: { } from, To: { } to } => $"{Value(from)} to below {Value(to)}",
    };

    private static string Value(long quantity) => (quantity / (decimal)EntityTable.Unit).ToString("0.######", CultureInfo.InvariantCulture);

    private static string Share(int part, int all) => all == 0 ? "-" : (100.0 * part / all).ToString("F1", CultureInfo.InvariantCulture) + " %";

    /// <summary>Words of a file, so that they change nothing of the page they stand in.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (var character in text)
        {
            plain = (@"\`*_{}[]<>#|".Contains(character, StringComparison.Ordinal) ? plain.Append('\\') : plain).Append(character);
        }

        return plain.ToString();
    }
}
