using Backbone.Platform.Web.Hosting;
using Xunit;

namespace Backbone.Testing;

/// <summary>An organisation of the demonstration's registry at a browser: registered by its legal representative through the same pages as every other.</summary>
public static class Enterprises
{
    public const string Code = "91379999MADEMA019F";

    public const string Name = "泉城示范数据科技有限公司";

    private const string Representative = "张晓梅";
    private const string RepresentativeNumber = "379999199003070025";

    /// <summary>Signs in, proves who they are, registers the organisation and acts for it from then on.</summary>
    public static Task RepresentAsync(this ScriptlessBrowser browser, Uri portal, DemonstrationAccount account) =>
        browser.RepresentAsync(portal, account, Representative, RepresentativeNumber, Code);

    /// <summary>The same for another of the simulator's people and organisations.</summary>
    public static async Task RepresentAsync(
        this ScriptlessBrowser browser, Uri portal, DemonstrationAccount account, string name, string number, string code)
    {
        ArgumentNullException.ThrowIfNull(browser);
        await browser.SignInAsync(portal, account, "/account/real-name");
        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = name, ["number"] = number });
        await browser.GoAsync("/organisations/register");
        await browser.SubmitAsync(new Dictionary<string, string> { ["code"] = code });
        Assert.Equal($"/organisations/{code}", browser.Address.AbsolutePath);
        await browser.ActForAsync(code);
    }

    /// <summary>Chooses for whom: a code, or nothing for oneself.</summary>
    public static async Task ActForAsync(this ScriptlessBrowser browser, string code)
    {
        ArgumentNullException.ThrowIfNull(browser);
        await browser.GoAsync("/acting");
        await browser.SubmitAsync(new Dictionary<string, string> { ["organisation"] = code });
    }
}
