using Backbone.Testing;

namespace Backbone.Browser.Tests.Pages;

/// <summary>How more becomes known of a person: the levels, a further contact, the real name.</summary>
internal sealed class LevelScenes(BrowserWorld world, Album album)
{
    /// <summary>Of the simulated people; each language has a host of its own.</summary>
    private const string Name = "赵丽华";
    private const string Number = "379999198812240042";

    private const string Asking = "/connect/authorize?client_id=web&redirect_uri=http%3A%2F%2Flocalhost%3A7190%2Fcallback&response_type=code"
        + "&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&acr_values=urn%3Abackbone%3Alevel%3A3";

    public async Task LookAsync()
    {
        await world.ForgetCodesAsync();
        await using var page = await album.OpenAsync();
        await page.RegisterAsync(world, "欧阳清澄");
        await album.VisitAsync(page, "/account/level");
        await album.VisitAsync(page, Asking, "level-for-an-app");
        await album.VisitAsync(page, "/account/real-name?return=" + Uri.EscapeDataString(Asking), "/account/real-name");
        foreach (var (number, shown) in ((string, string)[])[("", "empty"), ("379999880307002", "old"), ("379999198812240043", "malformed"), (Number, "other")])
        {
            await VerifyAsync(page, shown == "other" ? "王建国" : Name, number);
            await album.LookAsync(page, "real-name-" + shown);
        }

        await VerifyAsync(page, Name, Number);
        await album.LookAsync(page, "level-reached-for-an-app");
        await album.VisitAsync(page, "/account", "account-real-name");
        await page.GoAsync(new Uri(world.Portal, "/account/real-name"));
        await VerifyAsync(page, "王建国", "379999197209110054");
        await album.LookAsync(page, "real-name-other-number");
        await TakenAsync();
        await ContactAsync(page);
    }

    private async Task TakenAsync()
    {
        await using var page = await album.OpenAsync();
        await page.RegisterAsync(world, "欧阳清澈");
        await page.GoAsync(new Uri(world.Portal, "/account/real-name"));
        await VerifyAsync(page, Name, Number);
        await album.LookAsync(page, "real-name-taken");
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await VerifyAsync(page, "王建国", Number);
        }

        await album.LookAsync(page, "real-name-locked");
    }

    private async Task ContactAsync(WatchedPage page)
    {
        // Staff are made without a contact; a citizen's phone is as good to look at.
        await album.VisitAsync(page, "/account/contact");
        var phone = album.Chinese ? "139 7777 0001" : "139 7777 0002";
        await page.FillAsync("identifier", phone);
        await page.SendFormOfAsync("identifier");
        await album.LookAsync(page, "contact-code");
        await page.FillAsync("code", await Persons.ReadCodeAsync(world, phone));
        await page.SendFormOfAsync("code");
        await album.LookAsync(page, "contact-confirm");
        await album.VisitAsync(page, "/account/contact/verify", "contact-verified");
        await page.GoAsync(new Uri(world.Portal, "/account/contact/confirm"));
        await page.PressAsync("main form button");
        await album.LookAsync(page, "level-contact-added");
        await page.GoAsync(new Uri(world.Portal, "/account/contact"));
        await page.FillAsync("identifier", album.Chinese ? "139 7777 0003" : "139 7777 0004");
        await page.SendFormOfAsync("identifier");
        await page.FillAsync("code", await Persons.ReadCodeAsync(world, album.Chinese ? "139 7777 0003" : "139 7777 0004"));
        await page.SendFormOfAsync("code");
        await page.PressAsync("main form button");
        await album.LookAsync(page, "contact-present");
        await page.GoAsync(new Uri(world.Portal, "/account/contact"));
        await page.FillAsync("identifier", DemonstrationPeople.CitizenByPhone);
        await page.SendFormOfAsync("identifier");
        await album.VisitAsync(page, "/dev/notices", "notices-of-levels");

        await using var office = await album.OpenAsync();
        await office.SignInAsync(world, world.Account(DemonstrationPeople.Office));
        await album.VisitAsync(office, "/account/level", "level-of-staff");
        await album.VisitAsync(office, "/account", "account-level-of-staff");
    }

    private static async Task VerifyAsync(WatchedPage page, string name, string number)
    {
        await page.FillAsync("name", name);
        await page.FillAsync("number", number);
        await page.SendFormOfAsync("number");
    }
}
