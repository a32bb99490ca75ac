using System.Net;
using Backbone.Identity.Persons;
using Backbone.Identity.Tests.Protocol;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Person = Backbone.Identity.Tests.Protocol.Person;

namespace Backbone.Identity.Tests.Persons;

/// <summary>The host of the protocol tests with the simulator as its authority: demonstration data would bring clients of the same names.</summary>
public class PersonFixture : ProtocolFixture
{
    internal static SimulatedPerson Somebody(int number = 0) => RealNameSimulator.People[number];

    /// <summary>A browser without scripts in the person's session.</summary>
    public ScriptlessBrowser BrowserOf(Person person, string language = "zh-CN")
    {
        var (name, value) = person.Browser.DefaultRequestHeaders.GetValues("Cookie").Single().Split('=', 2) switch { var pair => (pair[0], pair[1]) };
        var browser = new ScriptlessBrowser(Address, language);
        browser.Cookies.Add(new Cookie(name, value, "/", Address.Host));
        return browser;
    }

    public static async Task VerifyAsync(ScriptlessBrowser browser, string name, string number)
    {
        if (browser.Address.AbsolutePath != "/account/real-name")
        {
            await browser.GoAsync("/account/real-name");
        }

        await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = name, ["number"] = number });
    }

    /// <summary>Somebody at the third level, signed in.</summary>
    internal async Task<Person> VerifiedAsync(SimulatedPerson somebody)
    {
        var person = await SignInAsync();
        using var browser = BrowserOf(person);
        await VerifyAsync(browser, somebody.Name, somebody.Number);
        Assert.Equal("/account/level", browser.Address.AbsolutePath);
        return person;
    }

    protected override void Configure(FixtureSettings settings)
    {
        base.Configure(settings);
        settings.Observe = services => services.AddSingleton<IRealNameSource, RealNameSimulator>();
    }
}
