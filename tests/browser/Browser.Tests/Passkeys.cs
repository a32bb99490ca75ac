using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>Passkeys with Chromium's virtual authenticator (CTAP2, resident keys, user verification).</summary>
[Collection(OneWorld.Name)]
public sealed class Passkeys(BrowserWorld world)
{
    [Fact(DisplayName = "A passkey is added on the account page and signs in without a password")]
    public async Task A_passkey_signs_in_without_a_password()
    {
        await using var page = await world.OpenAsync();
        await page.RegisterAsync(world, "吴密钥");
        var tools = await page.Context.NewCDPSessionAsync(page.Page);
        await tools.SendAsync("WebAuthn.enable");
        await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });

        await page.GoAsync(new Uri(world.Portal, "/account/passkeys/new"));
        await page.Page.FillAsync("input[name=name]", "测试密钥");
        await page.Page.Locator("form[data-passkey-create] button").First.ClickAsync();
        await Assertions.Expect(page.Page.Locator("main")).ToContainTextAsync("测试密钥");

        await page.SignOutAsync();
        await page.GoAsync(new Uri(world.Portal, "/sign-in"));
        // The virtual authenticator answers at once: conditional mediation may sign in by itself before or while the button is pressed.
        // Which of the two it was does not matter; that nobody typed a password does.
        try
        {
            await page.Page.Locator("form[data-passkey-sign-in] button").First.ClickAsync(new LocatorClickOptions { Timeout = 5_000 });
        }
        catch (Exception gone) when (gone is PlaywrightException or TimeoutException)
        {
            // The page had moved on; the next line tells whether it got there.
        }

        await Assertions.Expect(page.Page.Locator("form[action='/sign-out']").First)
            .ToBeAttachedAsync(new LocatorAssertionsToBeAttachedOptions { Timeout = 15_000 });
        page.NothingComplained();
    }
}
