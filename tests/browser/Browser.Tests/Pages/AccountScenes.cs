using Backbone.Testing;

namespace Backbone.Browser.Tests.Pages;

/// <summary>The portal and the account pages of a citizen who has just registered, and of one who set everything up.</summary>
internal sealed class AccountScenes(BrowserWorld world, Album album)
{
    public async Task LookAsync()
    {
        await using var page = await album.OpenAsync();
        await page.RegisterAsync(world, "欧阳清澄");
        await PortalAsync(page);
        await FreshAsync(page);
        await PasswordAsync(page);
        await TotpAsync(page);
        await PasskeyAsync(page);
        await SessionsAsync();
        await LastAsync(page);
    }

    private async Task PortalAsync(WatchedPage page)
    {
        await album.VisitAsync(page, "/", "portal");
        await page.Page.Locator("header details:has(form[action='/sign-out']) > summary").ClickAsync();
        await album.LookAsync(page, "portal-account-menu");
        await album.VisitAsync(page, "/?q=jy", "portal-search");
        await album.VisitAsync(page, "/?q=zzzz", "portal-no-match");
    }

    private async Task FreshAsync(WatchedPage page)
    {
        foreach (var path in (string[])["/account", "/account/security", "/account/sessions", "/account/apps"])
        {
            await album.VisitAsync(page, path, path + "-fresh");
        }

        await album.VisitAsync(page, "/sign-in?prompt=login", "sign-in-again");
    }

    private async Task PasswordAsync(WatchedPage page)
    {
        await album.VisitAsync(page, "/account/security/password");
        (string Current, string New, string Shown)[] mistakes =
        [
            ("", "", "empty"), ("wrong-wrong-wrong", "another-Ocean-47-lantern", "wrong"), (Persons.Password, Persons.Password, "same"),
            (Persons.Password, "1234567890", "common"),
        ];
        foreach (var (current, chosen, shown) in mistakes)
        {
            await ChangeAsync(current, chosen);
            await album.LookAsync(page, "password-" + shown);
        }

        await ChangeAsync(Persons.Password, "another-Ocean-47-lantern");
        await album.LookAsync(page, "security-password-changed");
        await page.GoAsync(new Uri(world.Portal, "/account/security/password"));
        for (var attempt = 0; attempt < 6; attempt++)
        {
            await ChangeAsync("wrong-wrong-wrong", "yet-Another-Ocean-48-lantern");
        }

        await album.LookAsync(page, "password-locked");

        async Task ChangeAsync(string current, string chosen)
        {
            await page.Page.FillAsync("input[name=current]", current);
            await page.Page.FillAsync("input[name=new]", chosen);
            await page.SendFormOfAsync("current");
        }
    }

