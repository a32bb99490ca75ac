using Backbone.Testing;
using Microsoft.Data.Sqlite;

namespace Backbone.Browser.Tests.Pages;

/// <summary>The pages of refusals and faults: each is provoked, none is staged.</summary>
internal sealed class FaultScenes(BrowserWorld world, Album album)
{
    public async Task LookAsync()
    {
        await using var page = await album.OpenAsync();
        await album.VisitAsync(page, "/no-such-page");
        await album.VisitAsync(page, "/connect/authorize?client_id=nobody", "unknown-app");
        await album.VisitAsync(page, "/connect/logout?post_logout_redirect_uri=https%3A%2F%2Fexample.cn", "logout-refused");
        await album.VisitAsync(page, "/consent", "consent-without-question");
        await page.GoAsync(new Uri(world.Portal, "/sign-in"));

        // In a field that is not drawn: laying out a line of that length takes a browser longer than the test waits.
        await page.Page.EvaluateAsync("document.querySelector('#name').form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'more', value: 'x'.repeat(8e6) }))");
        await page.SendFormOfAsync("password");
        await album.LookAsync(page, "too-large");
        await page.GoAsync(new Uri(world.Portal, "/account/apps"));
        await album.LookAsync(page, "sign-in-wanted");
        await TooManyAndBrokenAsync(page);
        await IssuerAwayAsync(page);
    }

    private async Task TooManyAndBrokenAsync(WatchedPage page)
    {
        await using var strict = await HostProcess.StartAsync(null, "--no-demo", "--set", "Backbone:Identity:Limits:SignInsPerAddressPerMinute=5");
        // A database that lost a table: nothing a request could cause.
        await using (var database = new SqliteConnection($"Data Source={strict.Database};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "ALTER TABLE AspNetUsers RENAME TO Lost";
            await command.ExecuteNonQueryAsync();
        }

        for (var attempt = 0; attempt < 6; attempt++)
        {
            await page.GoAsync(new Uri(strict.Portal, "/sign-in"));
            await page.Page.FillAsync("input[name=name]", "somebody");
            await page.Page.FillAsync("input[name=password]", "something");
            await page.SendFormOfAsync("password");
            if (attempt is 0 or 5)
            {
                await album.LookAsync(page, attempt == 0 ? "unexpected" : "too-many-requests");
            }
        }
    }

    private async Task IssuerAwayAsync(WatchedPage page)
    {
        // Port 1 on loopback: nobody listens there without being root and asking for it.
        await using var alone = await HostProcess.StartAsync(null, "--no-demo", "--modules", "audit", "--set", "Backbone:Issuer=http://localhost:1");
        await page.GoAsync(new Uri(alone.Portal, "/console"));
        await album.LookAsync(page, "issuer-away");
        await page.GoAsync(new Uri(alone.Portal, "/usage"));
        await album.LookAsync(page, "who-looked-issuer-away");
    }
}
