using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace Backbone.Credit.Tests.Facts.Files;

/// <summary>Workbooks as Excel would write them, and as nobody should.</summary>
internal static class MadeWorkbook
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    /// <summary>Texts as texts; of numbers as numbers, of dates as Excel keeps them.</summary>
    public static byte[] Of(params IEnumerable<object?>[] rows)
    {
        var xml = new StringBuilder();
        for (var row = 0; row < rows.Length; row++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<row r=\"{row + 1}\">");
            foreach (var (cell, column) in rows[row].Select((cell, column) => (cell, column)))
            {
                var place = $"r=\"{(char)('A' + column)}{row + 1}\"";
                xml.Append(cell switch
                {
                    null => "",
                    DateOnly day => $"<c {place} s=\"1\"><v>{day.DayNumber - new DateOnly(1899, 12, 30).DayNumber}</v></c>",
                    string text => $"<c {place} t=\"inlineStr\"><is><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></is></c>",
                    IFormattable number => $"<c {place}><v>{number.ToString(null, CultureInfo.InvariantCulture)}</v></c>",
                    _ => throw new ArgumentException("A text, a number or a day.", nameof(rows)),
                });
            }

            xml.Append("</row>");
        }

        return Sheet($"<worksheet xmlns=\"{Main}\"><sheetData>{xml}</sheetData></worksheet>");
    }

    public static byte[] Sheet(string sheet, params (string Name, byte[] Bytes)[] more)
    {
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("[Content_Types].xml", """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>
                """);
            Add("_rels/.rels", """
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>
                """);
            Add("xl/workbook.xml", $"""
                <workbook xmlns="{Main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>
                """);
            Add("xl/_rels/workbook.xml.rels", """
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>
                """);
            Add("xl/styles.xml", $"""
                <styleSheet xmlns="{Main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>
                """);
            Add("xl/worksheets/sheet1.xml", sheet);
            foreach (var (name, content) in more)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(content);
            }

            void Add(string name, string content)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + content.Trim()));
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The workbook with this in the place where its list of sheets begins.</summary>
    public static byte[] WithSheets(byte[] workbook, string begin)
    {
        var bytes = new MemoryStream();
        bytes.Write(workbook);
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Update, leaveOpen: true))
        {
            string list;
            using (var reader = new StreamReader(archive.GetEntry("xl/workbook.xml")!.Open()))
            {
                list = reader.ReadToEnd();
            }

            archive.GetEntry("xl/workbook.xml")!.Delete();
            using var writer = new StreamWriter(archive.CreateEntry("xl/workbook.xml").Open());
            writer.Write(list.Replace("<sheets>", begin, StringComparison.Ordinal));
        }

        return bytes.ToArray();
    }

    /// <summary>A kilobyte for each megabyte of spaces that it unpacks to.</summary>
    public static byte[] Bomb(int megabytes) =>
        Sheet($"<worksheet xmlns=\"{Main}\"><sheetData/></worksheet>", [.. Enumerable.Range(0, megabytes / 64).Select(at => ($"xl/media/{at}", new byte[64 << 20]))]);

    /// <summary>A sheet of one cell, and this part of texts that cells share.</summary>
    public static byte[] Sharing(byte[] texts) => Sheet($"<worksheet xmlns=\"{Main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>", ("xl/sharedStrings.xml", texts));

    /// <summary>A sheet that begins so, holds this as often as that, and ends so.</summary>
    public static byte[] Repeating(string begin, string part, int times, string end) =>
        Sheet(new StringBuilder($"<worksheet xmlns=\"{Main}\"><sheetData>").Append(begin).Append(new StringBuilder(part.Length * times).Insert(0, part, times)).Append(end).Append("</sheetData></worksheet>").ToString());

    /// <summary>A billion times "lol", in nine steps.</summary>
    public static byte[] Laughs()
    {
        var entities = string.Concat(Enumerable.Range(1, 9).Select(at => $"<!ENTITY l{at} \"{string.Concat(Enumerable.Repeat($"&l{at - 1};", 10))}\">"));
        return Sheet($"<!DOCTYPE x [<!ENTITY l0 \"lol\">{entities}]><worksheet xmlns=\"{Main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&l9;</t></is></c></row></sheetData></worksheet>");
    }

    /// <summary>One row, at the end of the largest sheet there is, or far to its right.</summary>
    public static byte[] Sparse(string place, long row) =>
        Sheet($"<worksheet xmlns=\"{Main}\"><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"{row}\"><c r=\"{place}{row}\"><v>1</v></c></row></sheetData></worksheet>");
}
