using Backbone.Platform.Web.Hosting;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests.Pages;

/// <summary>Organisations: registered, who acts for them, and whom for. The simulated people and organisations are the demonstration's.</summary>
internal sealed class OrganisationScenes(BrowserWorld world, Album album)
{
    private const string Code = "91379999MADEMA019F";
    private const string Home = "/organisations/" + Code;

    private const string Asking = "/connect/authorize?client_id=enterprise&redirect_uri=http%3A%2F%2Flocalhost%3A7190%2Fcallback&response_type=code"
        + "&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    public async Task LookAsync()
    {
        await world.ForgetCodesAsync();
        await using var page = await album.OpenAsync();
        var representative = await page.RegisterAsync(world, "张晓梅");
        await album.VisitAsync(page, "/organisations", "organisations-none");
        await album.VisitAsync(page, "/acting", "acting-none");
        await page.GoAsync(new Uri(world.Portal, "/organisations/register"));
        await page.PressAsync("main a[href^='/account/real-name']");
        await VerifyAsync(page, "张晓梅", "379999199003070025");
        await album.LookAsync(page, "level-on-the-way");
        await RegisterAsync(page);
        await using var second = await album.OpenAsync();
        var administrator = await second.RegisterAsync(world, "陈思远");
        await second.GoAsync(new Uri(world.Portal, "/account/real-name"));
        await VerifyAsync(second, "陈思远", "379999199608290071");
        await LockedAsync(second);
        await using var third = await album.OpenAsync();
        var agent = await third.RegisterAsync(world, "古丽·买买提");
        await third.GoAsync(new Uri(world.Portal, "/account/real-name"));
        await VerifyAsync(third, "古丽·买买提", "379999199305020066");
        await GiveAsync(page, representative, administrator, agent);
        await DelegateAsync(second, agent);
        await ActAsync(page);
        await EndAsync(page, third);
        await album.VisitAsync(page, "/dev/notices", "notices-of-mandates");
        await world.ForgetCodesAsync();
    }

    private async Task RegisterAsync(WatchedPage page)
    {
        await album.VisitAsync(page, "/organisations/register");
        (string Code, string Shown)[] mistakes =
        [
            ("379999199003070025", "person"), ("92379999MADEMA043W", "sole-trader"), ("123", "length"), ("91379999MADEMA019E", "wrong"),
            ("91379999MADEMAO19F", "meant"), ("370000018067809", "old"), ("91379999MADEMA0948", "unknown"), ("91379999MADEMA027A", "others"),
        ];
        foreach (var (code, shown) in mistakes)
        {
            await SendAsync(page, code);
            await album.LookAsync(page, "organisation-" + shown);
        }

        await SendAsync(page, Code);
        await album.LookAsync(page, "organisation-registered");
        await album.VisitAsync(page, "/organisations");
    }

    private async Task LockedAsync(WatchedPage page)
    {
        await page.GoAsync(new Uri(world.Portal, "/organisations/register"));
        for (var attempt = 0; attempt < 6; attempt++)
        {
            await SendAsync(page, Code);
        }

        await album.LookAsync(page, "organisation-locked");
    }

    private async Task GiveAsync(WatchedPage page, DemonstrationAccount self, DemonstrationAccount administrator, DemonstrationAccount agent)
    {
        await album.VisitAsync(page, Home + "/mandates/new");
        await FillAsync(page, administrator.Name, "陈思远", null);
        await page.SendFormOfAsync("contact");
        await album.LookAsync(page, "give-no-power");
        (string Field, string Value, string Shown)[] mistakes =
        [
            ("from", "", "no-date"), ("from", "2020-01-01", "past"), ("until", "2020-01-01", "backwards"), ("until", "2099-01-01", "too-long"),
            ("name", "陈近远", "unknown"),
        ];
        foreach (var (field, value, shown) in mistakes)
        {
            await page.GoAsync(new Uri(world.Portal, Home + "/mandates/new"));
            await FillAsync(page, administrator.Name, "陈思远", "view");
            await page.Page.FillAsync($"input[name={field}]", value);
            await page.SendFormOfAsync("contact");
            await album.LookAsync(page, "give-" + shown);
        }

        await page.GoAsync(new Uri(world.Portal, Home + "/mandates/new"));
        await FillAsync(page, self.Name, "张晓梅", "view");
        await page.SendFormOfAsync("contact");
        await album.LookAsync(page, "give-self");
        await page.GoAsync(new Uri(world.Portal, Home + "/mandates/new"));
        await FillAsync(page, administrator.Name, "陈思远", "view");
        await page.Page.CheckAsync("#kind-administrator");
        await page.SendFormOfAsync("contact");
        await album.LookAsync(page, "organisation-given");
        await page.GoAsync(new Uri(world.Portal, Home + "/mandates/new"));
        await FillAsync(page, agent.Name, "古丽·买买提", "file");
        var tomorrow = await page.Page.InputValueAsync("input[name=until]");
        await page.Page.FillAsync("input[name=from]", tomorrow);
        await page.SendFormOfAsync("contact");
        await album.LookAsync(page, "organisation-not-begun");
    }

