using System.IO.Compression;
using System.Text;
using Backbone.Credit.Facts.Files;

namespace Backbone.Credit.Tests.Facts.Files;

/// <summary>What a cell is, however it is written; and what no cell is.</summary>
public sealed class WorkbookCellTests
{
    private static string Refused(string sheet) => Assert.Throws<FileRefusedException>(() => Rows(sheet)).Code;

    private static string Cell(string xml) => Assert.Single(Assert.Single(Rows($"<row r=\"1\">{xml}</row>")).Cells);

    [Theory]
    [InlineData("<c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c>")]
    [InlineData("<c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>2</v></c>")]
    [InlineData("<c r=\"A2\"><v>1</v></c>")]
    [InlineData("<c r=\"A0\"><v>1</v></c>")]
    [InlineData("<c r=\"A\"><v>1</v></c>")]
    [InlineData("<c r=\"1\"><v>1</v></c>")]
    [InlineData("<c r=\"\"><v>1</v></c>")]
    [InlineData("<c r=\"$A$1\"><v>1</v></c>")]
    [InlineData("<c r=\"AAAA1\"><v>1</v></c>")]
    [InlineData("<c r=\"A99999999999999999999\"><v>1</v></c>")]
    [InlineData("<c t=\"s\"><v>-1</v></c>")]
    [InlineData("<c t=\"s\"><v>7</v></c>")]
    [InlineData("<c t=\"s\"><v>99999999999</v></c>")]
    [InlineData("<c s=\"-1\"><v>1</v></c>")]
    [InlineData("<c t=\"other\"><v>1</v></c>")]
    public void A_cell_that_stands_twice_elsewhere_or_nowhere_or_points_at_nothing_is_no_cell(string cells) =>
        Assert.Equal("workbook", Refused($"<row r=\"1\">{cells}</row>"));

    [Theory]
    [InlineData("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>", "columns")]
    [InlineData("<row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row>", "columns")]
    [InlineData("<row r=\"1048577\"><c><v>1</v></c></row>", "workbook")]
    [InlineData("<row r=\"0\"><c><v>1</v></c></row>", "workbook")]
    [InlineData("<row r=\"2\"/><row r=\"1\"/>", "workbook")]
    [InlineData("<row r=\"1\"/><row r=\"1\"/>", "workbook")]
    public void A_cell_at_the_end_of_the_largest_sheet_costs_nothing_and_rows_stand_in_their_order(string rows, string code) => Assert.Equal(code, Refused(rows));

    /// <summary>Day 60 of the first way to count is a 29 February that never was.</summary>
    [Theory]
    [InlineData("1", "1900-01-01", "1904-01-02")]
    [InlineData("59", "1900-02-28", "1904-02-29")]
    [InlineData("60", "1900-02-28", "1904-03-01")]
    [InlineData("61", "1900-03-01", "1904-03-02")]
    [InlineData("46162", "2026-05-20", "2030-05-21")]
    [InlineData("46162.5", "2026-05-20 12:00:00", "2030-05-21 12:00:00")]
    [InlineData("2958465", "9999-12-31", "2958465")]
    [InlineData("2958465.9999999", "9999-12-31 23:59:59", "2958465.9999999")]
    [InlineData("2958466", "2958466", "2958466")]
    [InlineData("-1", "-1", "1903-12-31")]
    [InlineData("1e308", "1E+308", "1E+308")]
    public void A_day_is_what_it_is_in_the_workbooks_own_way_to_count(string value, string from1900, string from1904)
    {
        var sheet = $"<row r=\"1\"><c r=\"A1\" s=\"1\"><v>{value}</v></c></row>";

        Assert.Equal(from1900, Assert.Single(Assert.Single(Rows(sheet)).Cells));
        Assert.Equal(from1904, Assert.Single(Assert.Single(ReadWorkbook.Of(From1904(sheet), [])).Cells));
    }

