using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>An enterprise and its credit, from the report to the paper in somebody else's hands.</summary>
[Collection(OneWorld.Name)]
public sealed class CreditJourneys(BrowserWorld world)
{
    private const string Code = "52379999MADEMA051U";

    [Fact(DisplayName = "An enterprise reads its report without script, tries what a repair would bring, sees who looked, downloads the PDF, and a stranger verifies it")]
    public async Task An_enterprise_reads_tries_downloads_and_a_stranger_verifies()
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

        // On paper, in a stranger's hands.
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.PressAsync("#pdf button"));
        var file = await download.PathAsync();
        using var output = new StringWriter();
        Assert.True(Credit.Paper.VerifyCommand.Run(file, null, null, output) == 0, output.ToString());
        Assert.Contains(Code, output.ToString(), StringComparison.Ordinal);
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

    /// <summary>Kept where <c>BACKBONE_SCREENSHOTS</c> says, for people to look at.</summary>
    private static async Task ShootAsync(WatchedPage page, string name)
    {
        if (Pages.Album.Folder() is { } folder)
        {
            await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }
}
