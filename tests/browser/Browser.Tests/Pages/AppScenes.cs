using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests.Pages;

/// <summary>The sample apps, the consent they ask for, what the account page then shows, and an answer that travels as a form.</summary>
internal sealed class AppScenes(BrowserWorld world, Album album)
{
    public async Task LookAsync()
    {
        await using var page = await album.OpenAsync();
        await page.RegisterAsync(world, "沈应用");
        await CitizenAppAsync(page);
        await FormPostAsync(page);
        await OfficeAppAsync(page);
    }

    private async Task CitizenAppAsync(WatchedPage page)
    {
        var app = world.App("citizen-app");
        await page.GoAsync(app);
        await album.LookAsync(page, "citizen-app");
        await page.GoAsync(new Uri(app, "/sign-in"));
        await album.LookAsync(page, "consent");
        await page.Page.ClickAsync("button[value=refuse]");
        await album.LookAsync(page, "citizen-app-refused");
        await page.GoAsync(new Uri(app, "/sign-in"));
        await page.AllowIfAskedAsync();
        await album.LookAsync(page, "citizen-app-signed-in");
        await page.Page.ClickAsync("a[href='/?call']");
        await album.LookAsync(page, "citizen-app-called");
        await album.VisitAsync(page, "/account/apps");
        await page.Page.Locator("form[action$='/withdraw'] button").First.ClickAsync();
        await album.LookAsync(page, "apps-withdrawn");
    }

    private async Task FormPostAsync(WatchedPage page)
    {
        // As on a browser that runs no script: the page waits for the person.
        await page.Page.RouteAsync("**/form-post.js", route => route.AbortAsync());
        await page.GoAsync(new Uri(world.Portal, "/connect/authorize?client_id=web&response_type=code&response_mode=form_post&scope=openid"
            + "&redirect_uri=http%3A%2F%2Flocalhost%3A7190%2Fcallback&state=s&nonce=n&code_challenge_method=S256"
            + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        await page.AllowIfAskedAsync();
        await album.LookAsync(page, "form-post");
    }

    private async Task OfficeAppAsync(WatchedPage page)
    {
        var app = world.App("office-app");
        await page.GoAsync(app);
        await album.LookAsync(page, "office-app");
        await page.GoAsync(new Uri(app, "/sign-in"));
        await page.AllowIfAskedAsync();
        await album.LookAsync(page, "office-app-for-a-citizen");

        await using var staff = await album.OpenAsync();
        await staff.SignInAsync(world, world.Account(DemonstrationPeople.Office));
        await album.VisitAsync(staff, "/", "portal-of-staff");
        await album.VisitAsync(staff, "/account", "account-of-staff");
        await album.VisitAsync(staff, "/account/security", "security-of-staff");
        await album.VisitAsync(staff, "/console", "console-refused");
        await album.VisitAsync(staff, "/account/security/totp/remove", "last-factor-stays");
        await staff.GoAsync(new Uri(app, "/sign-in"));
        await staff.AllowIfAskedAsync();
        await staff.Page.ClickAsync("a[href='/?call']");
        await album.LookAsync(staff, "office-app-called");
        await staff.GoAsync(new Uri(world.Portal, "/account/apps"));
        await staff.PressAsync("details.reveal summary");
        await album.LookAsync(staff, "apps-by-policy");
        await staff.GoAsync(app);
        await staff.PressAsync("form[action*='sign-out'] button");
        await Assertions.Expect(staff.Page.Locator("a[href='/sign-in']")).ToHaveCountAsync(1);
    }
}