    [Theory]
    [InlineData("<c t=\"d\"><v>2026-05-20</v></c>", "2026-05-20")]
    [InlineData("<c t=\"d\"><v>9999-12-31T23:59:59.9999999</v></c>", "9999-12-31 23:59:59")]
    [InlineData("<c t=\"d\"><v>2026-02-30</v></c>", "2026-02-30")]
    [InlineData("<c t=\"b\"><v>1</v></c>", "TRUE")]
    [InlineData("<c><v>12000.5</v></c>", "12000.5")]
    [InlineData("<c><v>0.1</v></c>", "0.1")]
    [InlineData("<c><v>1E-2</v></c>", "0.01")]
    [InlineData("<c t=\"inlineStr\"><is><r><rPr><b/></rPr><t>济</t></r><r><t>南</t></r><rPh sb=\"0\" eb=\"1\"><t>ji</t></rPh></is></c>", "济南")]
    [InlineData("<c t=\"inlineStr\"><is><t><![CDATA[<济]]>南</t></is></c>", "<济南")]
    [InlineData("<c t=\"inlineStr\"><is><t>a_x000A_b_x005F_x000A_</t></is></c>", "a\nb_x000A_")]
    [InlineData("<c t=\"str\"><f>A2&amp;\"b\"</f><v>ab</v></c>", "ab")]
    [InlineData("<c><f>1+1</f><v>2</v></c>", "2")]
    [InlineData("<c><f>1+1</f></c>", "#CALC!")]
    [InlineData("<c><f>1+1</f><v/></c>", "#CALC!")]
    [InlineData("<c><f>1+1</f><v></v></c>", "#CALC!")]
    [InlineData("<c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>", "#DIV/0!")]
    public void A_cell_has_the_value_that_was_kept_with_it_and_nothing_is_computed(string xml, string value) => Assert.Equal(value, Cell(xml));

    [Fact]
    public void A_formula_whose_value_is_an_empty_text_is_an_empty_cell() =>
        Assert.Empty(Assert.Single(Rows("<row r=\"1\"><c r=\"A1\" t=\"str\"><f>\"\"</f><v></v></c></row>")).Cells);

    [Fact]
    public void A_cell_that_was_merged_has_its_value_in_the_first_place_and_in_no_other()
    {
        var row = ReadWorkbook.Of(MadeWorkbook.Sheet(
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"/></row><row r=\"2\"><c r=\"A2\"/><c r=\"B2\"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:A2\"/></mergeCells></worksheet>"), []).ToList();

        Assert.Equal(["1", "|2"], row.Select(one => string.Join('|', one.Cells)));
    }

    [Theory]
    [InlineData("#N/A")]
    [InlineData("#ref!")]
    [InlineData("#CALC!")]
    public void An_error_of_a_spreadsheet_is_nobodys_name_and_told_in_its_column(string error)
    {
        string[] cells = ReadFileTests.Row.Split(',');
        cells[6] = error;
        foreach (var file in (byte[][])[MadeWorkbook.Of(ReadFileTests.Headings.Split(','), cells), Encoding.UTF8.GetBytes(ReadFileTests.Headings + "\n" + string.Join(',', cells))])
        {
            var problem = Assert.Single(Assert.Single(ReadFile.Open(file, ReadDraftTests.Catalogue, ReadFileTests.Today).Rows()).Problems);

            Assert.Equal(("作出机关", error), (problem.Column, problem.Value));
            Assert.Contains("never computed", problem.Rule.En, StringComparison.Ordinal);
        }
    }

    private static List<FileRow> Rows(string rows) => [.. ReadWorkbook.Of(MadeWorkbook.Repeating(rows, "", 1, ""), [])];

    private static byte[] From1904(string rows) => MadeWorkbook.WithSheets(MadeWorkbook.Repeating(rows, "", 1, ""), "<workbookPr date1904=\"1\"/><sheets>");
}
