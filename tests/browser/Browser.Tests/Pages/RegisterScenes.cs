namespace Backbone.Browser.Tests.Pages;

/// <summary>Creating an account and choosing a new password, with everything a person can get wrong on the way.</summary>
internal sealed class RegisterScenes(BrowserWorld world, Album album)
{
    private const string Mail = "zhou.qing@example.org";

    public async Task LookAsync()
    {
        await using var page = await album.OpenAsync();
        await StartAsync(page, "register");
        await CodeAsync(page, "register");
        await PasswordAsync(page);
        await page.SignOutAsync();
        await KnownAsync(page);

        await StartAsync(page, "reset");
        await CodeAsync(page, "reset");
        await album.LookAsync(page, "reset-password");
        await page.Page.FillAsync("input[name=password]", Persons.Password + "-2");
        await page.SendFormOfAsync("password");
        await album.LookAsync(page, "reset-done");
        await TooManyAsync(page);
        await album.VisitAsync(page, "/dev/notices", "notices");
    }

    private async Task StartAsync(WatchedPage page, string journey)
    {
        await album.VisitAsync(page, "/" + journey);
        await page.Page.FillAsync("input[name=identifier]", "");
        await page.SendFormOfAsync("identifier");
        await album.LookAsync(page, journey + "-empty");
        await page.Page.FillAsync("input[name=identifier]", "138 1234");
        await page.SendFormOfAsync("identifier");
        await album.LookAsync(page, journey + "-malformed");
        await page.Page.FillAsync("input[name=identifier]", Mail);
        await page.SendFormOfAsync("identifier");
    }

    private async Task CodeAsync(WatchedPage page, string journey)
    {
        await album.LookAsync(page, journey + "-code");
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, journey + "-code-empty");
        await page.Page.FillAsync("input[name=code]", "12");
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, journey + "-code-malformed");
        var right = await Persons.ReadCodeAsync(world, Mail);
        await EnterAsync(page, Wrong(right));
        await album.LookAsync(page, journey + "-code-wrong");
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await EnterAsync(page, Wrong(right));
        }

        await album.LookAsync(page, journey + "-code-dead");
        await page.Page.Locator($"form[action^='/{journey}/resend'] button").ClickAsync();
        await album.LookAsync(page, journey + "-code-again");
        await EnterAsync(page, await Persons.ReadCodeAsync(world, Mail));
        await page.GoAsync(new Uri(world.Portal, $"/{journey}/verify"));
        await album.LookAsync(page, journey + "-code-verified");
        await page.GoAsync(new Uri(world.Portal, $"/{journey}/password"));
    }

    private async Task PasswordAsync(WatchedPage page)
    {
        await album.LookAsync(page, "register-password");
        (string Name, string Password, string Shown)[] mistakes =
        [
            ("", "", "empty"), ("周", "short", "too-short"), ("周2", "1234567890", "common"), ("周清清", "zhou.qing@example", "own"),
            (new string('周', 51), new string('x', 300), "too-long"), ("周清", "ab\u0001cdefghijk", "control"),
        ];
        foreach (var (name, password, shown) in mistakes)
        {
            await page.Page.FillAsync("input[name=name]", name);
            await page.Page.FillAsync("input[name=password]", password);
            await page.SendFormOfAsync("password");
            await album.LookAsync(page, "register-password-" + shown);
        }

        await page.Page.FillAsync("input[name=name]", "周清");
        await page.Page.FillAsync("input[name=password]", Persons.Password);
        await page.SendFormOfAsync("password");
    }

    /// <summary>An account exists already, and none exists: the pages are the same, only the messages differ.</summary>
    private async Task KnownAsync(WatchedPage page)
    {
        foreach (var (journey, to) in new[] { ("register", Mail), ("reset", "nobody@example.org"), ("register", "13912345678") })
        {
            await page.GoAsync(new Uri(world.Portal, "/" + journey));
            await page.Page.FillAsync("input[name=identifier]", to);
            await page.SendFormOfAsync("identifier");
        }

        await album.LookAsync(page, "register-code-phone");
    }

    private async Task TooManyAsync(WatchedPage page)
    {
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await page.GoAsync(new Uri(world.Portal, "/register"));
            await page.Page.FillAsync("input[name=identifier]", Mail);
            await page.SendFormOfAsync("identifier");
        }

        await album.LookAsync(page, "register-too-many");
    }

    private static async Task EnterAsync(WatchedPage page, string code)
    {
        await page.Page.FillAsync("input[name=code]", code);
        await page.SendFormOfAsync("code");
    }

    private static string Wrong(string code) => (code[0] == '9' ? '1' : (char)(code[0] + 1)) + code[1..];
}
