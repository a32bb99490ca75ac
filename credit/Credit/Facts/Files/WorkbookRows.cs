using System.Globalization;
using System.Text;
using System.Xml;
using Backbone.Platform;

namespace Backbone.Credit.Facts.Files;

/// <summary>
/// The rows of a sheet of a workbook (ECMA-376 part 1, 18.3), one at a time: those that are there, for a sheet leaves blank ones out. A formula has the value
/// that was kept with it and is never computed; where none was kept it is an error, as one of the spreadsheet is.
/// </summary>
internal sealed class WorkbookRows(Stream sheet, IReadOnlyList<string> texts, WorkbookStyles styles) : IDisposable
{
    /// <summary>The last row that a sheet has (18.3.1.73).</summary>
    private const int LastRow = 1_048_576;

    /// <summary>Days between the first day of one way to count them and of the other (18.17.4.1).</summary>
    private const int Since1904 = 1_462;

    private readonly StrangersXml xml = new(sheet);
    private readonly List<string> cells = [];
    private int number;

    /// <summary>Null after the last.</summary>
    /// <exception cref="XmlException">The sheet is broken.</exception>
    /// <exception cref="FileRefusedException">A cell stands where none is read.</exception>
    public FileRow? Next()
    {
        while (xml.Read() && !xml.IsEnd("sheetData"))
        {
            if (xml.IsStart("row"))
            {
                return Row();
            }
        }

        return null;
    }

    public void Dispose() => xml.Dispose();

    private FileRow Row()
    {
        var said = xml.Attribute("r") is { } place ? Whole(place) : number + 1;
        number = said > number && said <= LastRow ? said : throw Broken("Rows are out of their order.");
        cells.Clear();
        CellFault? fault = null;
        var (depth, next) = (xml.Depth, 0);
        while (!IsOver(depth))
        {
            if (!xml.IsStart("c"))
            {
                continue;
            }

            var column = xml.Attribute("r") is { } at ? ColumnOf(at, number) : next;
            next = column >= next ? column + 1 : throw Broken("Cells are out of their order.");
            var text = Cell();
            if (text.Length > FileBounds.LongestCell)
            {
                (text, fault) = ("", fault ?? new(column, new($"每格至多 {FileBounds.LongestCell} 个字符", $"at most {FileBounds.LongestCell} characters in a cell")));
            }
            else if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            if (column >= FileBounds.MostColumns)
            {
                throw new FileRefusedException("columns", new Bilingual($"至多 {FileBounds.MostColumns} 列", $"at most {FileBounds.MostColumns} columns"), $"{column + 1}", number);
            }

            while (cells.Count < column)
            {
                cells.Add("");
            }

            cells.Add(text);
        }

        return new(number, [.. cells], fault);
    }

    private string Cell()
    {
        var (type, style, depth) = (xml.Attribute("t"), xml.Attribute("s"), xml.Depth);
        var (value, inline, isFormula) = ("", "", false);
        while (!IsOver(depth))
        {
            if (xml.IsStart("v"))
            {
                value = xml.TextWithin(null, FileBounds.LongestCell);
            }
            else if (xml.IsStart("is"))
            {
                inline = xml.TextWithin("t", FileBounds.LongestCell);
            }
            else if (xml.IsStart("f"))
            {
                isFormula = true;
            }
        }

        return value.Length + inline.Length == 0
            ? isFormula && type is not "str" ? RowWords.NotComputed : ""
            : type switch
            {
                "s" => Whole(value) is var index && index < texts.Count ? texts[index] : throw Broken("There is no such text."),
                "inlineStr" => Unescaped(inline),
                "str" => Unescaped(value),
                "b" => value is "1" or "true" ? "TRUE" : "FALSE",
                "d" when DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var moment) => TextOf(moment),
                "d" or "e" => value,
                null or "n" => Number(value, style is null ? 0 : Whole(style)),
                _ => throw Broken("There is no such type of cell."),
            };
    }

    /// <summary>Reads on; true at the end of the element of this depth, or where it has no content.</summary>
    private bool IsOver(int depth) => (xml.Depth == depth && xml.IsEmpty) || !xml.Read() || xml.Depth <= depth;

    /// <summary>As a person would type it: dates as yyyy-mm-dd, numbers in the fewest digits that mean the same.</summary>
    private string Number(string value, int style)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return value;
        }

        if (styles.IsDate(style) && (styles.From1904 ? number + Since1904 : number) is >= 0 and < 2_958_466 and var days)
        {
            // The first way to count has a 29 February 1900, which never was.
            return TextOf(DateTime.FromOADate(days < 60 && !styles.From1904 ? days + 1 : days));
        }

        return Math.Abs(number) < 1e15 ? ((decimal)number).ToString(CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string TextOf(DateTime moment)
    {
        // The last half of a second that there is has no second after it.
        var half = moment.Ticks + (TimeSpan.TicksPerSecond / 2) <= DateTime.MaxValue.Ticks ? TimeSpan.TicksPerSecond / 2 : 0;
        var seconds = new DateTime((moment.Ticks + half) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Unspecified);
        return seconds.ToString(seconds.TimeOfDay.Ticks == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Columns from 0: A is the first, and XFD the last that a sheet has. A cell that says another row than the one it is in has two places.</summary>
    private static int ColumnOf(string place, int row)
    {
        var column = 0;
        var letters = 0;
        for (; letters < place.Length && char.IsAsciiLetterUpper(place[letters]) && letters < 3; letters++)
        {
            column = (column * 26) + place[letters] - 'A' + 1;
        }

        return letters > 0 && int.TryParse(place.AsSpan(letters), NumberStyles.None, CultureInfo.InvariantCulture, out var said) && said == row
            ? column - 1
            : throw Broken("A cell stands nowhere, or elsewhere.");
    }

    private static int Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : throw Broken("There is no such place.");

    /// <summary>A character that XML cannot have is written with its number (22.9.2.19), and so is the underscore where that could be meant.</summary>
    internal static string Unescaped(string text)
    {
        const int Length = 7;
        if (!text.Contains("_x", StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (at + Length <= text.Length && text[at] == '_' && text[at + 1] == 'x' && text[at + Length - 1] == '_'
                && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var character))
            {
                plain.Append((char)character);
                at += Length - 1;
            }
            else
            {
                plain.Append(text[at]);
            }
        }

        return plain.ToString();
    }

    private static XmlException Broken(string what) => new(what);
}
