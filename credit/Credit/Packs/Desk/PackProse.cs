using System.Collections.Immutable;
using System.Globalization;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;
using Backbone.Platform;
using Backbone.Platform.Entities;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Packs.Desk;

/// <summary>What a pack says, in sentences of the reader's language: which facts, how many points, within which bounds.</summary>
internal sealed class PackProse(IStringLocalizer<PackTexts> texts, IStringLocalizer<ReportTexts> reports, FactCatalogue catalogue)
{
    /// <summary>Which facts it looks at: types, classes, age.</summary>
    public string Facts(Selection select)
    {
        var types = string.Join(texts["And"], select.Types.Select(code => catalogue.All.FirstOrDefault(type => type.Type.Code == code)?.Title.ToString() ?? code));
        var classes = select.Classes.IsEmpty ? "" : texts["Of_Classes", string.Join(texts["And"], select.Classes.Select(one => texts["Class_" + one].Value))].Value;
        var within = select.Within is { } period ? texts["Within", Words(period)].Value : "";
        return types + classes + within;
    }

    /// <summary>How a rule gives points, a sentence each.</summary>
    public IEnumerable<string> Points(Rule rule, PolicyPack pack, DateOnly on)
    {
        if (!rule.Points.IsEmpty)
        {
            var each = string.Join(texts["And"], rule.Points.OrderBy(pair => pair.Key).Select(pair =>
                rule.Points.Count == 1 && pair.Key == SeverityClass.None ? Number(pair.Value, pack, on) : texts["Class_Points", texts["Class_" + (pair.Key == SeverityClass.None ? "Other" : pair.Key)], Number(pair.Value, pack, on)].Value));
            yield return texts[rule.Shape == RuleShape.Presence ? "Points_Once" : "Points_Each", each];
        }

        foreach (var band in rule.Bands)
        {
            yield return band.From is { } from
                ? texts["Band_From", texts["Measure_" + rule.Shape], Threshold(rule, from, pack, on), Number(band.Points, pack, on)]
                : texts["Band_Least", texts["Measure_" + rule.Shape], Number(band.Points, pack, on)];
        }

        if (rule.Decay is { } decay)
        {
            yield return texts["Decays", pack.Decays.FirstOrDefault(one => one.Id == decay)?.Title.ToString() ?? decay];
        }

        if (rule.Absent != 0)
        {
            yield return texts["Absent", Number(rule.Absent, pack, on)];
        }

        if (Bounds(rule.Floor, rule.Ceiling, pack, on) is { Length: > 0 } bounds)
        {
            yield return bounds;
        }

        if (rule.Group is { } group)
        {
            yield return texts["In_Group", pack.Groups.FirstOrDefault(one => one.Id == group)?.Title.ToString() ?? group];
        }

        if (!rule.Purposes.IsEmpty)
        {
            yield return texts["Only_For", Purposes(rule.Purposes, pack)];
        }
    }

    /// <summary>From where a band goes, in the unit of what the facts measure: yuan, or a word such as a colour.</summary>
    private string Threshold(Rule rule, Number from, PolicyPack pack, DateOnly on)
    {
        var measure = catalogue.All.FirstOrDefault(type => type.Type.Code == rule.Select.Types[0])?.Measure;
        if (from.Parameter is not null || measure is null || rule.Shape is not (RuleShape.Sum or RuleShape.Table))
        {
            return Number(from, pack, on);
        }

        if (rule.Shape == RuleShape.Table && from.Literal >= 0 && from.Literal < measure.Values.Length)
        {
            var value = measure.Values[(int)from.Literal];
            return reports["Value_" + value] is { ResourceNotFound: false } words ? words.Value : value;
        }

        var amount = (from.Literal / (decimal)measure.Scale).ToString("#,##0.##", CultureInfo.InvariantCulture);
        return measure.Unit == "fen" ? texts["Yuan", amount] : amount;
    }

    public string Bounds(Number? floor, Number? ceiling, PolicyPack pack, DateOnly on) => (floor, ceiling) switch
    {
        (null, null) => "",
        ({ } least, null) => texts["Bound_Least", Number(least, pack, on)],
        (null, { } most) => texts["Bound_Most", Number(most, pack, on)],
        ({ } least, { } most) => texts["Bound_Both", Number(least, pack, on), Number(most, pack, on)],
    };

    public string Purposes(ImmutableArray<string> ids, PolicyPack pack) =>
        string.Join(texts["And"], ids.Select(pack.TitleOf));

    /// <summary>The number, or the parameter's value on that day with its name.</summary>
    public string Number(Number number, PolicyPack pack, DateOnly on)
    {
        if (number.Parameter is not { } id)
        {
            return Written(number.Literal);
        }

        var parameter = pack.Parameters.FirstOrDefault(one => one.Id == id);
        var value = parameter?.Values.FirstOrDefault(one => one.Status != LegalStatus.Announced && one.From <= on && !(one.To <= on))?.Value;
        return texts["Parameter", parameter?.Title.ToString() ?? id, value is { } known ? Written(known) : "—"];
    }

    /// <summary>A province, by the first two digits of a region.</summary>
    public static string Region(string digits) => EntityCodeParts.ProvinceOf(digits) is { } name ? name.ToString() : digits;

    /// <summary>A registering department and class, by the first two characters of a code.</summary>
    public string Department(string characters) => EntityCategories.Department(characters[0]) is { } department
        ? texts["Department", department.ToString(), EntityCategories.Class(characters[0], characters[1])?.ToString() ?? characters]
        : characters;

    public static string Written(long number) => number < 0 ? "−" + (-number).ToString("#,##0", CultureInfo.InvariantCulture) : number.ToString("#,##0", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string Words(CalendarPeriod period) => string.Concat(
        period.Months == 0 ? "" : period.Months % 12 == 0 ? texts["Years", period.Months / 12].Value : texts["Months", period.Months].Value,
        period.Days == 0 ? "" : texts["Days", period.Days].Value);

    /// <summary>One in a hundred, with one decimal.</summary>
    public static string Share(long part, long all) => (100.0 * part / Math.Max(1, all)).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
