using System.Text;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests.Pages;

/// <summary>Two credit clerks upload files of facts: with faults and without, and one that another has to store.</summary>
internal sealed class FileScenes(BrowserWorld world, Album album)
{
    private const string Files = "/console/credit/facts";
    private const string Daily = Files + "/daily";
    private const string Publicity = "行政处罚决定书文号,统一社会信用代码,失信程度,处罚依据,处罚决定日期,处罚机关\n";
    private const string Headings = "编号,统一社会信用代码,信息类型,失信程度,金额（元）,文书号,作出机关,依据,文书日期,记录种类,所涉编号,理由\n";

    public async Task LookAsync()
    {
        await world.ForgetCodesAsync();
        await using var first = await album.OpenAsync();
        await first.SignInAsync(world, world.Account("clerk-1"), "/console");
        await album.VisitAsync(first, "/console", "console-of-a-credit-clerk");
        await album.VisitAsync(first, Daily, "daily-none");
        await album.VisitAsync(first, Files, "files-none");
        await first.PressAsync("#upload form button");
        await album.LookAsync(first, "files-no-file");
        await UploadAsync(first, "模板改坏了.csv", "编号,金额,编号\n1,2,3\n");
        await album.LookAsync(first, "files-refused");
        await UploadAsync(first, "旧表.xls", "\u00d0\u00cf\u0011\u00e0", Encoding.Latin1);
        await album.LookAsync(first, "files-old-workbook");

        // Of many rows every third has a fault, so that the picture and the pages of problems have something to show.
        await UploadAsync(first, "市场监管局 2026 年 11 月.csv", Headings + string.Concat(Enumerable.Range(1, 180).Select(row => row % 3 == 0
            ? Row($"demo-{row}").Replace("一般", "很坏", StringComparison.Ordinal).Replace("2026-05-20", "昨天", StringComparison.Ordinal)
            : Row($"demo-{row}"))));
        await album.LookAsync(first, "file-preview");
        var preview = new Uri(first.Page.Url).AbsolutePath;
        await album.VisitAsync(first, preview + "?page=2", "file-preview-page-2");
        await first.GoAsync(new Uri(world.Portal, preview));
        await first.PressAsync("button[value=store]");
        await album.LookAsync(first, "file-stored");
        await UploadAsync(first, "全部合格.csv", Headings + Row("demo-1") + Row("demo-200"));
        await album.LookAsync(first, "file-preview-all-good");
        await first.PressAsync("button[value=discard]");
        await album.LookAsync(first, "files-discarded");
        await UploadAsync(first, "没有合格的.csv", Headings + "x\n,,,,,,,,,,,,y\n");
        await album.LookAsync(first, "file-nothing-to-store");
        await UploadAsync(first, "公示.csv", "行政相对人名称,统一社会信用代码,行政许可决定文书名称,行政许可决定文书号,许可决定日期,许可机关\n某公司,91370200264574251E,食品经营许可,青审〔2026〕7号,2026-01-05,青岛市行政审批服务局\n");
        await album.LookAsync(first, "file-publicity");
        await UploadAsync(first, "处罚公示.csv", Publicity + PublicityRow("青监〔2026〕7号"));
        await album.LookAsync(first, "file-publicity-of-penalties");
        await ChangeAsync(first);
        await DailyAsync(first);
    }

    /// <summary>A correction: refused to who uploaded it, stored by another.</summary>
    private async Task ChangeAsync(WatchedPage first)
    {
        await UploadAsync(first, "更正.csv", Headings + Row("demo-c1").Replace(",,,\n", ",更正,demo-2,金额写错\n", StringComparison.Ordinal));
        await album.LookAsync(first, "file-change-own");
        var change = new Uri(first.Page.Url).AbsolutePath;
        await first.Page.EvaluateAsync("document.querySelector('button[value=discard]').value = 'store'");
        await first.PressAsync("button[value=store]");
        await album.LookAsync(first, "file-same-person");
        await using var second = await album.OpenAsync();
        await second.SignInAsync(world, world.Account("clerk-2"), "/console");
        await album.VisitAsync(second, change, "file-change-of-another");
        await second.PressAsync("button[value=store]");
        await second.GoAsync(new Uri(world.Portal, change));
        await album.LookAsync(second, "file-change-stored");
        await album.VisitAsync(second, Files + "?done=changed", "files-changed");
        await album.VisitAsync(second, Files, "files");
        await album.VisitAsync(second, Files + "?page=2", "files-page-2");
    }

    /// <summary>What an agency put into its folder, once the host has taken it: a file with rows of both kinds, and one that is none of facts.</summary>
    private async Task DailyAsync(WatchedPage clerk)
    {
        Put("2026-11-28.csv", Publicity + PublicityRow("青监〔2026〕28号") + PublicityRow("青监〔2026〕29号").Replace("一般", "很坏", StringComparison.Ordinal));
        Put("说明.csv", "请查收\n");
        for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start) < WatchedPage.Patience;)
        {
            await clerk.GoAsync(new Uri(world.Portal, Daily));
            if (await clerk.Page.Locator("tbody a").CountAsync() == 2)
            {
                break;
            }
        }

        await album.LookAsync(clerk, "daily");
        await clerk.PressAsync("tbody tr:has-text('2026-11-28.csv') a");
        await album.LookAsync(clerk, "daily-stored");
        await clerk.GoAsync(new Uri(world.Portal, Daily));
        await clerk.PressAsync("tbody tr:has-text('说明.csv') a");
        await album.LookAsync(clerk, "daily-refused");
    }

    /// <summary>Written beside, then renamed: complete from the moment it is there.</summary>
    private void Put(string name, string text)
    {
        File.WriteAllText(Path.Combine(world.AgencyFolder, name + ".part"), text);
        File.WriteAllText(Path.Combine(world.AgencyFolder, name + ".ok"), "");
        File.Move(Path.Combine(world.AgencyFolder, name + ".part"), Path.Combine(world.AgencyFolder, name));
    }

    private static string PublicityRow(string document) => $"{document},91370200264574251E,一般,广告法,2026-01-05,青岛市市场监督管理局\n";

    private static string Row(string key) => $"{key},91370200264574251E,行政处罚,一般,12000.50,济市监处罚〔2026〕{key}号,济南市市场监督管理局,食品安全法 第一百二十四条,2026-05-20,,,\n";

    private async Task UploadAsync(WatchedPage page, string name, string text, Encoding? encoding = null)
    {
        await page.GoAsync(new Uri(world.Portal, Files));
        await page.Page.SetInputFilesAsync("#file", new FilePayload { Name = name, MimeType = "text/csv", Buffer = (encoding ?? Encoding.UTF8).GetBytes(text) });
        await page.PressAsync("#upload form button");
    }
}
