using Backbone.Identity.Tests.Protocol;

namespace Backbone.Identity.Tests.Persons;

/// <summary>An app's level is enforced at authorization; the person is led upward and comes back with the same request.</summary>
public sealed class LevelDemandTests(PersonFixture backbone) : IClassFixture<PersonFixture>
{
    [Fact]
    public async Task Who_is_not_known_enough_is_led_upward_and_back_to_the_app_with_the_same_request()
    {
        var person = await backbone.SignInAsync();
        using var asked = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest("real-name"));
        using var browser = backbone.BrowserOf(person);

        await browser.GoAsync(asked.Headers.Location!.OriginalString);
        Assert.Equal("/account/level", browser.Address.AbsolutePath);
        Assert.Contains("real-name", browser.Page.QuerySelector(".lead")!.TextContent, StringComparison.Ordinal);
        await browser.FollowAsync("去实名认证");
        await PersonFixture.VerifyAsync(browser, PersonFixture.Somebody().Name, PersonFixture.Somebody().Number);
        var onward = browser.Page.QuerySelectorAll("a[href^='/connect/authorize']").Single().GetAttribute("href")!;

        using var answered = await person.Browser.GetAsync(onward, TestContext.Current.CancellationToken);
        var answer = ProtocolFixture.Answer(answered);
        Assert.Equal("the state", answer["state"]);
        var (_, tokens) = await backbone.RedeemAsync(answer["code"], "real-name");
        var claims = ProtocolFixture.Part((string)tokens["id_token"]!, 1);
        Assert.Equal(3, (int)claims["person_level"]!);
        Assert.Equal("n-1", (string?)claims["nonce"]);
        Assert.Equal("urn:backbone:acr:1", (string?)claims["acr"]);
    }

    [Fact]
    public async Task Who_turns_back_comes_to_the_app_with_the_reason_and_no_code()
    {
        var person = await backbone.SignInAsync();
        using var asked = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest("real-name"));
        using var browser = backbone.BrowserOf(person);
        await browser.GoAsync(asked.Headers.Location!.OriginalString);
        var refuse = browser.Page.QuerySelectorAll("a[href^='/connect/authorize']").Single().GetAttribute("href")!;

        using var answered = await person.Browser.GetAsync(refuse, TestContext.Current.CancellationToken);
        var answer = ProtocolFixture.Answer(answered);

        Assert.Equal("unmet_authentication_requirements", answer["error"]);
        Assert.Equal("the state", answer["state"]);
        Assert.DoesNotContain("code", answer.Keys);
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.6: prompt=none shows no page, also where one would help")]
    public async Task Prompt_none()
    {
        var person = await backbone.SignInAsync();

        using var response = await ProtocolFixture.AuthorizeAsync(
            person.Browser, [.. ProtocolFixture.AuthorizationRequest("real-name"), new("prompt", "none")]);

        Assert.Equal("interaction_required", ProtocolFixture.Answer(response)["error"]);
    }

    [Theory]
    [InlineData("urn:backbone:level:3", false)]
    [InlineData("urn:backbone:acr:2 urn:backbone:level:3", false)]
    [InlineData("urn:backbone:level:3 urn:backbone:level:2", true)]
    [InlineData("urn:backbone:level:1", true)]
    [InlineData("urn:backbone:level:9 urn:other", true)]
    public async Task A_request_may_ask_for_a_level_and_several_values_are_alternatives(string values, bool enough)
    {
        var person = await backbone.SignInAsync();

        using var response = await ProtocolFixture.AuthorizeAsync(
            person.Browser, [.. ProtocolFixture.AuthorizationRequest(), new("acr_values", values), new("prompt", "none")]);

        Assert.Equal(enough, ProtocolFixture.Answer(response).ContainsKey("code"));
    }

    [Fact]
    public async Task A_request_cannot_ask_for_less_than_the_apps_file()
    {
        var person = await backbone.SignInAsync();

        using var response = await ProtocolFixture.AuthorizeAsync(
            person.Browser, [.. ProtocolFixture.AuthorizationRequest("real-name"), new("acr_values", "urn:backbone:level:1"), new("prompt", "none")]);

        Assert.Equal("interaction_required", ProtocolFixture.Answer(response)["error"]);
    }

    [Fact]
    public async Task Userinfo_and_introspection_tell_the_level_as_it_is_now()
    {
        var person = await backbone.SignInAsync();
        var (_, tokens) = await backbone.RedeemAsync(await ProtocolFixture.CodeAsync(person));
        var token = (string)tokens["access_token"]!;
        Assert.Equal(2, (int)(await backbone.UserInfoAsync(token)).Body["person_level"]!);
        Assert.Equal(2, (int)(await backbone.IntrospectAsync(token))["person_level"]!);

        using var browser = backbone.BrowserOf(person);
        await PersonFixture.VerifyAsync(browser, PersonFixture.Somebody(1).Name, PersonFixture.Somebody(1).Number);

        Assert.Equal(3, (int)(await backbone.UserInfoAsync(token)).Body["person_level"]!);
        Assert.Equal(3, (int)(await backbone.IntrospectAsync(token))["person_level"]!);
        Assert.Null(ProtocolFixture.Part(token, 1)["person_level"]);
    }
}

/// <summary>Without an authority the third level is out of reach, and that is said.</summary>
public sealed class ClosedRealNameTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    [Fact]
    public async Task The_page_says_that_the_way_is_closed_takes_nothing_and_the_app_is_told_at_once()
    {
        var person = await backbone.SignInAsync();
        using var none = await ProtocolFixture.AuthorizeAsync(
            person.Browser, [.. ProtocolFixture.AuthorizationRequest("real-name"), new("prompt", "none")]);
        Assert.Equal("unmet_authentication_requirements", ProtocolFixture.Answer(none)["error"]);

        var page = await person.Browser.GetStringAsync("/account/real-name", TestContext.Current.CancellationToken);
        Assert.Contains("实名认证暂未开通", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"number\"", page, StringComparison.Ordinal);

        using var led = await ProtocolFixture.AuthorizeAsync(person.Browser, ProtocolFixture.AuthorizationRequest("real-name"));
        var level = await person.Browser.GetStringAsync(led.Headers.Location!.OriginalString, TestContext.Current.CancellationToken);
        Assert.Contains("实名认证暂未开通", level, StringComparison.Ordinal);
        Assert.Contains("level_refused=true", level, StringComparison.Ordinal);
    }
}
