using System.Collections.Frozen;
using System.Globalization;
using Backbone.Credit.Catalogue;

namespace Backbone.Credit.Facts.Files;

/// <summary>Makes of what people write in cells what a program would have sent. What is not understood is handed on as it is, to be refused by the one place of rules.</summary>
internal static class RowWords
{
    /// <summary>How a spreadsheet calls what could not be computed.</summary>
    public const string NotComputed = "#CALC!";

    private static readonly string[] Dates = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日", "yyyyMMdd", "yyyy-MM-dd HH:mm:ss", "yyyy/M/d H:mm:ss", "yyyy/M/d H:mm"];

    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["轻微"] = "minor",
        ["一般"] = "general",
        ["严重"] = "serious",
        ["简易程序"] = "summary-procedure",
        ["轻微且已消除危害"] = "minor-harm-removed",
        ["事实"] = "fact",
        ["更正"] = "correction",
        ["撤回"] = "withdrawal",
        ["市级"] = "city",
        ["省级"] = "province",
        ["国家级"] = "nation",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Persons = FrozenSet.ToFrozenSet(["自然人", "个体工商户", "个体户"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Errors = FrozenSet.ToFrozenSet(
        [NotComputed, "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>A word of the interface with the Chinese for it, for whoever has to write it.</summary>
    public static string Explained(string word) => Words.FirstOrDefault(pair => pair.Value == word).Key is { } chinese ? $"{chinese}（{word}）" : word;

    public static string Word(string cell) => Words.GetValueOrDefault(cell, cell);

    public static string Type(string cell, FactCatalogue catalogue) =>
        catalogue.All.FirstOrDefault(type => type.Title.Zh == cell || string.Equals(type.Title.En, cell, StringComparison.OrdinalIgnoreCase))?.Type.Code ?? cell;

    public static bool IsPerson(string cell) => Persons.Contains(cell);

    /// <summary>Whether a spreadsheet writes this where a formula has no value; saved as text, too.</summary>
    public static bool IsError(string cell) => cell[0] == '#' && Errors.Contains(cell);

    /// <param name="add">Days between what is written and what is recorded.</param>
    public static string Date(string cell, int add = 0) =>
        DateOnly.TryParseExact(cell, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.DayNumber + add <= DateOnly.MaxValue.DayNumber
            ? day.AddDays(add).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : cell;

    /// <summary>Digits with a point and a sign, and nothing else: what a comma means in a number is not guessed.</summary>
    public static decimal? Number(string cell) =>
        decimal.TryParse(cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
