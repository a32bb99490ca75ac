using System.Text.RegularExpressions;
using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>
/// What the system is for, in a real browser: sign in once, reach every app, stay in control. Each journey with the mouse, with the keyboard
/// alone, and without JavaScript.
/// </summary>
[Collection(OneWorld.Name)]
public sealed partial class Journeys(BrowserWorld world)
{
    private const string SignedIn = "form[action='/sign-out']";

    [Theory(DisplayName = "One sign-in opens both sample apps with the same person, the second without a prompt")]
    [InlineData(Way.Mouse), InlineData(Way.Keyboard), InlineData(Way.WithoutScript)]
    public async Task One_sign_in_opens_both_apps(Way way)
    {
        await using var page = await world.OpenAsync(way: way);
        var office = world.Account(DemonstrationPeople.Office);
        await page.GoAsync(world.App("citizen-app"));
        await page.PressAsync("a[href='/sign-in']");
        await page.FillSignInAsync(office);
        await page.AllowIfAskedAsync();
        await ContinueIfAskedAsync(page);
        await Assertions.Expect(page.Page.Locator("body")).ToContainTextAsync("王办公");
        Assert.Equal(world.App("citizen-app").Port, new Uri(page.Page.Url).Port);

        await page.GoAsync(world.App("office-app"));
        await page.PressAsync("a[href='/sign-in']");
        await ContinueIfAskedAsync(page);
        await Assertions.Expect(page.Page.Locator("body")).ToContainTextAsync("王办公");
        Assert.Equal(world.App("office-app").Port, new Uri(page.Page.Url).Port);
        page.NothingComplained();
    }

    [Theory(DisplayName = "An app is found on the portal by search and opened signed in")]
    [InlineData(Way.Mouse), InlineData(Way.Keyboard), InlineData(Way.WithoutScript)]
    public async Task An_app_is_opened_from_the_portal(Way way)
    {
        await using var page = await world.OpenAsync(way: way);
        await page.RegisterAsync(world, "冯门户");
        await page.GoAsync(world.Portal);
        await page.FillAsync("q", "爱山东");
        await page.SendFormOfAsync("q");
        await page.PressAsync("main .app a");
        await Assertions.Expect(page.Page.Locator("a[href='/sign-in'], button[value=allow]")).Not.ToHaveCountAsync(0);
        page.NothingComplained();
    }

    [Theory(DisplayName = "A citizen registers, allows an app, withdraws it, and the app must ask again")]
    [InlineData(Way.Mouse), InlineData(Way.Keyboard), InlineData(Way.WithoutScript)]
    public async Task Consent_is_asked_withdrawn_and_asked_again(Way way)
    {
        await using var page = await world.OpenAsync(way: way);
        await page.RegisterAsync(world, "赵同意");
        await page.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await Assertions.Expect(page.Page).ToHaveURLAsync(ConsentAddress());
        await page.AllowIfAskedAsync();
        await ContinueIfAskedAsync(page);
        await Assertions.Expect(page.Page.Locator("body")).ToContainTextAsync("赵同意");

        await page.GoAsync(new Uri(world.Portal, "/account/apps"));
        await page.PressAsync("form[action$='/withdraw'] button");
        await Assertions.Expect(page.Page.Locator("form[action$='/withdraw']")).ToHaveCountAsync(0);

        await page.Context.ClearCookiesAsync(new BrowserContextClearCookiesOptions { Name = "CitizenApp.Session" });
        await page.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await Assertions.Expect(page.Page).ToHaveURLAsync(ConsentAddress());
        page.NothingComplained();
    }

    [Theory(DisplayName = "A session is ended from another device")]
    [InlineData(Way.Mouse), InlineData(Way.Keyboard), InlineData(Way.WithoutScript)]
    public async Task A_session_is_ended_from_another_device(Way way)
    {
        await using var first = await world.OpenAsync();
        var person = await first.RegisterAsync(world, "钱会话");
        await using var second = await world.OpenAsync(way: way);
        await second.SignInAsync(world, person);

        await second.GoAsync(new Uri(world.Portal, "/account/sessions"));
        await second.PressAsync("form[action$='/end'] button");
        await Assertions.Expect(second.Page.Locator("form[action$='/end']")).ToHaveCountAsync(0);

        await first.GoAsync(new Uri(world.Portal, "/account"));
        Assert.Equal("/sign-in", first.Path);
        first.NothingComplained();
        second.NothingComplained();
    }

