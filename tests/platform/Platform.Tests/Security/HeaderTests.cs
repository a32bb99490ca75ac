using System.Net;
using Backbone.Platform.Tests.Pages;

namespace Backbone.Platform.Tests.Security;

public sealed class HeaderTests(ShellSite site) : IClassFixture<ShellSite>
{
    [Theory(DisplayName = "CSP 3: every kind of answer carries the strict policy")]
    [InlineData("/help")]
    [InlineData("/redirect")]
    [InlineData("/nothing-here")]
    [InlineData("/boom")]
    [InlineData("/problem")]
    [InlineData("/status/403")]
    [InlineData("/status/429")]
    [InlineData("/assets/0/bb.css")]
    [InlineData("/assets/0/no.css")]
    [InlineData("/dev/gallery")]
    public async Task Every_kind_of_answer_carries_the_strict_policy(string path)
    {
        foreach (var accept in new[] { "text/html", "application/json" })
        {
            using var answer = await site.Send(HttpMethod.Get, path, ("Accept", accept));
            Assert.Equal(
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
                "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
                Header(answer, "Content-Security-Policy"));
            Assert.Equal("same-origin", Header(answer, "Referrer-Policy"));
            Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.NotEmpty(Header(answer, "Permissions-Policy"));
            Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
            Assert.Contains("no-store", Header(answer, "Cache-Control"), StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "CSP 3 6.4.1: form-action grows by the app's origin and by nothing else")]
    public async Task Form_action_grows_by_the_apps_origin()
    {
        using var answer = await site.Send(HttpMethod.Get, "/to-app");
        var policy = Header(answer, "Content-Security-Policy");
        Assert.EndsWith("form-action 'self' cn.example.app: https://app.example:8443", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_never_kept_by_a_cache_even_when_it_asks_to_be()
    {
        using var answer = await site.Send(HttpMethod.Get, "/private-cache");
        Assert.Equal("no-store", Header(answer, "Cache-Control"));
    }

    [Fact(DisplayName = "RFC 6797: HSTS under TLS only")]
    public async Task Strict_transport_security_under_tls()
    {
        await using var secure = new ShellSite { PublicUrl = "https://id.example.cn" };
        await secure.InitializeAsync();
        using var answer = await secure.Send(HttpMethod.Get, "/nothing-here");
        Assert.Equal("max-age=63072000; includeSubDomains", Header(answer, "Strict-Transport-Security"));
    }

    [Fact]
    public async Task The_antiforgery_cookie_is_http_only_and_lax()
    {
        using var answer = await site.Send(HttpMethod.Get, "/help");
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("bb-af=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/form")]
    [InlineData("/form/body")]
    [InlineData("/preferences")]
    public async Task A_posted_form_without_its_token_is_refused_with_a_page_that_leads_on(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new("word", "x")]) };
        request.Headers.Add("Accept", "text/html");
        using var answer = await site.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("页面已过期", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_without_a_body_or_type_needs_the_token_too()
    {
        using var answer = await site.Send(HttpMethod.Post, "/form", ("Accept", "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("urn:backbone:platform:stale-form", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_for_programs_opts_out()
    {
        using var answer = await site.Send(HttpMethod.Post, "/token");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : "";
}
