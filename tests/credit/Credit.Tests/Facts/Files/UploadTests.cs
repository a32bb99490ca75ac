using System.Net;
using System.Text;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Facts.Uploads;
using Backbone.Credit.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Facts.Files;

public sealed class UploadOnSqliteTests() : UploadTests(postgres: false);

public sealed class UploadOnPostgresTests() : UploadTests(postgres: true);

/// <summary>Clerks at the console, without scripts.</summary>
public abstract class UploadTests(bool postgres) : IAsyncLifetime
{
    private BackboneFixture backbone = null!;
    private ScriptlessBrowser first = null!;
    private ScriptlessBrowser second = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        backbone = await BackboneFixture.StartAsync(settings => (settings.Demo, settings.Postgres) = (true, postgres));
        first = await ClerkAsync("clerk-1");
        second = await ClerkAsync("clerk-2");
    }

    public async ValueTask DisposeAsync()
    {
        first?.Dispose();
        second?.Dispose();
        GC.SuppressFinalize(this);
        await backbone.DisposeAsync();
    }

    [Fact]
    public async Task A_clerk_sees_every_problem_before_anything_is_stored_and_stores_what_was_previewed_once()
    {
        var bad = ReadFileTests.Row.Replace("jn-2026-1", "u-2", StringComparison.Ordinal).Replace("一般", "=1+1", StringComparison.Ordinal).Replace("2026/5/20", "昨天", StringComparison.Ordinal);
        var person = ReadFileTests.Row.Replace("jn-2026-1", "u-3", StringComparison.Ordinal).Replace("91370200264574251E", "92350100M000100Y40", StringComparison.Ordinal);
        var file = Encoding.UTF8.GetBytes($"{ReadFileTests.Headings}\n{ReadFileTests.Row}\n{bad}\n{person}\n{ReadFileTests.Row.Replace("jn-2026-1", "u-4", StringComparison.Ordinal)}");

        await UploadAsync(first, file);
        var preview = first.Address.AbsolutePath;

        Assert.Equal("预览", first.Heading);
        Assert.Contains("4 行中 2 行合格，2 行有问题", first.Page.QuerySelector("figcaption")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(
            ["3|失信程度|=1+1", "3|文书日期|昨天", "4|统一社会信用代码|—"],
            first.Page.QuerySelectorAll("#problems tbody tr").Select(row => $"{row.Children[0].TextContent}|{row.Children[1].TextContent}|{row.Children[3].TextContent}"));
        Assert.DoesNotContain("92350100M000100Y40", first.Body, StringComparison.Ordinal);
        Assert.Equal(0, await FactsAsync());

        // A spreadsheet that opens the list computes nothing.
        await first.GoAsync(preview + "/problems.csv");
        Assert.StartsWith("行,列,应为,内容\r\n3,失信程度,", first.Body, StringComparison.Ordinal);
        Assert.Contains(",'=1+1\r\n", first.Body, StringComparison.Ordinal);

        await first.GoAsync(preview);
        await first.SubmitAsync(new Dictionary<string, string>(), "store");
        Assert.Equal("入库结果", first.Heading);
        Assert.Contains("新增 2 行", first.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, await FactsAsync());
        await first.GoAsync(preview + "/rows.csv");
        Assert.Equal("行,状态\r\n2,新入库的行\r\n3,未入库的行\r\n4,未入库的行\r\n5,新入库的行\r\n", first.Body);

        // The same file again: all of it is there, and once.
        await UploadAsync(first, file);
        Assert.Equal("2", first.Page.QuerySelectorAll("#file dd")[1].TextContent);
        await first.SubmitAsync(new Dictionary<string, string>(), "store");
        Assert.Contains("库中已有 2 行", first.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, await FactsAsync());

        // The same key with another content, and the correction of nothing, are told before they are stored.
        await UploadAsync(first, Encoding.UTF8.GetBytes($"{ReadFileTests.Headings},记录种类,所涉编号,理由\n{ReadFileTests.Row.Replace("12000.50", "7", StringComparison.Ordinal)}\n{ReadFileTests.Row.Replace("jn-2026-1", "u-9", StringComparison.Ordinal)},更正,nothing,写错"));
        Assert.Equal(["编号", "所涉编号"], first.Page.QuerySelectorAll("#problems tbody tr").Select(row => row.Children[1].TextContent));
        Assert.Null(first.Page.QuerySelector("button[value=store]"));
        await first.SubmitAsync(new Dictionary<string, string>(), "discard");
        Assert.Contains("已放弃", first.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, await FactsAsync());
    }

    [Fact]
    public async Task A_file_that_corrects_or_withdraws_is_stored_by_another_than_who_uploaded_it()
    {
        await UploadAsync(first, Encoding.UTF8.GetBytes($"{ReadFileTests.Headings}\n{ReadFileTests.Row}"));
        await first.SubmitAsync(new Dictionary<string, string>(), "store");
        await UploadAsync(first, Encoding.UTF8.GetBytes($"{ReadFileTests.Headings},记录种类,所涉编号,理由\n{ReadFileTests.Row.Replace("jn-2026-1", "c-1", StringComparison.Ordinal).Replace("12000.50", "7", StringComparison.Ordinal)},更正,jn-2026-1,金额写错"));
        var preview = first.Address.AbsolutePath;
        var digest = first.Page.QuerySelector("input[name=digest]")!.GetAttribute("value")!;

        Assert.Null(first.Page.QuerySelector("button[value=store]"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(first, preview, ("act", "store"), ("digest", digest)));
        Assert.Equal(1, await FactsAsync());

        await second.GoAsync(preview);
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync(second, preview, ("act", "store"), ("digest", new string('0', 64))));
        Assert.Equal(1, await FactsAsync());
        await second.SubmitAsync(new Dictionary<string, string>(), "store");
        Assert.Equal("入库结果", second.Heading);
        Assert.Equal(2, await FactsAsync());
    }

    [Fact]
    public async Task What_is_no_file_of_facts_is_refused_with_its_reason_and_nothing_of_it_is_kept()
    {
        await first.GoAsync(UploadSetup.Path);
        await first.SubmitAsync(form: UploadSetup.Path);
        Assert.Contains("请选择文件", first.Page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);

        foreach (var (file, words) in ((byte[], string)[])
            [
                (MadeWorkbook.Sheet("<worksheet/>", ("xl/vbaProject.bin", [1])), "不含宏"),
                ([0xD0, 0xCF, 0x11, 0xE0, 1, 2, 3], ".xls"),
                (new byte[FileBounds.MostBytes + 1], "至多 20 MiB"),
                ("编号,金额\n1,2"u8.ToArray(), "第 1 行“金额”应为"),
            ])
        {
            await UploadAsync(first, file);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, first.Status);
            Assert.Contains(words, first.Page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        }

        Assert.Equal(0, await AskAsync(db => db.FactFiles.CountAsync(Cancelled)));
    }

    [Fact]
    public async Task A_preview_ends_and_one_person_has_a_bounded_number_of_them()
    {
        for (var i = 0; i < ReceiveUpload.MostOfOne; i++)
        {
            await UploadAsync(first, Encoding.UTF8.GetBytes($"{ReadFileTests.Headings}\n{ReadFileTests.Row}"));
            Assert.Equal("预览", first.Heading);
        }

        var preview = first.Address.AbsolutePath;
        await UploadAsync(first, Encoding.UTF8.GetBytes($"{ReadFileTests.Headings}\n{ReadFileTests.Row}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.Status);
        Assert.Contains("请先入库或放弃", first.Page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);

        await AskAsync(db => db.FactFiles.ExecuteUpdateAsync(set => set.SetProperty(file => file.Until, DateTimeOffset.UnixEpoch), Cancelled));
        await first.GoAsync(preview);
        Assert.Equal(HttpStatusCode.NotFound, first.Status);
        await UploadAsync(first, Encoding.UTF8.GetBytes($"{ReadFileTests.Headings}\n{ReadFileTests.Row}"));
        Assert.Equal("预览", first.Heading);
        Assert.Equal(1, await AskAsync(db => db.FactFiles.CountAsync(Cancelled)));
    }

    [Fact]
    public async Task Of_a_workbook_with_several_sheets_the_clerk_is_told_which_are_not_read()
    {
        IEnumerable<object?> Row(string line) => line.Split(',');
        var workbook = MadeWorkbook.Of(Row(ReadFileTests.Headings), Row(ReadFileTests.Row.Replace("jn-2026-1", "sheets-1", StringComparison.Ordinal)));
        var several = MadeWorkbook.WithSheets(
            workbook,
            "<sheets><sheet name=\"旧表\" state=\"hidden\" sheetId=\"9\" r:id=\"rId7\"/><sheet name=\"五月\" sheetId=\"1\" r:id=\"rId1\"/>"
            + "<sheet name=\"六月\" sheetId=\"2\" r:id=\"rId8\"/><sheet name=\"379999198506180037\" sheetId=\"3\" r:id=\"rId9\"/><sheet name=\"七月\" state=\"veryHidden\" sheetId=\"4\" r:id=\"rId10\"/>");

        await UploadAsync(first, several);

        Assert.Equal("预览", first.Heading);
        Assert.Contains("六月、—、S", first.Page.QuerySelector("#file")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("旧表", first.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh", 1)]
    [InlineData("en", 1)]
    public async Task A_template_as_it_is_downloaded_is_a_file_without_problems(string language, int rows)
    {
        await first.GoAsync($"{UploadSetup.Path}/template/{language}.csv");
        await UploadAsync(first, Encoding.UTF8.GetBytes(first.Body));

        Assert.Equal("预览", first.Heading);
        Assert.Equal($"{rows}", first.Page.QuerySelectorAll("#file dd")[0].TextContent);
        Assert.Null(first.Page.QuerySelector("#problems"));
    }

    [Fact]
    public async Task Nobody_but_clerks_comes_near()
    {
        using var officer = new ScriptlessBrowser(backbone.Address);
        await officer.SignInAsync(backbone.Address, backbone.Account("credit-1"));
        await officer.GoAsync(UploadSetup.Path);
        Assert.Equal(HttpStatusCode.Forbidden, officer.Status);
        await first.GoAsync("/console/credit/objections");
        Assert.Equal(HttpStatusCode.Forbidden, first.Status);
    }

    private static async Task UploadAsync(ScriptlessBrowser clerk, byte[] file)
    {
        await clerk.GoAsync(UploadSetup.Path);
        await clerk.SubmitAsync(form: UploadSetup.Path, files: [new("file", "facts.csv", file)]);
    }

    private static Task<HttpStatusCode> PostAsync(ScriptlessBrowser browser, string path, params (string, string)[] fields) => Cases.CaseHost.PostAsync(browser, path, fields);

    private async Task<ScriptlessBrowser> ClerkAsync(string name)
    {
        var browser = new ScriptlessBrowser(backbone.Address);
        await browser.SignInAsync(backbone.Address, backbone.Account(name));
        await browser.GoAsync(UploadSetup.Path);
        Assert.Equal("上传信用事实文件", browser.Heading);
        return browser;
    }

    private Task<int> FactsAsync() => AskAsync(db => db.Facts.CountAsync(fact => fact.Source == FactFile.UploadSource, Cancelled));

    private async Task<int> AskAsync(Func<CreditDb, Task<int>> ask)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }
}
