using System.Collections.Immutable;
using System.Globalization;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Batch.CrossCheck;

/// <summary>
/// What a pack says, as one statement for DuckDB: a second opinion on the kernel, which shares nothing with it but the pack. Parameters are looked
/// up here again, months are added by the engine, and every bound is written out. It reads the tables <c>entities(entity)</c> and
/// <c>facts(entity, type, class, marks, decided, used_from, used_until, quantity)</c> and gives entity, points, grade and then each relevant rule's
/// points. Only numbers go into it, never a text of the pack.
/// </summary>
internal sealed class ScoreSql
{
    /// <summary>More than any points and less than a day apart, so that a day and points make one number.</summary>
    private const long PointsSpan = 10_000_000;

    private readonly PolicyPack pack;
    private readonly FactTypes types;
    private readonly DateOnly validOn;
    private readonly string purpose;

    private ScoreSql(PolicyPack pack, FactTypes types, DateOnly validOn, string purpose)
    {
        (this.pack, this.types, this.validOn, this.purpose) = (pack, types, validOn, purpose);
        Rules = [.. pack.Rules.Where(rule => IsRelevant(rule.Purposes))];
    }

    /// <summary>The rules whose points the statement gives, in its order.</summary>
    public ImmutableArray<Rule> Rules { get; }

    public string Text { get; private set; } = "";

    private string Today => Date(validOn);

    public static ScoreSql Of(PolicyPack pack, FactTypes types, DateOnly validOn, string purpose)
    {
        var sql = new ScoreSql(pack, types, validOn, purpose);
        sql.Text = sql.Write();
        return sql;
    }

    private string Write()
    {
        var overrides = pack.Overrides.Where(known => IsRelevant(known.Purposes)).ToArray();
        var gathered = Rules.SelectMany(Gathered).Concat(overrides.Select((known, i) => I($"bool_or({Selects(known.Select)}) AS o{i}")));
        var marks = pack.CountsDisputed ? "marks IN (0, 1)" : "marks = 0";
        var worst = pack.Grades.Length - 1;
        var byPoints = string.Concat(pack.Grades.Take(worst).Select((grade, i) => I($"WHEN points >= {Value(grade.From!.Value)} THEN {i} ")));
        var bounds = overrides.Select((known, i) => I($", CASE WHEN o{i} THEN {IndexOf(known.AtBest)} ELSE 0 END"));
        return $"""
            WITH usable AS (
              SELECT entity, type, class, decided, quantity FROM facts
              WHERE {marks} AND used_from <= {Today} AND (used_until IS NULL OR used_until > {Today})),
            gathered AS (
              SELECT {string.Join(",\n    ", gathered.Prepend("entity"))}
              FROM usable GROUP BY entity),
            ruled AS (
              SELECT {string.Join(",\n    ", Rules.Select((rule, i) => I($"{Bounded(Points(rule, i), rule.Floor, rule.Ceiling)}::BIGINT AS r{i}")).Prepend("e.entity").Concat(overrides.Select((_, i) => I($"o{i}"))))}
              FROM entities e LEFT JOIN gathered g ON g.entity = e.entity),
            summed AS (
              SELECT *, {Bounded(Sum(), pack.Scale.Lowest, pack.Scale.Highest)} AS points FROM ruled)
            SELECT {string.Join(", ", ["entity", "points::INTEGER", $"greatest(CASE {byPoints}ELSE {I($"{worst}")} END{string.Concat(bounds)})::INTEGER", .. Rules.Select((_, i) => I($"r{i}"))])}
            FROM summed ORDER BY entity
            """;
    }

    /// <summary>What is counted, summed or found of a rule's facts.</summary>
    private IEnumerable<string> Gathered(Rule rule)
    {
        var (i, selects) = (Rules.IndexOf(rule), Selects(rule.Select));
        yield return I($"count(*) FILTER (WHERE {selects}) AS n{i}");
        switch (rule.Shape)
        {
            case RuleShape.Count when rule.Bands.IsEmpty:
                yield return I($"sum(CASE WHEN {selects} THEN {ByClass(rule, points => I($"{points}"))} END) AS m{i}");
                break;
            case RuleShape.Recency:
                yield return I($"sum(CASE WHEN {selects} THEN {ByClass(rule, points => Decayed(rule, points))} END) AS m{i}");
                break;
            case RuleShape.Sum:
                yield return I($"sum(CASE WHEN {selects} THEN greatest(quantity, 0) END) AS m{i}");
                break;
            case RuleShape.Ratio:
                yield return I($"count(*) FILTER (WHERE {Selects(rule.Against!)}) AS a{i}");
                break;
            case RuleShape.Table:
                // The newest day first, and on it the fewest points: the largest of day and points taken off.
                yield return I($"max(CASE WHEN {selects} THEN date_diff('day', DATE '1900-01-01', decided)::BIGINT * {PointsSpan} + {PointsSpan / 2} - ({Banded(rule, "quantity")}) END) AS m{i}");
                break;
            default:
                break;
        }
    }

