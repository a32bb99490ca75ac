using System.Globalization;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;
using Backbone.Platform.Yaml;

namespace Backbone.Credit.Packs;

/// <summary>The forms of values that only packs have.</summary>
internal static class PackWords
{
    /// <summary>What was read of the map, once no key is left that nobody asked for.</summary>
    public static T Whole<T>(this YamlMap map, T read)
    {
        map.RefuseOthers();
        return read;
    }

    /// <summary>A whole number, or the name of a parameter.</summary>
    public static Number PackNumber(this YamlMap map, string key)
    {
        var text = map.Text(key);
        return IsNumber(text) ? map.Long(key) : Number.Of(text);
    }

    public static Number? OptionalPackNumber(this YamlMap map, string key) => map.Has(key) ? map.PackNumber(key) : null;

    public static long Long(this YamlMap map, string key)
    {
        var text = map.Text(key);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && Math.Abs((decimal)number) <= Scoring.Facts.ScoredFact.LargestQuantity)
        {
            return number;
        }

        map.Fail(key, $"a whole number within ±{Scoring.Facts.ScoredFact.LargestQuantity}", text);
        return 0;
    }

    public static CalendarPeriod Period(this YamlMap map, string key)
    {
        var text = map.Text(key);
        if (CalendarPeriod.TryParse(text, out var period))
        {
            return period;
        }

        map.Fail(key, $"a period of at most {CalendarPeriod.LongestMonths} months and {CalendarPeriod.LongestDays} days, as P3M, P1Y or P30D", text);
        return default;
    }

    public static CalendarPeriod? OptionalPeriod(this YamlMap map, string key) => map.Has(key) ? map.Period(key) : null;

    private static bool IsNumber(string text) => text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+');
}
