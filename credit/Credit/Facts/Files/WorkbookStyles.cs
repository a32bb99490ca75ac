using System.Globalization;
using System.Xml;

namespace Backbone.Credit.Facts.Files;

/// <summary>Of the styles of a workbook only what makes of a number a day (ECMA-376 part 1, 18.8.30).</summary>
internal sealed class WorkbookStyles
{
    /// <summary>As many as Excel has.</summary>
    private const int Most = 65_536;

    /// <summary>A format is at most 255 characters long.</summary>
    private const int LongestFormat = 255;

    private readonly List<bool> dates = [];

    /// <summary>Whether days are counted from 1904 on, as workbooks of old Macs do.</summary>
    public bool From1904 { get; init; }

    public bool IsDate(int style) => style < dates.Count && dates[style];

    /// <param name="part">Null of a workbook without styles.</param>
    /// <exception cref="XmlException">Broken, or more than can be kept.</exception>
    public static WorkbookStyles Read(Stream? part, bool from1904)
    {
        var styles = new WorkbookStyles { From1904 = from1904 };
        if (part is null)
        {
            return styles;
        }

        var own = new Dictionary<int, bool>();
        var ofCells = false;
        using var xml = new StrangersXml(part);
        while (xml.Read())
        {
            if (xml.IsEnd("cellXfs"))
            {
                ofCells = false;
            }
            else if (xml.IsStart("cellXfs"))
            {
                ofCells = true;
            }
            else if (xml.IsStart("numFmt") && own.Count < Most)
            {
                own[Id(xml)] = IsDate(xml.Attribute("formatCode") ?? "");
            }
            else if (ofCells && xml.IsStart("xf"))
            {
                var id = Id(xml);
                styles.dates.Add(own.TryGetValue(id, out var date) ? date : IsDateByNumber(id));
                if (styles.dates.Count > Most)
                {
                    throw new XmlException("There are too many styles.");
                }
            }
        }

        return styles;
    }

    /// <summary>Whether a format of its own shows days or times: outside of quotes, brackets and what is escaped it has a letter of them.</summary>
    internal static bool IsDate(string format)
    {
        for (var at = 0; at < Math.Min(format.Length, LongestFormat); at++)
        {
            switch (format[at])
            {
                case ';':
                    return false;
                case '"' or '[':
                    var end = format.IndexOf(format[at] == '"' ? '"' : ']', at + 1);
                    if (format[at] == '[' && end == at + 2 && char.ToLowerInvariant(format[at + 1]) is 'h' or 'm' or 's')
                    {
                        return true;
                    }

                    at = end < 0 ? format.Length : end;
                    break;
                case '\\' or '_' or '*':
                    at++;
                    break;
                case 'y' or 'Y' or 'm' or 'M' or 'd' or 'D' or 'h' or 'H' or 's' or 'S':
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Formats that every workbook has; those from 27 and from 50 on are days and times in Chinese, Japanese and Korean.</summary>
    private static bool IsDateByNumber(int id) => id is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58);

    private static int Id(StrangersXml xml) => int.TryParse(xml.Attribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
