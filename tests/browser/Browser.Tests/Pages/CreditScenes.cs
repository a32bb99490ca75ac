using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests.Pages;

/// <summary>The enterprise's own credit: nothing on record, nothing against it, then facts of each kind; what it can try; its report on paper as a stranger verifies it.</summary>
internal sealed class CreditScenes(BrowserWorld world, Album album)
{
    private const string Report = "/credit/my/report";
    private const string Code = "52379999MADEMA051U";

    private static readonly byte[] Evidence = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"u8.ToArray();

    public async Task LookAsync()
    {
        await world.ForgetCodesAsync();
        await using var page = await album.OpenAsync();
        await page.RepresentAsync(world, "王建国", "37999919720911005", Code);
        await album.VisitAsync(page, "/credit/my");
        await album.VisitAsync(page, Report, "credit-report-none");
        var notices = new NoticeScenes(world, album);
        await notices.NoneAsync(page);
        await world.ReportAsync(Code, CreditFacts.Grade("environmental-grade", "green", 90));
        await album.VisitAsync(page, Report, "credit-report-best");
        await FactsAsync();
        await world.AskAsync(Code, "grade");
        await world.AskAsync(Code, "report");
        await page.GoAsync(new Uri(world.Portal, Report));
        await OpenAllAsync(page);
        await album.LookAsync(page, Report);
        await page.Page.Locator("#try input[type=checkbox]").First.CheckAsync();
        await page.PressAsync("#try button");
        await album.LookAsync(page, "credit-report-trial");
        await album.VisitAsync(page, Report + "?purpose=marketing", "credit-report-wrong");
        await page.GoAsync(new Uri(world.Portal, Report + "?purpose=finance"));
        await OpenAllAsync(page);
        await album.LookAsync(page, "credit-report-finance");
        await VerifyAsync(page);
        await WorseAsync(page);
        await notices.LookAsync(page, Code);
        await album.VisitAsync(page, "/credit/my/signin-oidc?code=x&state=y", "credit-stale-sign-in");
        await page.GoAsync(new Uri(world.Portal, "/acting"));
        await page.PressAsync("main form:has(input[name=organisation][value='']) button");
        await page.GoAsync(new Uri(world.Portal, "/credit/my/again"));
        await page.PressAsync("main p > a[data-enhance-nav='false']");
        await album.LookAsync(page, "credit-refused");
    }

    /// <summary>Some that count, and some that do not, each for another reason.</summary>
    private async Task FactsAsync()
    {
        await world.ReportAsync(
            Code, CreditFacts.Penalty("general", 20, "济市监处罚〔2026〕31号"), CreditFacts.Penalty("minor", 200, "济市监处罚〔2026〕32号"),
            CreditFacts.Penalty("general", 30, "济市监处罚〔2026〕33号") + ",\"excluded\":\"summary-procedure\"",
            CreditFacts.Grade("environmental-grade", "yellow", 60), CreditFacts.Grade("honour", "city", 1300), CreditFacts.Grade("honour", "province", 100),
            CreditFacts.Plain("licence", 50), CreditFacts.Plain("commitment-kept", 5) + $",\"validFrom\":\"{CreditFacts.Day(-30)}\"");
        await world.WithdrawAsync(Code, CreditFacts.Penalty("general", 40, "济市监处罚〔2026〕34号"));
    }

    private async Task VerifyAsync(WatchedPage page)
    {
        await page.GoAsync(new Uri(world.Portal, Report));
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.PressAsync("#pdf button"));
        var file = await download.PathAsync();
        using var output = new StringWriter();
        Assert.Equal(0, Credit.Paper.VerifyCommand.Run(file, null, null, output));
        var address = "/credit/verify/" + output.ToString().Split("report ")[1].Split(' ')[0];
        await page.GoAsync(new Uri(world.Portal, address));
        await page.PressAsync("details.reveal summary");
        await album.LookAsync(page, address);
        await page.PressAsync("#compare button");
        await album.LookAsync(page, "credit-verify-nothing");
        await page.Page.SetInputFilesAsync("#file", file);
        await page.PressAsync("#compare button");
        await album.LookAsync(page, "credit-verify-same");
        await page.Page.SetInputFilesAsync("#file", new FilePayload { Name = "report.pdf", MimeType = "application/pdf", Buffer = [1, 2, 3] });
        await page.PressAsync("#compare button");
        await album.LookAsync(page, "credit-verify-changed");
        await page.GoAsync(new Uri(world.Portal, Report));
        var another = await (await page.Page.RunAndWaitForDownloadAsync(() => page.PressAsync("#pdf button"))).PathAsync();
        await page.GoAsync(new Uri(world.Portal, address));
        await page.Page.SetInputFilesAsync("#file", another);
        await page.PressAsync("#compare button");
        await album.LookAsync(page, "credit-verify-another");
        await album.VisitAsync(page, "/credit/verify/0197d0f5-0000-7000-8000-000000000001", "credit-verify-unknown");
    }

    /// <summary>One fact under objection; then on a list that bounds the grade.</summary>
    private async Task WorseAsync(WatchedPage page)
    {
        await page.GoAsync(new Uri(world.Portal, Report));
        await page.PressAsync("a[href^='/credit/my/objections/new']");
        await page.Page.FillAsync("#grounds", "处罚决定书的金额有误。");
        await page.Page.SetInputFilesAsync("#evidence", new FilePayload { Name = "a.pdf", MimeType = "application/pdf", Buffer = Evidence });
        await page.SendFormOfAsync("grounds");
        await page.Page.WaitForURLAsync(address => new Uri(address).Query == "?done=filed");
        await page.GoAsync(new Uri(world.Portal, Report));
        await OpenAllAsync(page);
        await album.LookAsync(page, "credit-report-disputed");
        await world.ReportAsync(Code, CreditFacts.Plain("serious-list", 40) + ",\"class\":\"serious\"", CreditFacts.Grade("environmental-grade", "red", 10));
        await GradedAsync();
        await page.GoAsync(new Uri(world.Portal, Report));
        await OpenAllAsync(page);
        await album.LookAsync(page, "credit-report-listed");
    }

    /// <summary>A grade of the past: the host makes the grades of all each minute, which is too long to wait.</summary>
    private async Task GradedAsync()
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(Path.GetDirectoryName(world.Database)!, "credit", "credit.db")};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "INSERT INTO grade_changes (Entity, Id, Day, \"Before\", Grade, Points, Pack, PackDigest, Known) "
            + $"VALUES ('{Code}', randomblob(16), '2026-11-01', 'A', 'B', 80, 'cn-national 1', '', 0)";
        await command.ExecuteNonQueryAsync();
    }

    private static async Task OpenAllAsync(WatchedPage page)
    {
        foreach (var reveal in await page.Page.Locator("main details.reveal > summary").AllAsync())
        {
            await reveal.ClickAsync();
        }
    }
}
