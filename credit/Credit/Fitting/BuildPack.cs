using System.Collections.Immutable;
using System.Globalization;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform;

namespace Backbone.Credit.Fitting;

/// <summary>What a fitted pack is called and where it says it comes from.</summary>
/// <param name="Source">The file it was fitted to, with its digest.</param>
/// <param name="From">First day the pack may be used.</param>
internal sealed record PackName(string Id, string Source, DateOnly From);

/// <summary>
/// Makes a policy pack of a card: whole points, 600 where 19 are good for one that is bad, and 50 more for each doubling. A point is a seventieth
/// of a natural logarithm, so rounding moves no rule by more than half of that.
/// </summary>
internal static class BuildPack
{
    /// <summary>The one purpose of a fitted pack, until whoever answers for it gives it others.</summary>
    public const string Purpose = "back-test";

    private const int PointsAtOdds = 600;
    private const double Odds = 19;
    private const int PointsToDouble = 50;
    private static readonly double PointsPerLog = PointsToDouble / Math.Log(2);

    /// <param name="share">Share of bad rows among those it was fitted to: grades are set around it.</param>
    public static PolicyPack Of(Card card, double share, PackName name)
    {
        var rules = card.Rules.Select(rule => RuleOf(rule, name.Source)).ToImmutableArray();
        var start = (int)Math.Round(PointsAtOdds - (PointsPerLog * (card.Intercept + Math.Log(Odds))));
        var (lowest, highest) = (start, start);
        foreach (var rule in rules)
        {
            long[] points = [rule.Absent.Literal, .. rule.Bands.Select(band => band.Points.Literal)];
            lowest += (int)points.Min();
            highest += (int)points.Max();
        }

        var average = (int)Math.Round(PointsAtOdds + (PointsPerLog * (Math.Log((1 - share) / share) - Math.Log(Odds))));
        return new PolicyPack(
            name.Id,
            1,
            new("拟合评分卡", "fitted scorecard"),
            name.Source,
            new(
                "由历史数据拟合，仅供回测；每条规则须经人工审定后方可用于任何决定。",
                "Fitted to data of the past, for back-tests alone: before any decision rests on it, people have to judge every rule."),
            name.From,
            null,
            [new(Purpose, new("回测", "back-test"), name.Source)],
            CountsDisputed: false,
            new ScoreScale(start, lowest, highest),
            [],
            [],
            [],
            rules,
            [
                new("A", new("风险不足平均的四分之一", "less than a quarter of the average risk"), average + (2 * PointsToDouble)),
                new("B", new("风险低于平均", "less than the average risk"), average),
                new("C", new("风险高于平均", "more than the average risk"), average - (2 * PointsToDouble)),
                new("D", new("风险超过平均四倍", "more than four times the average risk"), null),
            ],
            []);
    }

    /// <summary>The types of facts the columns of a table become.</summary>
    public static FactTypes TypesOf(EntityTable table) =>
        new(table.Columns.Select((name, column) => new FactType(NumberOf(column), CodeOf(column, name), FactEffect.Graded)));

    /// <summary>The number of a column's fact type.</summary>
    public static ushort NumberOf(int column) => (ushort)(column + 1);

    /// <summary>The code of a column's fact type: its number, which no other has, and what of its name a code can hold.</summary>
    public static string CodeOf(int column, string name)
    {
        var words = new string([.. name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-')])
            .Split('-', StringSplitOptions.RemoveEmptyEntries);
        var code = string.Join('-', words.Prepend(string.Create(CultureInfo.InvariantCulture, $"x{column + 1:D2}")));
        return code.Length <= 60 ? code : code[..60].TrimEnd('-');
    }

    private static Rule RuleOf(CardRule rule, string source)
    {
        var code = CodeOf(rule.Column, rule.Name);
        return new Rule(
            code,
            new(rule.Name, rule.Name),
            RuleShape.Table,
            Direction.Graded,
            new Selection([code], [], null),
            null,
            ImmutableDictionary<SeverityClass, Number>.Empty,
            null,
            [.. rule.Bands.Select(band => new Band(band.From is { } from ? from : null, Points(band.Weight)))],
            Points(rule.Absent),
            null,
            null,
            null,
            [],
            source);
    }

    private static Number Points(double weight) => (int)Math.Round(-weight * PointsPerLog);
}