    private string Points(Rule rule, int i)
    {
        var found = rule.Shape switch
        {
            RuleShape.Presence => I($"{Value(rule.Points[SeverityClass.None])}"),
            RuleShape.Count when rule.Bands.IsEmpty => I($"m{i}"),
            RuleShape.Count => Banded(rule, I($"n{i}")),
            RuleShape.Recency => I($"m{i}"),
            RuleShape.Sum => Banded(rule, I($"m{i}")),
            RuleShape.Ratio => Banded(rule, I($"(n{i} * 10000 // greatest(a{i}, 1))")),
            RuleShape.Table => I($"({PointsSpan / 2} - m{i} % {PointsSpan})"),
            _ => throw new PackException($"rule {rule.Id} has a shape that is none: {rule.Shape}"),
        };
        var none = rule.Shape == RuleShape.Ratio ? I($"coalesce(n{i}, 0) = 0 AND coalesce(a{i}, 0) = 0") : I($"coalesce(n{i}, 0) = 0");
        return I($"CASE WHEN {none} THEN {Value(rule.Absent)} ELSE {found} END");
    }

    private string Sum()
    {
        var parts = new List<string> { I($"{Value(pack.Scale.Base)}") };
        parts.AddRange(Rules.Select((rule, i) => (rule, i)).Where(one => one.rule.Group is null).Select(one => I($"r{one.i}")));
        foreach (var group in pack.Groups)
        {
            var members = Rules.Select((rule, i) => (rule, i)).Where(one => one.rule.Group == group.Id).Select(one => I($"r{one.i}")).Prepend("0");
            parts.Add(Bounded(string.Join(" + ", members), group.Floor, group.Ceiling));
        }

        return string.Join(" + ", parts);
    }

    private string Bounded(string sql, Number? floor, Number? ceiling)
    {
        var raised = floor is { } low ? I($"greatest({sql}, {Value(low)})") : $"({sql})";
        return ceiling is { } high ? I($"least({raised}, {Value(high)})") : raised;
    }

    private string Banded(Rule rule, string measured)
    {
        var bands = rule.Bands.Reverse().Select(band => band.From is { } from ? I($"WHEN {measured} >= {Value(from)} THEN {Value(band.Points)} ") : I($"ELSE {Value(band.Points)} END"));
        return rule.Bands.Length == 1 ? I($"{Value(rule.Bands[0].Points)}") : "CASE " + string.Concat(bands);
    }

    /// <summary>Points of a class; those of no class hold where the rule names none of its own.</summary>
    private string ByClass(Rule rule, Func<long, string> points)
    {
        var common = rule.Points.TryGetValue(SeverityClass.None, out var none) ? Value(none) : 0;
        var named = rule.Points.Where(known => known.Key != SeverityClass.None).OrderBy(known => known.Key).Select(known => I($"WHEN {(int)known.Key} THEN {points(Value(known.Value))} ")).ToArray();
        return named.Length == 0 ? points(common) : $"CASE class {string.Concat(named)}ELSE {points(common)} END";
    }

    /// <summary>A part of the points by the document's age, cut off toward zero.</summary>
    private string Decayed(Rule rule, long points)
    {
        var steps = pack.Decays.Single(table => table.Id == rule.Decay).Steps;
        var later = steps.Skip(1).Reverse().Select(step => I($"WHEN {After("decided", step.After)} <= {Today} THEN {step.Share} "));
        var share = steps.Length == 1 ? I($"{steps[0].Share}") : I($"CASE {string.Concat(later)}ELSE {steps[0].Share} END");
        return I($"{(points < 0 ? "-" : "")}(({Math.Abs(points)}::BIGINT * ({share})) // 10000)");
    }

    private string Selects(Selection select)
    {
        var numbers = select.Types.Select(code => types.Find(code)!.Number.ToString(CultureInfo.InvariantCulture));
        var sql = $"type IN ({string.Join(", ", numbers)})";
        if (!select.Classes.IsEmpty)
        {
            sql += $" AND class IN ({string.Join(", ", select.Classes.Select(known => I($"{(int)known}")))})";
        }

        return select.Within is { } within ? $"({sql} AND {Today} < {After("decided", within)})" : $"({sql})";
    }

    /// <summary>The first day after a period: the corresponding day, of months without one the last of the month, and one day.</summary>
    private static string After(string date, CalendarPeriod period) => I($"({date} + INTERVAL {period.Months} MONTH + INTERVAL {period.Days + 1} DAY)");

    /// <summary>The number itself, or what its parameter is on the day.</summary>
    private long Value(Number number)
    {
        if (number.Parameter is not { } id)
        {
            return number.Literal;
        }

        var holding = pack.Parameters.Single(parameter => parameter.Id == id).Values.Where(
            value => value.Status != LegalStatus.Announced && value.From <= validOn && !(value.To <= validOn)).ToArray();
        return holding is [{ Value: { } one }, ..] ? one : throw new PackException($"parameter {id} has no value on {validOn:O}");
    }

    private int IndexOf(string grade) => pack.Grades.Select(known => known.Id).ToList().IndexOf(grade);

    private bool IsRelevant(ImmutableArray<string> purposes) => purposes.IsEmpty || purposes.Contains(purpose);

    private static string Date(DateOnly date) => I($"DATE '{date:yyyy-MM-dd}'");

    private static string I(FormattableString text) => FormattableString.Invariant(text);
}