    private async Task TotpAsync(WatchedPage page)
    {
        await album.VisitAsync(page, "/account/security/totp");
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, "totp-empty");
        await page.Page.EvaluateAsync("document.querySelector('input[name=enrolment]').value = 'stale'");
        await page.Page.FillAsync("input[name=code]", "000000");
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, "totp-expired");
        await page.Page.FillAsync("input[name=code]", "000000");
        await page.SendFormOfAsync("code");
        await page.Page.Locator("details.reveal summary").ClickAsync();
        await album.LookAsync(page, "totp-wrong-by-hand");
        var secret = await page.Page.Locator("#totp-key").InnerTextAsync();
        await page.Page.FillAsync("input[name=code]", await FreshCodes.NextAsync(secret.Replace(" ", "", StringComparison.Ordinal)));
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, "recovery-codes");
        await album.VisitAsync(page, "/account/security/recovery-codes", "recovery-codes-gone");
        await album.VisitAsync(page, "/account/security/recovery-codes/renew");
        await page.PressAsync("form[action$='/renew'] button");
        await album.LookAsync(page, "recovery-codes-renewed");
        await page.GoAsync(new Uri(world.Portal, "/account/security/totp"));
        await page.Page.Locator("details.reveal summary").ClickAsync();
        secret = await page.Page.Locator("#totp-key").InnerTextAsync();
        await page.Page.FillAsync("input[name=code]", await FreshCodes.NextAsync(secret.Replace(" ", "", StringComparison.Ordinal)));
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, "totp-replaced");
        await album.VisitAsync(page, "/account/security/totp/remove");
        await album.VisitAsync(page, "/account", "account-with-authenticator");
    }

    private async Task PasskeyAsync(WatchedPage page)
    {
        await album.VisitAsync(page, "/account/passkeys/new");
        await page.AddAuthenticatorAsync();
        await page.GoAsync(new Uri(world.Portal, "/account/passkeys/new"));
        await page.Page.FillAsync("input[name=name]", "我的办公电脑");
        await page.Page.Locator("form[data-passkey-create] button[type=submit], form[data-passkey-create] button:not([type])").First.ClickAsync();
        await page.Page.WaitForURLAsync(address => new Uri(address).AbsolutePath == "/account/security");
        await album.LookAsync(page, "security-passkey-added");
        var passkey = await page.Page.Locator("a[href^='/account/passkeys/']:not([href$='/new'])").First.GetAttributeAsync("href");
        await album.VisitAsync(page, passkey!, "passkey");
        await page.Page.FillAsync("input[name=name]", "");
        await page.SendFormOfAsync("name");
        await album.LookAsync(page, "passkey-name-empty");
        await page.Page.FillAsync("input[name=name]", "家里的平板");
        await page.SendFormOfAsync("name");
        await album.LookAsync(page, "security-passkey-renamed");
        await album.VisitAsync(page, "/account", "account-complete");

        await using var script = await album.OpenAsync(Way.WithoutScript);
        await script.SignInAsync(world, world.Account(DemonstrationPeople.CitizenByPhone), "/account/passkeys/new");
        await album.LookAsync(script, "no-script-passkey");
        await album.VisitAsync(script, "/", "no-script-portal");
    }

    private async Task SessionsAsync()
    {
        for (var other = 0; other < 2; other++)
        {
            await using var elsewhere = await album.OpenAsync();
            if (other == 1)
            {
                await elsewhere.Context.SetExtraHTTPHeadersAsync([new("User-Agent", "unheard-of")]);
            }

            await elsewhere.SignInAsync(world, world.Account(DemonstrationPeople.CitizenByPhone));
        }

        await using var phone = await album.OpenAsync();
        await phone.SignInAsync(world, world.Account(DemonstrationPeople.CitizenByPhone));
        await album.VisitAsync(phone, "/account/sessions");
        await album.VisitAsync(phone, "/account", "account-many-sessions");
        await phone.GoAsync(new Uri(world.Portal, "/account/sessions"));
        await phone.Page.Locator("form[action$='/end'] button").First.ClickAsync();
        await album.LookAsync(phone, "sessions-one-ended");
        await phone.Page.Locator("form[action$='/end-others'] button").ClickAsync();
        await album.LookAsync(phone, "sessions-others-ended");
    }

    /// <summary>What takes the set-up down again, and a form that was open meanwhile.</summary>
    private async Task LastAsync(WatchedPage page)
    {
        await page.GoAsync(new Uri(world.Portal, "/account/security"));
        await page.Page.Locator("a[href^='/account/passkeys/']:not([href$='/new'])").First.ClickAsync();
        await page.Page.Locator("form[action$='/remove'] button").ClickAsync();
        await album.LookAsync(page, "security-passkey-removed");
        await page.GoAsync(new Uri(world.Portal, "/account/security/totp/remove"));
        await page.Page.Locator("form[action$='/remove'] button").ClickAsync();
        await album.LookAsync(page, "security-totp-removed");
        // Each change was told to the owner.
        await album.VisitAsync(page, "/dev/notices", "notices-of-changes");
        await album.VisitAsync(page, "/connect/logout", "logout-confirm");
        await page.GoAsync(new Uri(world.Portal, "/account/security/password"));
        await page.Page.EvaluateAsync("document.querySelector('main input[name=_token]').value = 'stale'");
        await page.SendFormOfAsync("current");
        await album.LookAsync(page, "stale-form");
        await page.GoAsync(new Uri(world.Portal, "/account/security/password"));
        await page.Page.EvaluateAsync("document.querySelector('main form').action = '/help'");
        await page.SendFormOfAsync("current");
        await album.LookAsync(page, "wrong-method");
    }
}
