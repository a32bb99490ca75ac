using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>The journeys again for people whose browser runs no script, and for people without a mouse.</summary>
[Collection(OneWorld.Name)]
public sealed class WithoutScript(BrowserWorld world)
{
    [Fact(DisplayName = "Register, consent, withdraw and sign out with JavaScript off")]
    public async Task The_journeys_work_with_JavaScript_off()
    {
        await using var page = await world.OpenAsync(script: false);
        await page.RegisterAsync(world, "郑无脚");
        await page.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await page.AllowIfAskedAsync();
        await ContinueIfAskedAsync(page);
        await Assertions.Expect(page.Page.Locator("body")).ToContainTextAsync("郑无脚");
        await page.GoAsync(new Uri(world.Portal, "/account/apps"));
        await page.Page.Locator("form[action$='/withdraw'] button").First.ClickAsync();
        await Assertions.Expect(page.Page.Locator("form[action$='/withdraw']")).ToHaveCountAsync(0);
        await page.SignOutAsync();
        await page.GoAsync(new Uri(world.Portal, "/account"));
        Assert.Equal("/sign-in", page.Path);
    }

    [Fact(DisplayName = "Sign in and out with the keyboard alone, focus visible at every stop")]
    public async Task Sign_in_and_out_with_the_keyboard_alone()
    {
        await using var page = await world.OpenAsync();
        var person = world.Account(DemonstrationPeople.CitizenByMail);
        await page.GoAsync(new Uri(world.Portal, "/sign-in"));
        await TabToAsync(page, "input[name=name]");
        await page.Page.Keyboard.TypeAsync(person.Name);
        await TabToAsync(page, "input[name=password]");
        await page.Page.Keyboard.TypeAsync(person.Password!);
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.Locator("form[action='/sign-out']").First).ToBeAttachedAsync();

        // Sign-out stands in the account menu, which opens by keyboard.
        var signOut = page.Page.Locator("form[action='/sign-out'] button").First;
        if (!await signOut.IsVisibleAsync())
        {
            await TabToAsync(page, "header details:has(form[action='/sign-out']) > summary");
            await page.Page.Keyboard.PressAsync("Enter");
        }

        await TabToAsync(page, "form[action='/sign-out'] button");
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.Locator("form[action='/sign-out']")).ToHaveCountAsync(0);
        await page.GoAsync(new Uri(world.Portal, "/account"));
        Assert.Equal("/sign-in", page.Path);
        page.NothingComplained();
    }

    /// <summary>Presses Tab until the element has focus; every stop on the way must show where the focus is.</summary>
    private static async Task TabToAsync(WatchedPage page, string selector)
    {
        for (var stop = 0; stop < 60; stop++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var seen = await page.Page.EvaluateAsync<string>(
                """
                () => {
                  const at = document.activeElement;
                  if (!at || at === document.body) return 'none';
                  const style = getComputedStyle(at);
                  const shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
                  return shown ? 'seen' : 'unseen: ' + at.outerHTML.slice(0, 120);
                }
                """);
            Assert.False(seen.StartsWith("unseen", StringComparison.Ordinal), $"{page.Page.Url}: focus is not visible: {seen}");
            if (await page.Page.Locator(selector).First.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"Tab never reached {selector} on {page.Page.Url}.");
    }

    // An answer by form_post needs one press where no script sends it.
    private static async Task ContinueIfAskedAsync(WatchedPage page)
    {
        if (await page.Page.Locator("form#form-post").CountAsync() > 0)
        {
            await page.Page.Locator("form#form-post button").ClickAsync();
        }
    }
}
