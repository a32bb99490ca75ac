using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Backbone.Credit.Facts;
using Backbone.Credit.Facts.Files;
using Backbone.Testing;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Facts.Files;

public sealed partial class FileProperties
{
    private static readonly string[] Pieces = ["a", "济南", "\"", "\"\"", ",", ";", "\t", "\r\n", "\n", "\r", " ", "=1+1", "-", "@", "＝", "1", "𠮷", "'", "号"];

    [Property(MaxTest = 10_000)]
    public void What_is_written_as_csv_is_read_back_as_it_was_whatever_separator_line_end_and_encoding(int seed)
    {
        var random = new Random(seed);
        var separator = ",;\t"[random.Next(3)];
        var columns = random.Next(2, 6);
        var rows = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Enumerable.Range(0, columns).Select(_ => Cell(random)).ToArray()).ToList();

        // Whichever separator the first row has most of outside of quotes.
        rows[0] = [.. rows[0].Select((_, at) => $"c{at}")];
        var text = string.Join(random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" }, rows.Select(row => string.Join(separator, row.Select(cell => Quoted(cell, separator)))));
        var bytes = random.Next(3) switch
        {
            0 => Encoding.UTF8.GetBytes(text),
            1 => [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)],
            _ => CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetBytes(text),
        };

        var read = ReadCsvRows.Of(DecodeText.Of(bytes).Text).ToList();

