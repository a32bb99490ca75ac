using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Scoring.Facts;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Facts.Files;

public sealed class ReadFileTests
{
    internal static readonly DateOnly Today = new(2026, 11, 28);

    internal const string Headings = "编号,统一社会信用代码,信息类型,失信程度,金额（元）,文书号,作出机关,依据,文书日期,行为终止日";
    internal const string Row = "jn-2026-1,91370200264574251E,行政处罚,一般,12000.50,济市监处罚〔2026〕1号,济南市市场监督管理局,食品安全法 第一百二十四条,2026/5/20,2026年3月1日";

    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    public static TheoryData<byte[]> Writings => new(
        Encoding.UTF8.GetBytes($"{Headings}\r\n{Row}\r\n"),
        [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes($"{Headings}\n{Row}")],
        Gb18030.GetBytes($"{Headings}\r\n{Row}\r\n"),
        Encoding.UTF8.GetBytes($"{Headings}\n{Row}".Replace(',', ';')),
        Encoding.UTF8.GetBytes($"{Headings}\n{Row}".Replace(',', '\t')),
        Encoding.UTF8.GetBytes("key,entity,type,class,amount,document,authority,basis,decided,behaviourEnd\n" + Row.Replace("行政处罚,一般", "penalty,general", StringComparison.Ordinal)),
        Encoding.UTF8.GetBytes("KEY,Unified Social Credit Code,Fact type,Class,Amount (yuan),Document,Authority,Legal basis,Date of the document,End of the behaviour\n" + Row),
        MadeWorkbook.Of(
            Headings.Split(','),
            ["jn-2026-1", "91370200264574251E", "行政处罚", "一般", 12000.5, "济市监处罚〔2026〕1号", "济南市市场监督管理局", "食品安全法 第一百二十四条", new DateOnly(2026, 5, 20), new DateOnly(2026, 3, 1)]));

    [Theory]
    [MemberData(nameof(Writings))]
    public void However_it_is_written_a_row_is_the_fact_that_a_program_would_have_sent(byte[] file)
    {
        var sent = ReadDraft.Read(Encoding.UTF8.GetBytes(ReadDraftTests.Penalty), ReadDraftTests.Catalogue, Today).Draft!;

        var row = Assert.Single(Read(file));

        Assert.Empty(row.Problems);
        Assert.Equal((2, sent.Key, sent.Content), (row.Number, row.Draft!.Key, row.Draft.Content));
        Assert.Equal(sent.Hash, row.Draft.Hash);
        Assert.Equal(sent.Hash, ReadDraft.Read(row.Json, ReadDraftTests.Catalogue, Today).Draft!.Hash);
    }

    [Fact]
    public void Every_problem_is_told_with_its_row_its_column_what_it_should_be_and_what_stands_there()
    {
        var file = string.Join('\n', Headings, Row, "", Row.Replace("2026/5/20", "20. Mai", StringComparison.Ordinal).Replace("一般", "很坏", StringComparison.Ordinal), "a\"b,\"c\"d,e", Row + ",more", Row);

        var rows = Read(Encoding.UTF8.GetBytes(file));

        Assert.Equal([2, 4, 5, 6, 7], rows.Select(row => row.Number));
        Assert.NotNull(rows[0].Draft);
        Assert.All(rows.Skip(1), row => Assert.Null(row.Draft));
        Assert.Equal([("失信程度", "很坏"), ("文书日期", "20. Mai")], rows[1].Problems.Select(problem => (problem.Column, problem.Value)).Order());
        Assert.Equal("统一社会信用代码", Assert.Single(rows[2].Problems).Column);
        Assert.Contains("at most 10 cells", Assert.Single(rows[3].Problems).Rule.En, StringComparison.Ordinal);
        Assert.Contains("that of row 2", Assert.Single(rows[4].Problems).Rule.En, StringComparison.Ordinal);
        Assert.All(rows.SelectMany(row => row.Problems), problem => Assert.True(problem.Rule.Zh.Length > 0 && problem.Rule.En.Length > 0));
    }

