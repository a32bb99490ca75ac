using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>Passkeys with Chromium's virtual authenticator, with the mouse and with the keyboard alone. They speak through script only.</summary>
[Collection(OneWorld.Name)]
public sealed class Passkeys(BrowserWorld world)
{
    [Theory(DisplayName = "A passkey is added on the account page and signs in without a password")]
    [InlineData(Way.Mouse), InlineData(Way.Keyboard)]
    public async Task A_passkey_signs_in_without_a_password(Way way)
    {
        await using var page = await world.OpenAsync(way: way);
        await page.RegisterAsync(world, "吴密钥");
        await page.AddAuthenticatorAsync();
        await page.GoAsync(new Uri(world.Portal, "/account/passkeys/new"));
        await page.FillAsync("name", "测试密钥");
        await page.PressAsync("form[data-passkey-create] button");
        await Assertions.Expect(page.Page.Locator("main")).ToContainTextAsync("测试密钥");

        await page.SignOutAsync();
        await page.GoAsync(new Uri(world.Portal, "/sign-in"));
        // The virtual authenticator answers at once: conditional mediation may sign in by itself before or while the button is pressed.
        // Which of the two it was does not matter; that nobody typed a password does.
        try
        {
            page.Page.SetDefaultTimeout(5_000);
            await page.PressAsync("form[data-passkey-sign-in] button");
        }
        catch (Exception gone) when (gone is PlaywrightException or TimeoutException or Xunit.Sdk.FailException)
        {
            // The page had moved on; the next line tells whether it got there.
        }

        await Assertions.Expect(page.Page.Locator("form[action='/sign-out']").First)
            .ToBeAttachedAsync(new LocatorAssertionsToBeAttachedOptions { Timeout = 15_000 });
        page.NothingComplained();
    }
}
