using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>What the console's records of readings are for: the person concerned reads them.</summary>
[Collection(OneWorld.Name)]
public sealed class WhoLookedJourneys(BrowserWorld world)
{
    [Fact(DisplayName = "A citizen who has signed in once reads, without script, who looked at their data and what for")]
    public async Task A_citizen_reads_who_looked()
    {
        await using var citizen = await world.OpenAsync(way: Way.WithoutScript);
        await citizen.RegisterAsync(world, "孙被查");
        await citizen.GoAsync(new Uri(world.Portal, "/account"));
        await citizen.PressAsync("main a[href$='/usage']");
        await Assertions.Expect(citizen.Page.Locator("h1")).ToHaveTextAsync("谁看过我的数据");
        await Assertions.Expect(citizen.Page.Locator("ol.line > li")).ToHaveCountAsync(0);

        // The newest event about a person is that very reading; staff open it.
        await using var auditor = await world.OpenAsync();
        await auditor.ReadForACaseAsync(world);
        await auditor.OpenNewestAsync(world, "event.action:usage-find");

        var entries = citizen.Page.Locator("ol.line > li");
        await citizen.ReloadUntilAsync(new Uri(world.Portal, "/usage"), async () => await entries.CountAsync() > 0);
        await Assertions.Expect(entries).ToHaveCountAsync(1);
        await Assertions.Expect(entries).ToContainTextAsync("本系统运营单位");
        await Assertions.Expect(entries).ToContainTextAsync("目的：安全事件调查");
        await Assertions.Expect(citizen.Page.Locator("main")).Not.ToContainTextAsync(Auditors.Case);

        await citizen.FillAsync("to", "2020-01-31");
        await citizen.SendFormOfAsync("to");
        await Assertions.Expect(entries).ToHaveCountAsync(0);
        await citizen.PressAsync(".empty a");
        await Assertions.Expect(entries).ToHaveCountAsync(1);

        // Signed out at the portal, the page is left too.
        await citizen.GoAsync(new Uri(world.Portal, "/account"));
        await citizen.SignOutAsync();
        await citizen.GoAsync(new Uri(world.Portal, "/usage"));
        Assert.Equal("/sign-in", citizen.Path);
        citizen.NothingComplained();
        auditor.NothingComplained();
    }
}
