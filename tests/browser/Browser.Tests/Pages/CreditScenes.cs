using Microsoft.Playwright;

namespace Backbone.Browser.Tests.Pages;

/// <summary>The enterprise's own credit: nothing on record, then facts of each kind; what it can try; its report on paper as a stranger verifies it.</summary>
internal sealed class CreditScenes(BrowserWorld world, Album album)
{
    private const string Code = "52379999MADEMA051U";

    public async Task LookAsync()
    {
        await world.ForgetCodesAsync();
        await using var page = await album.OpenAsync();
        await page.RepresentAsync(world, "王建国", "37999919720911005", Code);
        await album.VisitAsync(page, "/credit/my");
        await album.VisitAsync(page, "/credit/my/report", "credit-report-none");
        await world.ReportAsync(
            Code, CreditFacts.Penalty("general", 20, "济市监处罚〔2026〕31号"), CreditFacts.Penalty("minor", 200, "济市监处罚〔2026〕32号"),
            CreditFacts.Grade("environmental-grade", "yellow", 60));
        await world.AskAsync(Code, "grade");
        await world.AskAsync(Code, "report");
        await page.GoAsync(new Uri(world.Portal, "/credit/my/report"));
        await OpenAllAsync(page);
        await album.LookAsync(page, "/credit/my/report");
        await page.Page.Locator("#try input[type=checkbox]").First.CheckAsync();
        await page.PressAsync("#try button");
        await album.LookAsync(page, "credit-report-trial");
        await album.VisitAsync(page, "/credit/my/report?purpose=marketing", "credit-report-wrong");
        await album.VisitAsync(page, "/credit/my/report?purpose=finance", "credit-report-finance");
        await VerifyAsync(page);
        await WorseAsync(page);
        await album.VisitAsync(page, "/credit/my/signin-oidc?code=x&state=y", "credit-stale-sign-in");
        await page.GoAsync(new Uri(world.Portal, "/acting"));
        await page.PressAsync("main form:has(input[name=organisation][value='']) button");
        await page.GoAsync(new Uri(world.Portal, "/credit/my/again"));
        await page.PressAsync("main p > a[data-enhance-nav='false']");
        await album.LookAsync(page, "credit-refused");
    }

    private async Task VerifyAsync(WatchedPage page)
    {
        await page.GoAsync(new Uri(world.Portal, "/credit/my/report"));
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.PressAsync("#pdf button"));
        var file = await download.PathAsync();
        using var output = new StringWriter();
        Assert.Equal(0, Credit.Paper.VerifyCommand.Run(file, null, null, output));
        var address = "/credit/verify/" + output.ToString().Split("report ")[1].Split(' ')[0];
        await album.VisitAsync(page, address);
        await page.PressAsync("details.reveal summary");
        await page.PressAsync("#compare button");
        await album.LookAsync(page, "credit-verify-nothing");
        await page.Page.SetInputFilesAsync("#file", file);
        await page.PressAsync("#compare button");
        await album.LookAsync(page, "credit-verify-same");
        await page.Page.SetInputFilesAsync("#file", new FilePayload { Name = "report.pdf", MimeType = "application/pdf", Buffer = [1, 2, 3] });
        await page.PressAsync("#compare button");
        await album.LookAsync(page, "credit-verify-changed");
        await page.GoAsync(new Uri(world.Portal, "/credit/my/report"));
        var another = await (await page.Page.RunAndWaitForDownloadAsync(() => page.PressAsync("#pdf button"))).PathAsync();
        await page.GoAsync(new Uri(world.Portal, address));
        await page.Page.SetInputFilesAsync("#file", another);
        await page.PressAsync("#compare button");
        await album.LookAsync(page, "credit-verify-another");
        await album.VisitAsync(page, "/credit/verify/0197d0f5-0000-7000-8000-000000000001", "credit-verify-unknown");
    }

    /// <summary>On a list, and with what no way leads out of.</summary>
    private async Task WorseAsync(WatchedPage page)
    {
        await world.ReportAsync(
            Code,
            "\"type\":\"serious-list\",\"class\":\"serious\",\"document\":\"鲁市监信〔2026〕9号\",\"authority\":\"山东省市场监督管理局\",\"basis\":\"市场监督管理严重违法失信名单管理办法\",\"decided\":\"2026-10-09\"");
        await page.GoAsync(new Uri(world.Portal, "/credit/my/report"));
        await OpenAllAsync(page);
        await album.LookAsync(page, "credit-report-listed");
    }

    private static async Task OpenAllAsync(WatchedPage page)
    {
        foreach (var reveal in await page.Page.Locator("main details.reveal > summary").AllAsync())
        {
            await reveal.ClickAsync();
        }
    }
}
