using System.Globalization;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Fitting;
using Backbone.Credit.Packs.Desk;
using Backbone.Credit.Scoring.Facts;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Statistics.Pages;

/// <summary>Counts, shares and names of groups in the reader's language.</summary>
internal sealed class StatisticWords(IStringLocalizer<StatisticTexts> texts, IStringLocalizer<ReportTexts> report, PackProse prose, FactCatalogue catalogue)
{
    public string this[string key] => texts[key].Value;

    public string this[string key, params object[] values] => texts[key, values].Value;

    /// <summary>With commas; what is hidden says so.</summary>
    public string Count(long? count) => count is { } known ? known.ToString("N0", CultureInfo.InvariantCulture) : texts["Hidden"].Value;

    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double share, int digits = 1) => (share * 100).ToString(digits == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " %";

    public static string Figure(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    public string Between(Interval interval, Func<double, string> shown) => texts["Between", shown(interval.Low), shown(interval.High)].Value;

    /// <summary>Of the first two characters of a code.</summary>
    public string Kind(string start) => prose.Department(start);

    public string FactType(string number) =>
        catalogue.Find(ushort.Parse(number, CultureInfo.InvariantCulture)) is { } type ? type.Title.ToString() : number;

    public string Class(string number)
    {
        var known = (SeverityClass)byte.Parse(number, CultureInfo.InvariantCulture);
        return known == SeverityClass.None ? texts["Class_None"].Value : report["Class_" + known].Value;
    }

    public static string Day(string iso) => ReportWords.Day(DateOnly.ParseExact(iso, "O", CultureInfo.InvariantCulture));

    public static string Units(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>The text element of SVG: written in the page it would be the tag of Razor that has this name.</summary>
    public static RenderFragment Tick(string look, string x, string y, string words, string anchor = "start") => builder =>
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", look);
        builder.AddAttribute(2, "x", x);
        builder.AddAttribute(3, "y", y);
        builder.AddAttribute(4, "text-anchor", anchor);
        builder.AddContent(5, words);
        builder.CloseElement();
    };
}
