using System.Globalization;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Enterprise.Reading;

/// <summary>What the report says of facts, numbers and days, in the reader's language; the page and the PDF say the same.</summary>
internal sealed class ReportWords(IStringLocalizer<ReportTexts> texts)
{
    private static readonly string[] EnglishMonths =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    private static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    public string this[string key] => texts[key].Value;

    public string this[string key, params object[] values] => texts[key, values].Value;

    /// <summary>2026年11月23日; 23 November 2026.</summary>
    public static string Day(DateOnly day) =>
        IsEnglish ? $"{day.Day} {EnglishMonths[day.Month - 1]} {day.Year}" : $"{day.Year}年{day.Month}月{day.Day}日";

    /// <summary>With its sign; minus as U+2212, and nothing before zero.</summary>
    public static string Signed(long points) =>
        points == 0 ? "0" : (points > 0 ? "+" : "−") + Math.Abs(points).ToString(CultureInfo.InvariantCulture);

    public static string Number(long number) => number < 0 ? Signed(number) : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What it is, how grave, and what it measures.</summary>
    public string Title(FactLine fact)
    {
        var parts = new List<string> { fact.Type.Title.ToString() };
        if (fact.Content.Class != SeverityClass.None)
        {
            parts.Add(this["Class_" + fact.Content.Class]);
        }

        if (Measured(fact) is { } measured)
        {
            parts.Add(measured);
        }

        return string.Join(this["Dot"], parts);
    }

    public string Kind(Contribution contribution) => contribution.Kind switch
    {
        ContributionKind.RuleBound or ContributionKind.GroupBound => this["Bound", contribution.Title.ToString()],
        _ => contribution.Title.ToString(),
    };

    /// <summary>Why a fact did not count.</summary>
    public string Reason(LeftOut left, FactLine? fact) => left.Reason switch
    {
        LeftOutReason.Ended when fact?.Time.Until is { } until => this["Left_EndedOn", Day(until)],
        LeftOutReason.NotYet when fact is not null => this["Left_NotYetFrom", Day(fact.Time.From)],
        LeftOutReason.Repaired when fact?.Fact.RepairedFrom is { } from => this["Left_RepairedOn", Day(from)],
        _ => this["Left_" + left.Reason],
    };

    private string? Measured(FactLine fact)
    {
        if (fact.Type.Measure is not { } measure)
        {
            return null;
        }

        if (measure.Values.Length > 0)
        {
            var value = fact.Content.Quantity >= 0 && fact.Content.Quantity < measure.Values.Length ? measure.Values[(int)fact.Content.Quantity] : "";
            var words = texts["Value_" + value];
            return measure.Title + this["Colon"] + (words.ResourceNotFound ? value : words.Value);
        }

        var amount = (fact.Content.Quantity / (decimal)measure.Scale).ToString("#,##0.##", CultureInfo.InvariantCulture);
        return measure.Title + this["Colon"] + (measure.Unit == "fen" ? this["Yuan", amount] : amount);
    }
}
