using System.Buffers.Binary;
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

    /// <summary>None takes a tenth of it; what grows with the square of something takes many times that.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly string TooLong = $"<c r=\"A1\" t=\"inlineStr\"><is><t>{new string('a', FileBounds.LongestCell + 1)}</t></is></c></row>";

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
        { "a text that is elsewhere", "workbook" },
        { "a section of 64 MiB of <", "workbook" },
        { "a section of 64 MiB of < behind a comment that looks like one", "workbook" },
        { "a comment of 64 MiB of <", "" },
        { "long names", "workbook" },
        { "names of spaces that are long", "workbook" },
        { "four million cells of one text of spaces", "" },
        { "one part under a thousand names", "unpacked" },
        { "parts that say they are small", "workbook" },
        { "parts that say they are large", "" },
        { "a part that says it is encrypted", "workbook" },
        { "more parts than it says", "workbook" },
    };

    [Theory]
    [MemberData(nameof(Workbooks))]
    public void What_is_small_and_wants_much_gets_a_bounded_memory_and_a_refusal(string what, string code)
    {
        var file = Make(what);
        Assert.InRange(file.Length, 1, FileBounds.MostBytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = TimeProvider.System.GetTimestamp();

        var refused = "";
        try
        {
            Assert.NotNull(Assert.Single(ReadWorkbook.Of(file, []), row => !row.IsBlank).Fault);
        }
        catch (FileRefusedException refusal)
        {
            refused = refusal.Code;
        }

        Assert.Equal(code, refused);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Most);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Longest);
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
        "a text that is elsewhere" => MadeWorkbook.Sheet("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&e;</t></is></c></row></sheetData></worksheet>"),
        "a section of 64 MiB of <" => MadeWorkbook.Repeating("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t><![CDATA[", new string('<', 1 << 18), 256, "]]></t></is></c></row>"),
        "a section of 64 MiB of < behind a comment that looks like one" =>
            MadeWorkbook.Repeating("<row r=\"1\"><!--<![CDATA[]]--><c r=\"A1\" t=\"inlineStr\"><is><t><![CDATA[", "<![CDATA[]>]]" + new string('<', 1 << 18), 256, "]]></t></is></c></row>"),
        "a comment of 64 MiB of <" => MadeWorkbook.Repeating("<row r=\"1\"><!--", new string('<', 1 << 18), 256, "-->" + TooLong),
        "long names" => MadeWorkbook.Sheet($"<worksheet><sheetData>{string.Concat(Enumerable.Range(0, 500).Select(at => $"<a{at:x}{new string('a', 200_000)}/>"))}</sheetData></worksheet>"),
        "names of spaces that are long" => MadeWorkbook.Sheet($"<worksheet><sheetData>{string.Concat(Enumerable.Range(0, 320).Select(at => $"<a xmlns=\"{at:x}{new string('a', 200_000)}\"/>"))}</sheetData></worksheet>"),
        "four million cells of one text of spaces" => MadeWorkbook.Sheet(
            new StringBuilder("<worksheet><sheetData><row r=\"1\">").Append(new StringBuilder().Insert(0, "<c t=\"s\"><v>0</v></c>", 4_000_000)).Append("</row><row r=\"2\">").Append(TooLong.Replace("A1", "A2", StringComparison.Ordinal)).Append("</sheetData></worksheet>").ToString(),
            ("xl/sharedStrings.xml", Encoding.UTF8.GetBytes($"{Sst}<si><t xml:space=\"preserve\">{new string(' ', FileBounds.LongestCell)}</t></si></sst>"))),
        "one part under a thousand names" => Directory(MadeWorkbook.Sheet("<worksheet/>", ("xl/media/1", new byte[1 << 20])), last: 900),
        "parts that say they are small" => Saying(MadeWorkbook.Repeating("<row r=\"1\">", "", 1, TooLong), SizeAt, 1),
        "parts that say they are large" => Saying(MadeWorkbook.Repeating("<row r=\"1\">", "", 1, TooLong), SizeAt, 0x7FFF_FFFF),
        "a part that says it is encrypted" => Saying(MadeWorkbook.Repeating("<row r=\"1\">", "", 1, TooLong), 6, 0x0001_0014),
        "more parts than it says" => Directory(MadeWorkbook.Sheet("<worksheet/>"), last: 1, told: 1),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    /// <summary>In a record of an archive's directory (APPNOTE 4.3.12): where it says what the part unpacks to.</summary>
    private const int SizeAt = 24;

    /// <summary>The archive with four bytes of each of its directory's records, from this one on, made to say something else.</summary>
    private static byte[] Saying(byte[] archive, int at, int value)
    {
        for (var record = archive.AsSpan().IndexOf("PK\u0001\u0002"u8); record >= 0 && record + 46 < archive.Length;)
        {
            BinaryPrimitives.WriteInt32LittleEndian(archive.AsSpan(record + at), value);
            var next = archive.AsSpan(record + 4).IndexOf("PK\u0001\u0002"u8);
            record = next < 0 ? -1 : record + 4 + next;
        }

        return archive;
    }

    /// <summary>The archive with so many more records in its directory for its last part, each of another name.</summary>
    /// <param name="told">How many parts it says it has; 0 for the truth.</param>
    private static byte[] Directory(byte[] archive, int last, int told = 0)
    {
        var end = archive.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        var record = archive.AsSpan(0, end).LastIndexOf("PK\u0001\u0002"u8);
        var made = new MemoryStream();
        made.Write(archive.AsSpan(0, end));
        for (var i = 0; i < last; i++)
        {
            var another = archive.AsSpan(record, end - record).ToArray();
            var name = another.AsSpan(46, another[28]);
            Encoding.ASCII.GetBytes($"{i:x4}").CopyTo(name);
            made.Write(another);
        }

        var tail = archive.AsSpan(end).ToArray();
        var count = (ushort)(told > 0 ? told : BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(8)) + last);
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(8), count);
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(10), count);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(12), BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan(12)) + (last * (end - record)));
        made.Write(tail);
        return made.ToArray();
    }

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
