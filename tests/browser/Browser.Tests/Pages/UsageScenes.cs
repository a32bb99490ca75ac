using Microsoft.Data.Sqlite;

namespace Backbone.Browser.Tests.Pages;

/// <summary>"Who looked at my data" before anybody did and after an app and staff did; and such an entry on its way to being held back.</summary>
internal sealed class UsageScenes(BrowserWorld world, Album album)
{
    public async Task LookAsync()
    {
        await using var person = await album.OpenAsync();
        await person.RegisterAsync(world, "沈被看");
        await person.GoAsync(new Uri(world.Portal, "/account"));
        await person.PressAsync("main a[href$='/usage']");
        await person.Page.WaitForURLAsync(address => new Uri(address).AbsolutePath == "/usage");
        await album.LookAsync(person, "who-looked-nobody");

        await using var auditor = await album.OpenAsync();
        await auditor.ReadForACaseAsync(world);
        var opened = await auditor.OpenNewestAsync(world, "event.action:usage-find");
        await person.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await person.AllowIfAskedAsync();
        await PersonAsync(person);
        await HeldAsync(auditor, await auditor.NumberOfNewestAsync(world, $"event.action:audit-view and resource.id:{opened}"));
    }

    private async Task PersonAsync(WatchedPage page)
    {
        var entries = page.Page.Locator("ol.line > li");
        await page.ReloadUntilAsync(new Uri(world.Portal, "/usage"), async () => await entries.CountAsync() == 2);
        await page.PressAsync("details.reveal summary");
        await album.LookAsync(page, "who-looked");
        await page.PressAsync("details.reveal td a");
        await page.Page.WaitForURLAsync(address => new Uri(address).Query.Length > 0);
        await album.LookAsync(page, "who-looked-in-a-month");
        await album.VisitAsync(page, "/usage?from=2020-01-01&to=2020-01-31", "who-looked-no-match");
        await album.VisitAsync(page, "/usage?from=2020-13-01&to=2020-01-31", "who-looked-no-day");
        await album.VisitAsync(page, "/usage?from=2020-02-01&to=2020-01-31", "who-looked-wrong-order");
        await album.VisitAsync(page, "/usage?page=2", "who-looked-no-more");
        await album.VisitAsync(page, "/usage?page=x", "who-looked-no-page");
        await album.VisitAsync(page, "/usage/signin-oidc?code=x&state=y", "who-looked-stale-sign-in");
    }

    private async Task HeldAsync(WatchedPage page, string number)
    {
        await page.GoAsync(new Uri(world.Portal, "/console/audit/held"));
        await page.FillAsync("number", number);
        await page.FillAsync("basis", album.Chinese ? "刑事诉讼法第一百五十二条" : "Criminal Procedure Law, article 152");
        await page.FillAsync("until", TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd", null));
        await page.SendFormOfAsync("number");
        await album.LookAsync(page, "audit-held-asked");

        // The demonstration has one audit administrator: somebody else asked.
        await using (var database = new SqliteConnection($"Data Source={Path.Combine(Path.GetDirectoryName(world.Database)!, "audit", "audit.db")};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "UPDATE HeldDisclosures SET RequestedBy = '01981234-0000-7000-8000-000000000002'";
            await command.ExecuteNonQueryAsync();
        }

        await album.VisitAsync(page, "/console/audit/held", "audit-held-to-agree");
        await page.PressAsync("form[action$='/agree'] button");
        await album.LookAsync(page, "audit-held-agreed");
    }
}
