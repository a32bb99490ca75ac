using System.Net;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Integration.Tests.Foreign;

public sealed class SignOutInAnApp
{
    [Theory(DisplayName = "OpenID Connect RP-Initiated Logout 1.0: signing out in an app ends the session at the provider, and the app says so")]
    [InlineData("zh-CN", "已退出这个应用和统一登录")]
    [InlineData("en", "You are signed out of this app and of the one sign-in")]
    public async Task Signs_out_at_the_provider_and_says_so(string language, string words)
    {
        await using var host = await BackboneFixture.StartAsync(settings => (settings.Demo, settings.Samples) = (true, true));
        var app = new Uri(host.Services.GetRequiredService<SampleAddresses>().CitizenApp);
        using var browser = new ScriptlessBrowser(host.Address, language);
        await browser.SignInAsync(host.Address, host.Account(DemonstrationPeople.CitizenByPhone), "/account");
        var ticket = browser.Cookies.GetCookies(host.Address)["bb-session"]!.Value;
        await browser.GoAsync(new Uri(app, "/sign-in").AbsoluteUri);
        await browser.AllowIfAskedAsync();
        Assert.Equal(app.Port, browser.Address.Port);

        await browser.SubmitAsync(form: "/sign-out");

        Assert.Equal(app.Port, browser.Address.Port);
        Assert.Contains(words, browser.Page.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Null(browser.Page.QuerySelector("form[action='/sign-out']"));
        using var thief = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Address, "/account"));
        request.Headers.Add("Cookie", "bb-session=" + ticket);
        using var answer = await thief.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
