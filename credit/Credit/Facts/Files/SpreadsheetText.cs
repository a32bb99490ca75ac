using System.Buffers;

namespace Backbone.Credit.Facts.Files;

/// <summary>CSV as spreadsheets read it without harm (RFC 4180): UTF-8 with a mark, and no cell of it is a formula.</summary>
internal static class SpreadsheetText
{
    public const string ContentType = "text/csv; charset=utf-8";

    /// <summary>So that spreadsheets read Chinese.</summary>
    public const string Mark = "\uFEFF";

    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",;\t\"\r\n");

    /// <summary>A spreadsheet takes a cell that begins so for a formula, and runs it (CWE-1236); in Chinese and Japanese ones the full-width signs too.</summary>
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    public static string Line(params IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(string value)
    {
        var safe = value.Length > 0 && BeginsFormula.Contains(value[0]) ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(NeedsQuotes) < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
