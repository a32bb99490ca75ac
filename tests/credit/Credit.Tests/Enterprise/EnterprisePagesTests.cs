using System.Net;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Enterprise;

/// <summary>Who comes to the enterprise's pages, for whom, and how long.</summary>
public sealed class EnterprisePagesTests
{
    [Fact]
    public async Task A_representative_is_there_for_the_organisation_and_by_their_own_name_and_leaves_with_it()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Demo = true);
        using var browser = new ScriptlessBrowser(backbone.Address);
        await browser.RepresentAsync(backbone.Address, backbone.Account(DemonstrationPeople.CitizenByPhone));

        await browser.GoAsync("/credit/my");

        Assert.Equal((HttpStatusCode.OK, "我的企业信用"), (browser.Status, browser.Heading));
        Assert.Contains(Enterprises.Name, browser.Page.QuerySelector(".acting")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(Enterprises.Code, browser.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("张晓梅", browser.Page.QuerySelector("header")!.TextContent, StringComparison.Ordinal);

        // The forms of the header work here as everywhere, though they post to addresses that know the person by another sign-in.
        await browser.SubmitAsync(button: "en");
        Assert.Equal((HttpStatusCode.OK, "/credit/my"), (browser.Status, browser.Address.AbsolutePath));
        Assert.Equal("My organisation's credit", browser.Heading);

        await browser.SubmitAsync(form: "/credit/my/sign-out");
        await browser.GoAsync("/credit/my");
        Assert.Equal("/sign-in", browser.Address.AbsolutePath);
    }

    [Fact]
    public async Task Who_is_not_known_enough_is_led_upward_and_who_turns_to_themselves_is_told_who_may()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Demo = true);
        using var nobody = new ScriptlessBrowser(backbone.Address);
        await nobody.SignInAsync(backbone.Address, backbone.Account(DemonstrationPeople.CitizenByMail));

        await nobody.GoAsync("/credit/my");

        Assert.Equal("/account/level", nobody.Address.AbsolutePath);

        using var representative = new ScriptlessBrowser(backbone.Address);
        await representative.RepresentAsync(backbone.Address, backbone.Account(DemonstrationPeople.CitizenByPhone));
        await representative.GoAsync("/credit/my");
        Assert.Equal("/acting?return=%2Fcredit%2Fmy%2Fagain", representative.Page.QuerySelector(".acting a")!.GetAttribute("href"));
        await representative.ActForAsync("");
        await representative.GoAsync("/credit/my/again");
        Assert.Equal("/acting", representative.Address.AbsolutePath);
        await representative.FollowAsync("不选了");
        Assert.Equal(HttpStatusCode.Forbidden, representative.Status);
        Assert.Contains("请向本单位的法定代表人", representative.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }
}
