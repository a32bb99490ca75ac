using System.Net;
using System.Text.RegularExpressions;

namespace Backbone.Platform.Tests.Pages;

public sealed class ShellTests(ShellSite site) : IClassFixture<ShellSite>
{
    [Theory(DisplayName = "OIDC Core 3.1.2.1: ui_locales, then the choice, then the request returned to, then the browser")]
    [InlineData("/help", null, null, "zh-CN")]
    [InlineData("/help", "en-GB,en;q=0.9", null, "en")]
    [InlineData("/help", "fr, en;q=0.3, zh;q=0.8", null, "zh-CN")]
    [InlineData("/help", "fr", null, "zh-CN")]
    [InlineData("/help", "zh;q=0, en;q=0.1", null, "en")]
    [InlineData("/help", "en", "zh..", "zh-CN")]
    [InlineData("/help?ui_locales=en", "zh", "zh..", "en")]
    [InlineData("/help?ui_locales=fr%20en-US", "zh", null, "en")]
    [InlineData("/help?ui_locales=fr", "zh", null, "zh-CN")]
    [InlineData("/help?return=%2Fconnect%2Fauthorize%3Fui_locales%3Den%26x%3D1", "zh", null, "en")]
    [InlineData("/help?return=%2Fconnect%2Fauthorize%3Fui_locales%3Den", "zh", "zh..", "zh-CN")]
    public async Task The_language_follows_the_request(string path, string? accept, string? cookie, string expected)
    {
        using var answer = await site.Send(HttpMethod.Get, path, ("Accept-Language", accept ?? ""), ("Cookie", cookie is null ? "x=1" : $"bb-look={cookie}"));
        Assert.Contains($"<html lang=\"{expected}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_choice_of_theme_and_size_is_kept_and_drawn_by_the_server()
    {
        using var first = await site.Send(HttpMethod.Get, "/help?ui_locales=zh&x=1");
        var page = await first.Content.ReadAsStringAsync();
        var token = Regex.Match(page, "name=\"_token\" value=\"([^\"]+)\"").Groups[1].Value;
        var antiforgery = first.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var post = new HttpRequestMessage(HttpMethod.Post, "/preferences");
        post.Headers.Add("Cookie", antiforgery);
        post.Content = new FormUrlEncodedContent(
            [new("_token", token), new("return", "/help?ui_locales=zh&x=1"), new("language", "en"), new("theme", "dark"), new("size", "large")]);
        using var answer = await site.Client.SendAsync(post);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/help?x=1", answer.Headers.Location?.OriginalString);
        var choice = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Assert.Equal("bb-look=en.dark.large", choice);
        Assert.Contains("<html lang=\"en\" data-theme=\"dark\" class=\"large\"", await site.Page("/help", "zh", ("Cookie", choice)), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "CWE-601: a form only leads back to a path of this host")]
    [InlineData("/account?x=1", true)]
    [InlineData("/", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("/\t/evil.example", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_form_only_leads_back_to_a_path_of_this_host(string? path, bool local) =>
        Assert.Equal(local, Backbone.Platform.Web.Pages.LocalPath.IsLocal(path));

    [Theory]
    [InlineData("bb-look=<script>.red.huge")]
    [InlineData("bb-look=...........")]
    [InlineData("bb-look=")]
    public async Task A_forged_choice_counts_as_none(string cookie) =>
        Assert.Contains("<html lang=\"zh-CN\"><head>", await site.Page("/help", "zh", ("Cookie", cookie)), StringComparison.Ordinal);

    [Fact]
    public async Task Only_a_signed_in_person_sees_a_name_and_the_way_out()
    {
        Assert.DoesNotContain("/sign-out", await site.Page("/help"), StringComparison.Ordinal);
        var page = await site.Page("/help", "zh", ("X-Test-Name", Uri.EscapeDataString("张<b>小明")), ("X-Test-Role", "operator"));
        Assert.Contains("<form method=\"post\" action=\"/sign-out\"", page, StringComparison.Ordinal);
        Assert.Contains("张&lt;b&gt;小明", page, StringComparison.Ordinal);
        Assert.Contains("Console for some", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_navigation_shows_what_the_person_may_open()
    {
        Assert.DoesNotContain("Account for all", await site.Page("/help"), StringComparison.Ordinal);
        var page = await site.Page("/help", "zh", ("X-Test-Name", "a"), ("X-Test-Role", "staff"));
        Assert.Contains("Account for all", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Console for some", page, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "WCAG 2.4.1, 2.4.2, 3.1.1: skip link, title, language, one h1")]
    public async Task The_page_has_skip_link_title_language_and_one_heading()
    {
        var page = await site.Page("/help", "en");
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.Contains("<a class=\"skip\" href=\"#main\">Skip to content</a>", page, StringComparison.Ordinal);
        Assert.Contains("<title>Help - Backbone</title>", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "<h1"));
        Assert.Matches("lang=\"zh-CN\">中文</button>", page);
    }

    [Fact]
    public async Task The_gallery_is_only_there_for_the_demonstration()
    {
        Assert.Contains("组件总览", await site.Page("/dev/gallery"), StringComparison.Ordinal);
        await using var real = new ShellSite { Demo = false };
        await real.InitializeAsync();
        using var answer = await real.Send(HttpMethod.Get, "/dev/gallery");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
