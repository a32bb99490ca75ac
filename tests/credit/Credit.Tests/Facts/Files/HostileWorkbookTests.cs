using System.IO.Compression;
using System.Text;
using Backbone.Credit.Facts.Files;

namespace Backbone.Credit.Tests.Facts.Files;

/// <summary>Workbooks that are small and want much: each is refused, and what it took is bounded.</summary>
public sealed class HostileWorkbookTests
{
    private const string Sst = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";

    /// <summary>400 MiB: all that is allocated while one is read, most of it for moments.</summary>
    private const long Most = 400L << 20;

    public static TheoryData<string, string> Workbooks => new()
    {
        { "one text of 64 MiB", "workbook" },
        { "one text of 64 MiB in runs", "" },
        { "one attribute of 64 MiB", "workbook" },
        { "one name of 64 MiB", "workbook" },
        { "a million names", "workbook" },
        { "a million elements in each other", "workbook" },
        { "five million texts that are shared", "unpacked" },
        { "shared texts of 150 MiB", "unpacked" },
        { "a million styles", "workbook" },
        { "a hundred thousand parts", "unpacked" },
        { "two parts of one name", "workbook" },
        { "a sheet in UTF-16", "workbook" },
        { "a sheet that is elsewhere", "workbook" },
    };

    [Theory]
    [MemberData(nameof(Workbooks))]
    public void What_is_small_and_wants_much_gets_a_bounded_memory_and_a_refusal(string what, string code)
    {
        var file = Make(what);
        Assert.InRange(file.Length, 1, FileBounds.MostBytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refused = "";
        try
        {
            Assert.NotNull(Assert.Single(ReadWorkbook.Of(file)).Fault);
        }
        catch (FileRefusedException refusal)
        {
            refused = refusal.Code;
        }

        Assert.Equal(code, refused);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Most);
    }

    private static byte[] Make(string what) => what switch
    {
        "one text of 64 MiB" => MadeWorkbook.Repeating("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>", new string('a', 1 << 18), 256, "</t></is></c></row>"),
        "one text of 64 MiB in runs" => MadeWorkbook.Repeating("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is>", $"<r><t>{new string('a', 1 << 18)}</t></r>", 256, "</is></c></row>"),
        "one attribute of 64 MiB" => MadeWorkbook.Repeating("<row r=\"1\"><c r=\"", new string('A', 1 << 18), 256, "\"/></row>"),
        "one name of 64 MiB" => MadeWorkbook.Repeating("<row r=\"1\"><", new string('A', 1 << 18), 256, "/></row>"),
        "a million names" => MadeWorkbook.Sheet($"<worksheet><sheetData>{string.Concat(Enumerable.Range(0, 1_000_000).Select(at => $"<a{at:x}/>"))}</sheetData></worksheet>"),
        "a million elements in each other" => MadeWorkbook.Repeating("<row r=\"1\">", "<c>", 1_000_000, ""),
        "five million texts that are shared" => MadeWorkbook.Sharing(Repeated(Sst, "<si><t>a</t></si>", 5_000_000, "</sst>")),
        "shared texts of 150 MiB" => MadeWorkbook.Sharing(Repeated(Sst, $"<si><t>{new string('a', 19_000)}</t></si>", 8_000, "</sst>")),
        "a million styles" => Styled(Repeated("<styleSheet><cellXfs>", "<xf numFmtId=\"14\"/>", 1_000_000, "</cellXfs></styleSheet>")),
        "a hundred thousand parts" => MadeWorkbook.Sheet("<worksheet/>", [.. Enumerable.Range(0, 100_000).Select(at => ($"xl/{at}", Array.Empty<byte>()))]),
        "two parts of one name" => MadeWorkbook.Sheet("<worksheet/>", ("XL/worksheets\\sheet1.xml", "<worksheet/>"u8.ToArray())),
        "a sheet in UTF-16" => Replaced("xl/worksheets/sheet1.xml", Encoding.Unicode.GetBytes("\uFEFF<?xml version=\"1.0\" encoding=\"utf-16\"?><worksheet/>")),
        "a sheet that is elsewhere" => Replaced(
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"file:///etc/passwd\" TargetMode=\"External\"/></Relationships>"u8.ToArray()),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    private static byte[] Styled(byte[] styles) => Replaced("xl/styles.xml", styles);

    private static byte[] Replaced(string part, byte[] content)
    {
        var bytes = new MemoryStream();
        bytes.Write(MadeWorkbook.Of(["a"]));
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Update, leaveOpen: true))
        {
            archive.GetEntry(part)!.Delete();
            using var stream = archive.CreateEntry(part).Open();
            stream.Write(content);
        }

        return bytes.ToArray();
    }

    private static byte[] Repeated(string begin, string part, int times, string end) =>
        Encoding.UTF8.GetBytes(new StringBuilder(part.Length * times).Append(begin).Insert(begin.Length, part, times).Append(end).ToString());
}