    [Theory(DisplayName = "Signing out on the portal ends the sign-in for every app")]
    [InlineData(Way.Mouse), InlineData(Way.Keyboard), InlineData(Way.WithoutScript)]
    public async Task Signing_out_ends_the_sign_in(Way way)
    {
        await using var page = await world.OpenAsync(way: way);
        var person = world.Account(DemonstrationPeople.CitizenByMail);
        await page.SignInAsync(world, person);
        await page.SignOutAsync();
        await page.GoAsync(new Uri(world.Portal, "/account"));
        Assert.Equal("/sign-in", page.Path);
        await page.FillSignInAsync(person);
        Assert.Equal("/account", page.Path);
        page.NothingComplained();
    }

    [Theory(DisplayName = "Signing out in an app signs out everywhere and comes back to the app")]
    [InlineData(Way.Mouse), InlineData(Way.Keyboard), InlineData(Way.WithoutScript)]
    public async Task Signing_out_in_an_app(Way way)
    {
        await using var page = await world.OpenAsync(way: way);
        await page.SignInAsync(world, world.Account(DemonstrationPeople.CitizenByMail));
        await page.GoAsync(new Uri(world.App("citizen-app"), "/sign-in"));
        await page.AllowIfAskedAsync();
        await ContinueIfAskedAsync(page);
        await page.PressAsync("form[action*='sign-out'] button");
        await page.Page.WaitForURLAsync(address => new Uri(address).Port == world.App("citizen-app").Port);
        await Assertions.Expect(page.Page.Locator("[role=status]")).ToContainTextAsync("已退出这个应用和统一登录");
        await page.GoAsync(new Uri(world.Portal, "/account"));
        Assert.Equal("/sign-in", page.Path);
        page.NothingComplained();
    }

    [Theory(DisplayName = "An authenticator app is set up and asked for at the next sign-in; a recovery code stands in for it")]
    [InlineData(Way.Mouse), InlineData(Way.Keyboard), InlineData(Way.WithoutScript)]
    public async Task Authenticator_and_recovery_code(Way way)
    {
        await using var page = await world.OpenAsync(way: way);
        var person = await page.RegisterAsync(world, "周验证");
        await page.GoAsync(new Uri(world.Portal, "/account/security"));
        await page.PressAsync("main a[href='/account/security/totp']");
        await page.PressAsync("details.reveal summary");
        var secret = (await page.Page.Locator("#totp-key").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await page.FillAsync("code", await FreshCodes.NextAsync(secret));
        await page.SendFormOfAsync("code");
        var recovery = await page.Page.Locator("main li").First.InnerTextAsync();
        await page.SignOutAsync();

        await page.SignInAsync(world, person with { TotpSecret = secret });
        await page.SignOutAsync();

        await page.GoAsync(new Uri(world.Portal, "/sign-in"));
        await page.FillAsync("name", person.Name);
        await page.FillAsync("password", person.Password!);
        await page.SendFormOfAsync("password");
        await page.PressAsync("a[href^='/sign-in/recovery']");
        await page.FillAsync("code", recovery);
        await page.SendFormOfAsync("code");
        await Assertions.Expect(page.Page.Locator(SignedIn).First).ToBeAttachedAsync();
        page.NothingComplained();
    }

    // An answer by form_post needs one press where no script sends it.
    private static async Task ContinueIfAskedAsync(WatchedPage page)
    {
        if (page.Way == Way.WithoutScript && await page.Page.Locator("form#form-post").CountAsync() > 0)
        {
            await page.PressAsync("form#form-post button");
        }
    }

    [GeneratedRegex("/consent")]
    private static partial Regex ConsentAddress();
}
