using System.Text;

namespace Backbone.Credit.Facts.Files;

/// <summary>
/// Rows of a CSV (RFC 4180): cells between commas, semicolons or tabs, whichever the first row has most of; a cell in quotes may hold them, ends of lines,
/// and quotation marks doubled. A row that is written otherwise has a fault at the cell, and reading goes on.
/// </summary>
internal static class ReadCsvRows
{
    private static readonly char[] Separators = [',', ';', '\t'];

    public static IEnumerable<FileRow> Of(string text)
    {
        var separator = SeparatorOf(text);
        var cells = new List<string>();
        var cell = new StringBuilder();
        CellFault? fault = null;
        var number = 1;
        var at = 0;
        while (at < text.Length)
        {
            // 1. One cell, up to the separator or the end of the row.
            at = ReadCell(text, at, separator, cell, cells.Count, ref fault);
            if (cells.Count == FileBounds.MostColumns)
            {
                fault ??= new(cells.Count, new($"每行至多 {FileBounds.MostColumns} 列", $"at most {FileBounds.MostColumns} columns"));
            }
            else
            {
                cells.Add(cell.ToString());
            }

            if (at < text.Length && text[at] == separator)
            {
                at++;
                if (at < text.Length)
                {
                    continue;
                }

                cells.Add("");
            }

            // 2. The row's end.
            if (at < text.Length)
            {
                at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
            }

            yield return new(number++, [.. cells], fault);
            cells.Clear();
            fault = null;
        }
    }

    /// <summary>By the first row, outside of quotes.</summary>
    internal static char SeparatorOf(string text)
    {
        Span<int> counts = stackalloc int[Separators.Length];
        var quoted = false;
        foreach (var character in text)
        {
            if (character == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && character is '\r' or '\n')
            {
                break;
            }
            else if (!quoted && Array.IndexOf(Separators, character) is >= 0 and var found)
            {
                counts[found]++;
            }
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return Separators[best];
    }

    /// <returns>The place of the separator or of the row's end.</returns>
    private static int ReadCell(string text, int at, char separator, StringBuilder cell, int column, ref CellFault? fault)
    {
        cell.Clear();
        if (text[at] == '"')
        {
            at++;
            while (true)
            {
                if (at == text.Length)
                {
                    fault ??= new(column, new("引号要成对：这里的引号没有结束", "quotation marks in pairs: the one that begins here does not end"));
                    return at;
                }

                if (text[at] == '"')
                {
                    if (at + 1 == text.Length || text[at + 1] != '"')
                    {
                        at++;
                        break;
                    }

                    at++;
                }

                Keep(text[at++], cell, column, ref fault);
            }

            if (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n'))
            {
                fault ??= new(column, new("引号结束后是分隔符或行尾；单元格内的引号要写两个", "a separator or the end of the row after the closing quotation mark; inside a cell it is doubled"));
            }
        }

        while (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n'))
        {
            Keep(text[at++], cell, column, ref fault);
        }

        return at;
    }

    private static void Keep(char character, StringBuilder cell, int column, ref CellFault? fault)
    {
        if (cell.Length < FileBounds.LongestCell)
        {
            cell.Append(character);
        }
        else
        {
            fault ??= new(column, new($"每格至多 {FileBounds.LongestCell} 个字符；是否漏了结束的引号？", $"at most {FileBounds.LongestCell} characters in a cell; is a closing quotation mark missing?"));
        }
    }
}