    [Theory]
    [InlineData("92350100M000100Y40")]
    [InlineData("11010519491231002X")]
    public void A_person_or_a_sole_trader_is_refused_in_its_row_and_its_number_repeated_nowhere(string number)
    {
        var rows = Read(Encoding.UTF8.GetBytes($"{Headings}\n{Row.Replace("91370200264574251E", number, StringComparison.Ordinal)}\n{Row.Replace("1号", $"1号 {number}", StringComparison.Ordinal)}\n"));

        Assert.Equal("统一社会信用代码", Assert.Single(rows[0].Problems).Column);
        Assert.All(rows.SelectMany(row => row.Problems), problem => Assert.DoesNotContain(number, problem.ToString(), StringComparison.Ordinal));
        Assert.Null(rows[0].Draft);
        Assert.Equal(number[0] == '9', rows[1].Draft is not null);
    }

    [Fact]
    public void What_an_agency_publishes_of_penalties_becomes_facts_in_fen_by_its_document_and_until_the_day_after_the_last()
    {
        const string File = """
            行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,证件号码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),没收违法所得、没收非法财物的金额（万元）,处罚决定日期,处罚有效期,公示截止期,处罚机关,失信程度
            海尔智家股份有限公司,法人及非法人组织,91370200264574251E,某人,11010519491231002X,济市监处罚〔2026〕1号,虚假宣传,"见决定书，""摘要""
            第二行",广告法 第五十五条,罚款,罚款并没收,1.2,0.00005,2026/05/20,2099/12/31,2027/05/19,济南市市场监督管理局,一般
            某小店,个体工商户,92350100M000100Y40,某人,,济市监处罚〔2026〕2号,,,广告法,罚款,罚款,0.1,,2026/05/20,,,济南市市场监督管理局,轻微
            某公司,法人及非法人组织,91370200264574251E,,,济市监处罚〔2026〕3号,,,广告法,罚款,罚款,一万,,2026/05/20,,,济南市市场监督管理局,
            """;

        var read = ReadFile.Open(Encoding.UTF8.GetBytes(File), ReadDraftTests.Catalogue, Today);
        var rows = read.Rows().ToList();

        Assert.Equal((FileForm.Penalties, "penalty/济市监处罚〔2026〕1号"), (read.Form, rows[0].Draft!.Key));
        Assert.Equal(
            new FactContent(
                2, SeverityClass.General, ExclusionReason.None, new(new(2026, 5, 20), null, null, new(2027, 5, 20)), 1_200_050, "济市监处罚〔2026〕1号", "济南市市场监督管理局",
                "广告法 第五十五条"),
            rows[0].Draft!.Content);
        Assert.Contains("法定代表人", read.NotRead);
        Assert.DoesNotContain("某人", Encoding.UTF8.GetString(rows[0].Json.Span), StringComparison.Ordinal);
        Assert.Contains(rows[1].Problems, problem => problem.Column == "行政相对人类别");
        Assert.Equal(["失信程度", "罚款金额(万元)"], rows[2].Problems.Select(problem => problem.Column).Order(StringComparer.Ordinal));
        Assert.Contains(rows[2].Problems, problem => problem.Rule.En.Contains("never guessed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_licence_is_read_with_the_days_on_which_it_is_valid()
    {
        const string File = """
            行政相对人名称,行政相对人代码_1（统一社会信用代码）,行政许可决定文书名称,行政许可决定文书号,许可决定日期,有效期自,有效期至,许可机关
            海尔智家股份有限公司,91370200264574251E,食品经营许可,青审〔2026〕7号,2026-01-05,2026-01-06,2031-01-05,青岛市行政审批服务局
            """;

        var row = Assert.Single(Read(Encoding.UTF8.GetBytes(File)));

        Assert.Equal(new FactDates(new(2026, 1, 5), null, new(2026, 1, 6), new(2031, 1, 6)), row.Draft!.Content!.Dates);
        Assert.Equal(1, row.Draft.Content.Type);
    }

    [Theory]
    [InlineData("编号,统一社会信用代码,信息类型,文书号,作出机关,依据,文书日期,金额", "headings", "金额")]
    [InlineData("编号,编号,统一社会信用代码,信息类型,文书号,作出机关,依据,文书日期", "headings", "编号")]
    [InlineData("编号,统一社会信用代码,信息类型,文书号,作出机关,依据", "headings", "")]
    [InlineData("行政处罚决定书文号,统一社会信用代码,失信程度,处罚依据,处罚决定日期,处罚机关,罚款金额", "headings", "罚款金额")]
    [InlineData("编号,统一社会信用代码,信息类型,文书号,作出机关,依据,文书日期", "empty", "")]
    [InlineData("", "empty", "")]
    public void A_file_whose_headings_are_wrong_is_refused_as_a_whole_with_the_heading_named(string head, string code, string column)
    {
        var refused = Assert.Throws<FileRefusedException>(() => Read(Encoding.UTF8.GetBytes(head + "\n")));

        Assert.Equal(code, refused.Code);
        Assert.Equal(column, Assert.Single(refused.Problems).Column);
        Assert.True(code != "headings" || column.Length > 0 || refused.Problems[0].Rule.Zh.Contains("文书日期", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_that_no_reader_should_open_are_refused_each_with_its_reason()
    {
        Assert.Equal("unpacked", CodeOf(MadeWorkbook.Bomb(320)));
        Assert.Equal("macros", CodeOf(MadeWorkbook.Sheet("<worksheet/>", ("xl/vbaProject.bin", [1]))));
        Assert.Equal("old_workbook", CodeOf([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]));
        Assert.Equal("workbook", CodeOf("PK\u0003\u0004 and no more"u8.ToArray()));
        Assert.Equal("workbook", CodeOf(MadeWorkbook.Laughs()));
        Assert.Equal("headings", CodeOf(MadeWorkbook.Sparse("XFD", 2)));
        Assert.Equal("encoding", CodeOf([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Headings)]));
        Assert.Equal("encoding", CodeOf([(byte)'a', 0, 1]));
        Assert.Equal("encoding", CodeOf([(byte)'a', 0xFF, 0xFF]));
        Assert.Equal("bytes", CodeOf(new byte[FileBounds.MostBytes + 1]));
    }

    [Fact]
    public void More_rows_than_may_be_are_refused_and_as_many_as_may_be_are_read()
    {
        var most = new StringBuilder(Headings).Append('\n');
        for (var i = 0; i < FileBounds.MostRows; i++)
        {
            most.Append(i).Append(',').Append("x\n");
        }

        Assert.Equal(FileBounds.MostRows, ReadFile.Open(Encoding.UTF8.GetBytes(most.ToString()), ReadDraftTests.Catalogue, Today).Rows().Count());
        Assert.Equal("rows", CodeOf(Encoding.UTF8.GetBytes(most.Append(Row).ToString())));
        Assert.Equal("rows", CodeOf(MadeWorkbook.Of([Headings.Split(','), .. Enumerable.Repeat<IEnumerable<object?>>(["x"], FileBounds.MostRows + 1)])));
    }

    [Theory]
    [InlineData("exceljs")]
    [InlineData("openpyxl")]
    [InlineData("sheetjs")]
    [InlineData("xlsxwriter")]
    public void Workbooks_of_other_programs_are_read_with_their_dates_formulas_rich_texts_and_hidden_sheets(string program)
    {
        var sent = ReadDraft.Read(Encoding.UTF8.GetBytes(ReadDraftTests.Penalty), ReadDraftTests.Catalogue, Today).Draft!;

        var row = Assert.Single(Read(File.ReadAllBytes(Path.Combine(Repository.Root, "tests/credit/Credit.Tests/Facts/Files/Workbooks", program + ".xlsx"))));

        Assert.Empty(row.Problems);
        Assert.Equal(sent.Hash, row.Draft!.Hash);
    }

    [Fact]
    public void Utf_8_with_bytes_lost_or_marked_as_it_is_refused_with_its_row_and_never_read_as_other_words()
    {
        const string English = "key,entity,type,class,amount,document,authority,basis,decided,behaviourEnd\n";
        var bytes = Encoding.UTF8.GetBytes(English + Row + "\n" + Row);
        bytes[^30] = (byte)'?';

        Assert.Equal(3, RefusalOf(bytes).Problems[0].Row);
        Assert.Equal(3, RefusalOf([.. Encoding.UTF8.GetPreamble(), .. bytes]).Problems[0].Row);
        Assert.Equal("encoding", CodeOf([.. Encoding.UTF8.GetPreamble(), .. Gb18030.GetBytes(English + Row)]));
        Assert.Empty(Assert.Single(Read(Gb18030.GetBytes(English + Row))).Problems);
    }

    [Fact]
    public void Blank_rows_down_to_the_end_of_a_sheet_are_no_rows_and_a_fact_there_is_too_far_down()
    {
        var filled = string.Concat(Headings.Split(',').Select((heading, at) => $"<c r=\"{(char)('A' + at)}1\" t=\"inlineStr\"><is><t>{heading}</t></is></c>"));
        var cells = string.Concat(Row.Split(',').Select((cell, at) => $"<c r=\"{(char)('A' + at)}2\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"));
        var begin = $"<row r=\"1\">{filled}</row><row r=\"2\">{cells}</row>";

        var row = Assert.Single(Read(MadeWorkbook.Repeating(begin, "<row><c/></row>", 1_048_574, "")));

        Assert.NotNull(row.Draft);
        Assert.Equal("workbook", CodeOf(MadeWorkbook.Repeating(begin, "<row><c/></row>", 1_048_575, "")));
        Assert.Equal("rows", CodeOf(MadeWorkbook.Repeating(begin, "", 1, "<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>")));
        Assert.Equal("columns", CodeOf(MadeWorkbook.Repeating(begin, "", 1, "<row r=\"3\"><c r=\"CW3\"><v>1</v></c></row>")));
        Assert.Equal("columns", CodeOf(MadeWorkbook.Repeating(begin, "", 1, "<row r=\"3\"><c r=\"XFD3\"><v>1</v></c></row>")));
        Assert.Single(Read(MadeWorkbook.Repeating(begin, "", 1, "<row r=\"3\"><c r=\"XFD3\" s=\"1\"/></row>")));
        Assert.Equal("workbook", CodeOf(MadeWorkbook.Repeating(begin, "", 1, "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>")));
    }

    [Fact]
    public void A_text_longer_than_any_field_is_told_once_in_its_column_and_costs_no_more_than_a_glance()
    {
        var person = "11010519491231002X";
        var row = Row.Replace("济南市市场监督管理局", person + new string('长', 15_000), StringComparison.Ordinal).Replace("2026/5/20", new string('9', 1_001), StringComparison.Ordinal);

        var problems = Assert.Single(Read(Encoding.UTF8.GetBytes(Headings + "\n" + row))).Problems;

        Assert.Equal([("作出机关", ""), ("文书日期", new string('9', 60) + "…")], problems.Select(problem => (problem.Column, problem.Value)));
        Assert.All(problems, problem => Assert.Equal("at most 1000 characters", problem.Rule.En));
    }

    private static FileRefusedException RefusalOf(byte[] file) => Assert.Throws<FileRefusedException>(() => ReadFile.Open(file, ReadDraftTests.Catalogue, Today).Rows().Count());

    private static string CodeOf(byte[] file) => Assert.Throws<FileRefusedException>(() => ReadFile.Open(file, ReadDraftTests.Catalogue, Today).Rows().Count()).Code;

    private static List<RowOutcome> Read(byte[] file) => [.. ReadFile.Open(file, ReadDraftTests.Catalogue, Today).Rows()];
}
