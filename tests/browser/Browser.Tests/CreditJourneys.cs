using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>An enterprise and its credit, from the report to the paper in somebody else's hands.</summary>
[Collection(OneWorld.Name)]
public sealed class CreditJourneys(BrowserWorld world)
{
    private const string Code = "52379999MADEMA051U";

    private static readonly byte[] Evidence = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"u8.ToArray();

    [Fact(DisplayName = "An enterprise reads its report without script, tries what a repair would bring, objects; two officers decide, the grade changes; the PDF of it verifies with a stranger")]
    public async Task An_enterprise_reads_tries_objects_and_what_it_downloads_verifies()
    {
        await using var page = await world.OpenAsync(way: Way.WithoutScript);
        await page.RepresentAsync(world, "王建国", "37999919720911005", Code);
        await world.ReportAsync(
            Code, CreditFacts.Penalty("general", 20, "济市监处罚〔2026〕21号"), CreditFacts.Penalty("minor", 15, "济市监处罚〔2026〕22号"),
            CreditFacts.Grade("environmental-grade", "yellow", 60));
        await world.AskAsync(Code, "report");

        // From the organisation's own page to the report.
        await page.GoAsync(new Uri(world.Portal, "/organisations/" + Code));
        await page.PressAsync("main a[href$='/credit/my']");
        await page.PressAsync("main a[href='/credit/my/report']");
        await Assertions.Expect(page.Page.Locator("h1")).ToHaveTextAsync("信用报告");
        await Assertions.Expect(page.Page.Locator("#grade .stat")).ToHaveTextAsync("C");
        await Assertions.Expect(page.Page.Locator("main")).ToContainTextAsync("济市监处罚〔2026〕21号");
        await Assertions.Expect(page.Page.Locator("section[aria-labelledby=looks]")).ToContainTextAsync("政府采购法 第二十二条");
        await ShootAsync(page, "credit-report");

        // What if the graver penalty were repaired?
        await page.Page.Locator("#try input[type=checkbox]").Last.CheckAsync();
        await page.PressAsync("#try button");
        await Assertions.Expect(page.Page.Locator("#try tbody tr").Last).ToContainTextAsync("完成勾选的修复");
        await Assertions.Expect(page.Page.Locator("#grade .stat")).ToHaveTextAsync("C");
        await ShootAsync(page, "credit-trial");

        await ObjectAsync(page);

        // On paper, in a stranger's hands.
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.PressAsync("#pdf button"));
        var file = await download.PathAsync();
        using var output = new StringWriter();
        Assert.True(Credit.Paper.VerifyCommand.Run(file, null, null, output) == 0, output.ToString());
        Assert.Contains(Code, output.ToString(), StringComparison.Ordinal);
        if (Pages.Album.Folder() is { } pictures)
        {
            File.Copy(file, Path.Combine(pictures, "credit-report.pdf"), overwrite: true);
        }

        var number = output.ToString().Split("report ")[1].Split(' ')[0];
        await using var stranger = await world.OpenAsync(way: Way.WithoutScript);
        await stranger.GoAsync(new Uri(world.Portal, "/credit/verify/" + number));
        await Assertions.Expect(stranger.Page.Locator("#issued")).ToContainTextAsync("晨光示范社区服务中心");
        await stranger.Page.SetInputFilesAsync("#file", file);
        await stranger.PressAsync("#compare button");
        await Assertions.Expect(stranger.Page.Locator(".banner")).ToContainTextAsync("这就是当时出具的报告");
        await ShootAsync(stranger, "credit-verified");

        var changed = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        changed[200] ^= 1;
        await stranger.Page.SetInputFilesAsync("#file", new FilePayload { Name = "report.pdf", MimeType = "application/pdf", Buffer = changed });
        await stranger.PressAsync("#compare button");
        await Assertions.Expect(stranger.Page.Locator(".banner")).ToContainTextAsync("这不是当时出具的报告");
        page.NothingComplained();
        stranger.NothingComplained();
    }

    /// <summary>The graver penalty is objected to, marked at once, and taken out by two officers; the grade follows.</summary>
    private async Task ObjectAsync(WatchedPage page)
    {
        await page.PressAsync("li:has-text('一般行政处罚') a[href^='/credit/my/objections/new']");
        await page.Page.FillAsync("#grounds", "法院已撤销这份处罚决定。");
        await page.Page.SetInputFilesAsync("#evidence", new FilePayload { Name = "判决书.pdf", MimeType = "application/pdf", Buffer = Evidence });
        await page.SendFormOfAsync("grounds");
        await page.Page.WaitForURLAsync(address => new Uri(address).Query == "?done=filed");
        var id = page.Path.Split('/')[^1];
        await ShootAsync(page, "credit-objection");
        await page.GoAsync(new Uri(world.Portal, "/credit/my/report"));
        await Assertions.Expect(page.Page.Locator("main")).ToContainTextAsync("异议处理中");

        var address = new Uri(world.Portal, $"/console/credit/cases/{Code}/{id}");
        await using var first = await world.OpenAsync();
        await first.SignInAsync(world, world.Account("credit-1"), "/console");
        await first.GoAsync(address);
        await first.Page.FillAsync("#reason", "判决书属实，处罚决定已被撤销。");
        await first.PressAsync("main button[name=act][value=propose]");
        await ShootAsync(first, "credit-decided-by-one");
        await using var second = await world.OpenAsync();
        await second.SignInAsync(world, world.Account("credit-2"), "/console");
        await second.GoAsync(address);
        await second.PressAsync("main button[name=act][value=approve]");
        await ShootAsync(second, "credit-decided-by-two");

        await page.GoAsync(new Uri(world.Portal, "/credit/my/report"));
        await Assertions.Expect(page.Page.Locator("#grade .stat")).ToHaveTextAsync("B");
        await Assertions.Expect(page.Page.Locator("section[aria-labelledby=left]")).ToContainTextAsync("济市监处罚〔2026〕21号");
        await ShootAsync(page, "credit-report-after");
        first.NothingComplained();
        second.NothingComplained();
    }

    /// <summary>Kept where <c>BACKBONE_SCREENSHOTS</c> says, for people to look at.</summary>
    private static async Task ShootAsync(WatchedPage page, string name)
    {
        if (Pages.Album.Folder() is { } folder)
        {
            await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }
}
