using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>What the system is for, in a real browser: sign in once, reach every app, stay in control.</summary>
[Collection(OneWorld.Name)]
public sealed class Journeys(BrowserWorld world)
{
    [Fact(DisplayName = "One sign-in opens both sample apps with the same person, the second without a prompt")]
    public async Task One_sign_in_opens_both_apps()
    {
        await using var page = await world.OpenAsync();
        var office = world.Account(DemonstrationPeople.Office);
        await page.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await page.FillSignInAsync(office);
        await page.AllowIfAskedAsync();
        await Assertions.Expect(page.Page.Locator("body")).ToContainTextAsync("王办公");
        Assert.Equal(world.App("citizen-app").Port, new Uri(page.Page.Url).Port);

        await page.GoAsync(new Uri(world.App("office-app"), "/sign-in"));
        Assert.Equal(world.App("office-app").Port, new Uri(page.Page.Url).Port);
        await Assertions.Expect(page.Page.Locator("body")).ToContainTextAsync("王办公");
        page.NothingComplained();
    }

    [Fact(DisplayName = "A citizen registers, allows an app, withdraws it, and the app must ask again")]
    public async Task Consent_is_asked_withdrawn_and_asked_again()
    {
        await using var page = await world.OpenAsync();
        await page.RegisterAsync(world, "赵同意");
        await page.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await Assertions.Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/consent"));
        await page.AllowIfAskedAsync();
        await Assertions.Expect(page.Page.Locator("body")).ToContainTextAsync("赵同意");

        await page.GoAsync(new Uri(world.Portal, "/account/apps"));
        await page.Page.Locator("form[action$='/withdraw'] button").First.ClickAsync();
        await Assertions.Expect(page.Page.Locator("form[action$='/withdraw']")).ToHaveCountAsync(0);

        await page.Context.ClearCookiesAsync(new BrowserContextClearCookiesOptions { Name = "CitizenApp.Session" });
        await page.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await Assertions.Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/consent"));
        page.NothingComplained();
    }

    [Fact(DisplayName = "A session is ended from another device")]
    public async Task A_session_is_ended_from_another_device()
    {
        await using var first = await world.OpenAsync();
        var person = await first.RegisterAsync(world, "钱会话");
        await using var second = await world.OpenAsync();
        await second.SignInAsync(world, person);

        await second.GoAsync(new Uri(world.Portal, "/account/sessions"));
        await second.Page.Locator("form[action$='/end'] button").First.ClickAsync();
        await Assertions.Expect(second.Page.Locator("form[action$='/end']")).ToHaveCountAsync(0);

        await first.GoAsync(new Uri(world.Portal, "/account"));
        Assert.Equal("/sign-in", first.Path);
        first.NothingComplained();
        second.NothingComplained();
    }

    [Fact(DisplayName = "Signing out on the portal ends the sign-in for every app")]
    public async Task Signing_out_ends_the_sign_in()
    {
        await using var page = await world.OpenAsync();
        var person = await page.RegisterAsync(world, "孙退出");
        await page.SignOutAsync();
        await page.GoAsync(new Uri(world.Portal, "/account"));
        Assert.Equal("/sign-in", page.Path);
        await page.FillSignInAsync(person);
        Assert.Equal("/account", page.Path);
        page.NothingComplained();
    }

    [Fact(DisplayName = "Signing out in an app signs out everywhere and comes back to the app")]
    public async Task Signing_out_in_an_app()
    {
        await using var page = await world.OpenAsync();
        await page.RegisterAsync(world, "李处处");
        await page.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await page.AllowIfAskedAsync();
        await page.Page.Locator("form[action*='sign-out'] button").First.ClickAsync();
        await page.Page.WaitForURLAsync(address => new Uri(address).Port == world.App("citizen-app").Port);
        await Assertions.Expect(page.Page.Locator("[role=status]")).ToContainTextAsync("已退出这个应用和统一登录");
        await page.GoAsync(new Uri(world.Portal, "/account"));
        Assert.Equal("/sign-in", page.Path);
        page.NothingComplained();
    }

    [Fact(DisplayName = "An authenticator app is set up and asked for at the next sign-in; a recovery code stands in for it")]
    public async Task Authenticator_and_recovery_code()
    {
        await using var page = await world.OpenAsync();
        var person = await page.RegisterAsync(world, "周验证");
        await page.GoAsync(new Uri(world.Portal, "/account/security/totp"));
        await page.Page.Locator("details.reveal summary").ClickAsync();
        var secret = (await page.Page.Locator("#totp-key").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await page.Page.FillAsync("input[name=code]", await FreshCodes.NextAsync(secret));
        await page.SendFormOfAsync("code");
        var recovery = await page.Page.Locator("main li").First.InnerTextAsync();
        await page.SignOutAsync();

        await page.SignInAsync(world, person with { TotpSecret = secret });
        await page.SignOutAsync();

        await page.GoAsync(new Uri(world.Portal, "/sign-in"));
        await page.Page.FillAsync("input[name=name]", person.Name);
        await page.Page.FillAsync("input[name=password]", person.Password!);
        await page.SendFormOfAsync("password");
        await page.Page.Locator("a[href^='/sign-in/recovery']").ClickAsync();
        await page.Page.FillAsync("input[name=code]", recovery);
        await page.SendFormOfAsync("code");
        await Assertions.Expect(page.Page.Locator("form[action='/sign-out']").First).ToBeAttachedAsync();
        page.NothingComplained();
    }
}