        Assert.All(read, row => Assert.Null(row.Fault));
        Assert.Equal(rows.Select(row => string.Join('|', row)), read.Select(row => string.Join('|', row.Cells)));
        Assert.Equal(Enumerable.Range(1, rows.Count), read.Select(row => row.Number));
    }

    [Property(MaxTest = 10_000)]
    public void Whatever_a_file_holds_each_row_is_a_fact_or_has_a_problem_and_nothing_is_thrown_but_a_refusal(int seed)
    {
        var random = new Random(seed);
        var bytes = Encoding.UTF8.GetBytes(ReadFileTests.Headings + "\n" + ReadFileTests.Row + "\n" + ReadFileTests.Row);
        for (var changes = random.Next(1, 12); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)(random.Next(4) == 0 ? random.Next(256) : "\",;\n 0x"[random.Next(7)]);
        }

        try
        {
            foreach (var row in ReadFile.Open(bytes, ReadDraftTests.Catalogue, ReadFileTests.Today).Rows())
            {
                Assert.True(row.Draft is null == row.Problems.Count > 0);
                Assert.All(row.Problems, problem => Assert.Equal(row.Number, problem.Row));
            }
        }
        catch (FileRefusedException refused)
        {
            Assert.NotEmpty(refused.Problems);
        }
    }

    [Property(MaxTest = 2_000)]
    public void A_workbook_that_is_damaged_is_read_or_refused_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var bytes = (byte[])Workbook.Clone();
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        try
        {
            Assert.InRange(ReadFile.Open(bytes, ReadDraftTests.Catalogue, ReadFileTests.Today).Rows().Count(), 1, FileBounds.MostRows);
        }
        catch (FileRefusedException refused)
        {
            Assert.NotEmpty(refused.Problems);
        }
    }

    /// <summary>
    /// Not the archive, of which most changes are noticed at once, but the XML in it: characters changed, pieces doubled, lost, moved and put in.
    /// </summary>
    [Property(MaxTest = 4_000)]
    public void A_workbook_whose_parts_are_rewritten_is_read_or_refused_in_little_memory_and_time(int seed)
    {
        var random = new Random(seed);
        var parts = Parts[random.Next(Parts.Count)].ToDictionary();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var part = parts.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(parts.Count));
            parts[part] = Rewritten(parts[part], random);
        }

        ReadBounded(Packed(parts));
    }

    [Property(MaxTest = 4_000)]
    public void Bytes_of_chance_that_begin_like_a_workbook_or_like_nothing_are_read_or_refused(int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[random.Next(1, 4_000)];
        random.NextBytes(bytes);
        ReadOnlySpan<byte> begin = random.Next(4) switch { 0 => "PK\u0003\u0004"u8, 1 => "PK\u0005\u0006"u8, 2 => [0xD0, 0xCF, 0x11, 0xE0], _ => [] };
        begin[..Math.Min(begin.Length, bytes.Length)].CopyTo(bytes);
        if (random.Next(2) == 0)
        {
            // The end of a sound archive, which says where its directory is.
            bytes = [.. bytes, .. Workbook.AsSpan(random.Next(Workbook.Length))];
        }

        ReadBounded(bytes);
    }

    [Property(MaxTest = 10_000)]
    public void No_cell_of_what_is_downloaded_is_a_formula_and_all_of_it_is_read_back(int seed)
    {
        var random = new Random(seed);
        string[] cells = [.. Enumerable.Range(0, 4).Select(_ => Cell(random))];

        var row = Assert.Single(ReadCsvRows.Of(SpreadsheetText.Line(["a", "b", "c", "d"]) + SpreadsheetText.Line(cells)).Skip(1));

        Assert.All(row.Cells, cell => Assert.False(cell.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(cell[0], StringComparison.Ordinal)));
        Assert.Equal(cells, row.Cells.Zip(cells, (read, written) => read == "'" + written ? written : read));
    }

    private static void ReadBounded(byte[] file)
    {
        var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), TimeProvider.System.GetTimestamp());
        try
        {
            foreach (var row in ReadFile.Open(file, ReadDraftTests.Catalogue, ReadFileTests.Today).Rows())
            {
                Assert.True(row.Draft is null == row.Problems.Count > 0);
            }
        }
        catch (FileRefusedException refused)
        {
            Assert.NotEmpty(refused.Problems);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static string Rewritten(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(1, 80), text.Length - at);
        return random.Next(6) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text.Substring(at, length)),
            2 => text.Insert(random.Next(text.Length + 1), text.Substring(at, length)),
            3 => text.Insert(at, Attacks[random.Next(Attacks.Length)]),
            4 when text.Length > 0 => Digit().Replace(text, Numbers[random.Next(Numbers.Length)], 1, random.Next(text.Length)),
            _ => text.Insert(at, ((char)random.Next(1, 0x300)).ToString()),
        };
    }

    private static readonly string[] Attacks =
    [
        "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;", "&#0;", "&#x10FFFF;", "<![CDATA[", "]]>", "<!--", "-->", "<?x ?>", "<c", "</c>", "<row>", "</row>", "<v>", "t=\"s\" ", "t=\"d\" ", "s=\"1\" ", "<f/>", "<is>",
        "\uFFFE", "\uD800", "_x0000_", "_xD800_", "<sheetData>", "</sheetData>", "xmlns=\"\" ", "<si>", "state=\"hidden\" ", "TargetMode=\"External\" ", "../", "[h]", "yyyy",
    ];

    private static readonly string[] Numbers = ["0", "-1", "60", "1048576", "1048577", "2147483648", "2958465.9999999", "99999999999999999999", "1e308", "NaN", "Infinity", "", "９", "9999-12-31T23:59:59.9999999Z"];

    [GeneratedRegex("[0-9.]+")]
    private static partial Regex Digit();

    private static Dictionary<string, string> Unpacked(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return archive.Entries.ToDictionary(part => part.FullName, part => new StreamReader(part.Open(), Encoding.UTF8).ReadToEnd());
    }

    private static byte[] Packed(Dictionary<string, string> parts)
    {
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var writer = new StreamWriter(archive.CreateEntry(name, CompressionLevel.NoCompression).Open(), new UTF8Encoding(false));
                writer.Write(text);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Workbook { get; } = MadeWorkbook.Of(ReadFileTests.Headings.Split(','), ReadFileTests.Row.Split(','));

    /// <summary>The parts of workbooks, of four programs and our own.</summary>
    private static IReadOnlyList<Dictionary<string, string>> Parts { get; } =
    [
        Unpacked(Workbook),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/credit/Credit.Tests/Facts/Files/Workbooks"), "*.xlsx").Order(StringComparer.Ordinal).Select(path => Unpacked(File.ReadAllBytes(path))),
    ];

    private static string Cell(Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 5)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Quoted(string cell, char separator) =>
        cell.Contains(separator, StringComparison.Ordinal) || cell.AsSpan().ContainsAny("\"\r\n") || cell.Length == 0 ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
