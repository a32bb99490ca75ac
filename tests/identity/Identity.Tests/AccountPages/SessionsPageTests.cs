using System.Net;
using Xunit;

namespace Backbone.Identity.Tests.AccountPages;

public sealed class SessionsPageTests(AccountFixture backbone) : IClassFixture<AccountFixture>
{
    [Fact]
    public async Task The_session_at_hand_is_marked_and_others_can_be_ended_one_by_one()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, own) = await person.SignInAsync();
        var (_, other) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/sessions");
        Assert.Equal("会话", here.Heading);
        Assert.Contains("本次会话", here.Page.QuerySelector("section[aria-labelledby=this]")!.TextContent, StringComparison.Ordinal);
        await here.SubmitAsync(form: $"/account/sessions/{other:D}/end");

        Assert.Equal("/account/sessions", here.Address.AbsolutePath);
        Assert.Contains("会话已结束", here.Page.QuerySelector(".banner[role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.False(await person.IsOpenAsync(other));
        Assert.True(await person.IsOpenAsync(own));
    }

    [Fact]
    public async Task Ending_all_others_leaves_the_session_at_hand()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, own) = await person.SignInAsync();
        var (_, first) = await person.SignInAsync();
        var (_, second) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/sessions");
        await here.SubmitAsync(form: "/account/sessions/end-others");

        Assert.Equal((true, false, false), (await person.IsOpenAsync(own), await person.IsOpenAsync(first), await person.IsOpenAsync(second)));
        Assert.Contains("没有其他会话", here.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_persons_session_is_not_found_and_lives_on()
    {
        var (_, victims) = await (await backbone.NewPersonAsync()).SignInAsync();
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        var (_, decoy) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/sessions");
        var status = await here.PostAsync($"/account/sessions/{victims:D}/end");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.True(await person.IsOpenAsync(victims));
        Assert.True(await person.IsOpenAsync(decoy));
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_with_a_page()
    {
        var person = await backbone.NewPersonAsync();
        var (browser, _) = await person.SignInAsync();
        var (_, other) = await person.SignInAsync();
        using var here = browser;

        await here.GoAsync("/account/sessions");
        var status = await here.PostAsync($"/account/sessions/{other:D}/end", withToken: false);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(await person.IsOpenAsync(other));
    }

    [Theory]
    [InlineData("/account")]
    [InlineData("/account/security")]
    [InlineData("/account/sessions")]
    [InlineData("/account/apps")]
    public async Task Without_a_session_the_pages_lead_to_sign_in(string path)
    {
        using var client = backbone.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html");
        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains("/sign-in?return=" + Uri.EscapeDataString(path), answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account", "My account")]
    [InlineData("/account/security", "Account security")]
    [InlineData("/account/sessions", "Sessions")]
    [InlineData("/account/apps", "Apps you have allowed")]
    public async Task The_pages_speak_English_to_those_who_ask_for_it(string path, string heading)
    {
        var (browser, _) = await (await backbone.NewPersonAsync()).SignInAsync(language: "en-GB");
        using var here = browser;

        await here.GoAsync(path);

        Assert.Equal(HttpStatusCode.OK, here.Status);
        Assert.Equal(heading, here.Heading);
        Assert.DoesNotContain("13800", here.Body, StringComparison.Ordinal);
    }
}
