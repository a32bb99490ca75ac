using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Facts.Files;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Facts.Files;

public sealed class FileProperties
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

    [Property(MaxTest = 10_000)]
    public void No_cell_of_what_is_downloaded_is_a_formula_and_all_of_it_is_read_back(int seed)
    {
        var random = new Random(seed);
        string[] cells = [.. Enumerable.Range(0, 4).Select(_ => Cell(random))];

        var row = Assert.Single(ReadCsvRows.Of(SpreadsheetText.Line(["a", "b", "c", "d"]) + SpreadsheetText.Line(cells)).Skip(1));

        Assert.All(row.Cells, cell => Assert.False(cell.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(cell[0], StringComparison.Ordinal)));
        Assert.Equal(cells, row.Cells.Zip(cells, (read, written) => read == "'" + written ? written : read));
    }

    private static byte[] Workbook { get; } = MadeWorkbook.Of(ReadFileTests.Headings.Split(','), ReadFileTests.Row.Split(','));

    private static string Cell(Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 5)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Quoted(string cell, char separator) =>
        cell.Contains(separator, StringComparison.Ordinal) || cell.AsSpan().ContainsAny("\"\r\n") || cell.Length == 0 ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
