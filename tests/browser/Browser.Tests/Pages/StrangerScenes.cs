namespace Backbone.Browser.Tests.Pages;

/// <summary>What somebody meets who has not signed in; before anybody else did anything.</summary>
internal sealed class StrangerScenes(BrowserWorld world, Album album)
{
    public async Task LookAsync()
    {
        await using var page = await album.OpenAsync();
        await album.VisitAsync(page, "/dev/notices", "notices-none");
        await album.VisitAsync(page, "/", "welcome");
        await OpenMenuAsync(page);
        await album.LookAsync(page, "welcome-display-menu");
        await album.VisitAsync(page, "/help");
        await album.VisitAsync(page, "/credit/register", "credit-register-none");
        await album.VisitAsync(page, "/signed-out");
        await album.VisitAsync(page, "/reset/done");
        foreach (var part in (string[])["", "/form", "/portal"])
        {
            await album.VisitAsync(page, "/dev/gallery" + part);
        }

        await LargeTextAsync(page);
        await WithoutScriptAsync();
    }

    private static Task OpenMenuAsync(WatchedPage page) => page.Page.Locator("header details.menu > summary").First.ClickAsync();

    private async Task LargeTextAsync(WatchedPage page)
    {
        await page.GoAsync(world.Portal);
        await OpenMenuAsync(page);
        await page.Page.ClickAsync("button[name=size]");
        await album.LookAsync(page, "welcome-large");
        await album.VisitAsync(page, "/sign-in", "sign-in-large");
        await OpenMenuAsync(page);
        await page.Page.ClickAsync("button[name=size]");
    }

    private async Task WithoutScriptAsync()
    {
        await using var page = await album.OpenAsync(Way.WithoutScript);
        await album.VisitAsync(page, "/", "no-script-welcome");
        await album.VisitAsync(page, "/sign-in", "no-script-sign-in");
    }
}