    /// <summary>What an administrator may not give, by a form that was changed; then what they may.</summary>
    private async Task DelegateAsync(WatchedPage page, DemonstrationAccount agent)
    {
        (string Script, string Shown)[] forged =
        [
            ("document.querySelector('#kind-agent').value = 'administrator'", "not-theirs"),
            ("document.querySelector('input[name=power]').value = 'enterprise/sign'", "wider"),
            ("document.querySelector('input[name=until]').stepUp(1)", "beyond-own"),
        ];
        foreach (var (script, shown) in forged)
        {
            await page.GoAsync(new Uri(world.Portal, Home + "/mandates/new"));
            await FillAsync(page, agent.Name, "古丽·买买提", "view");
            await page.Page.EvaluateAsync(script);
            await page.SendFormOfAsync("contact");
            await album.LookAsync(page, "give-" + shown);
        }

        await page.GoAsync(new Uri(world.Portal, Home + "/mandates/new"));
        await FillAsync(page, agent.Name, "古丽·买买提", "view");
        await page.SendFormOfAsync("contact");
        await album.VisitAsync(page, Home, "organisation-of-administrator");
        await page.GoAsync(new Uri(world.Portal, Home + "/mandates/new"));
        for (var attempt = 0; attempt < 6; attempt++)
        {
            await FillAsync(page, agent.Name, "古丽", "view");
            await page.SendFormOfAsync("contact");
        }

        await album.LookAsync(page, "give-locked");
    }

    private async Task ActAsync(WatchedPage page)
    {
        await album.VisitAsync(page, Asking, "acting-for-an-app");
        await album.VisitAsync(page, "/acting");
        await page.Page.EvaluateAsync($"document.querySelector('input[name=organisation][value=\"{Code}\"]').value = '91379999MADEMA027A'");
        await page.PressAsync("main form:has(input[value='91379999MADEMA027A']) button");
        await album.LookAsync(page, "acting-for-others");
        await page.GoAsync(new Uri(world.Portal, "/acting"));
        await page.PressAsync($"main form:has(input[value='{Code}']) button");
        await album.LookAsync(page, "portal-acting");
        await page.Context.APIRequest.GetAsync(new Uri(world.Portal, Asking).AbsoluteUri, new APIRequestContextOptions { MaxRedirects = 0 });
        await album.VisitAsync(page, Home, "organisation-in-use");
        await album.VisitAsync(page, Home + "/record");
        await album.VisitAsync(page, "/acting", "acting-chosen");
    }

    private async Task EndAsync(WatchedPage page, WatchedPage agent)
    {
        await album.VisitAsync(agent, Home);
        await agent.PressAsync("main a[href$='/end']");
        await album.LookAsync(agent, "mandate-lay-down");
        await agent.PressAsync("main form button");
        await page.GoAsync(new Uri(world.Portal, Home));
        await page.PressAsync("main a[href$='/end']");
        await album.LookAsync(page, "mandate-end");
        await page.PressAsync("main form button");
        await album.LookAsync(page, "organisation-ended");
        await album.VisitAsync(page, Home + "/record", "record-of-ends");
    }

    private static async Task SendAsync(WatchedPage page, string code)
    {
        await page.FillAsync("code", code);
        await page.SendFormOfAsync("code");
    }

    private static async Task FillAsync(WatchedPage page, string contact, string name, string? power)
    {
        await page.FillAsync("contact", contact);
        await page.Page.FillAsync("main input[name=name]", name);
        if (power is not null)
        {
            await page.Page.CheckAsync($"#power-enterprise-{power}");
        }
    }

    private static async Task VerifyAsync(WatchedPage page, string name, string number)
    {
        await page.FillAsync("name", name);
        await page.FillAsync("number", number);
        await page.SendFormOfAsync("number");
    }
}
