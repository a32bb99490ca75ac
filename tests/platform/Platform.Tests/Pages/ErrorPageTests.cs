using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backbone.Platform.Web.Errors;

namespace Backbone.Platform.Tests.Pages;

public sealed class ErrorPageTests(ShellSite site) : IClassFixture<ShellSite>
{
    [Theory]
    [InlineData("/boom", 500, "系统出现故障")]
    [InlineData("/nothing-here", 404, "找不到这个页面")]
    [InlineData("/status/403", 403, "你没有查看权限")]
    [InlineData("/form", 405, "不能这样打开这个地址")]
    [InlineData("/status/413", 413, "提交的内容太大")]
    [InlineData("/status/429", 429, "操作太频繁")]
    [InlineData("/status/503", 503, "服务暂时不可用")]
    [InlineData("/status/418", 418, "请求内容无法读取")]
    [InlineData("/problem", 404, "找不到应用")]
    public async Task A_person_gets_a_page_with_a_reference_and_a_way_out(string path, int status, string title)
    {
        using var answer = await site.Send(HttpMethod.Get, path, ("Accept", "text/html,*/*;q=0.8"));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Contains($"<h1 tabindex=\"-1\">{title}</h1>", page, StringComparison.Ordinal);
        Assert.Matches("<code translate=\"no\">[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}</code>", page);
        Assert.Contains("class=\"btn primary", page, StringComparison.Ordinal);
        AssertNoInternals(page);
    }

    [Theory(DisplayName = "RFC 9457: a program gets problem details")]
    [InlineData("/boom", 500, "urn:backbone:platform:unexpected")]
    [InlineData("/nothing-here", 404, "urn:backbone:platform:not-found")]
    [InlineData("/form", 405, "urn:backbone:platform:method-not-allowed")]
    [InlineData("/problem", 404, "urn:backbone:identity:no-such-app")]
    public async Task A_program_gets_problem_details(string path, int status, string type)
    {
        using var answer = await site.Send(HttpMethod.Get, path, ("Accept", "application/json"));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(body)!;
        Assert.Equal(type, (string?)problem["type"]);
        Assert.Equal(status, (int?)problem["status"]);
        Assert.NotEmpty((string?)problem["title"] ?? "");
        Assert.NotNull(Correlation.TracePrefix((string?)problem["correlation"] ?? ""));
        AssertNoInternals(body);
    }

    [Fact]
    public async Task The_page_speaks_English_and_says_how_to_change_that()
    {
        var page = await site.Page("/nothing-here", "en");
        Assert.Contains("Page not found", page, StringComparison.Ordinal);
        Assert.Contains("href=\"?ui_locales=zh\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreadable_body_is_the_callers_fault()
    {
        using var content = new ByteArrayContent(new byte[200_000]);
        using var answer = await site.Client.PostAsync("/form/body", content);
        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    [Fact]
    public async Task The_reference_leads_back_to_the_trace()
    {
        var trace = "0af7651916cd43dd8448eb211c80319c";
        var page = await site.Page("/nothing-here", "zh", ("traceparent", $"00-{trace}-b7ad6b7169203331-01"));
        var reference = Regex.Match(page, "<code translate=\"no\">([^<]+)<").Groups[1].Value;
        Assert.NotNull(Correlation.TracePrefix(reference));
        Assert.Null(Correlation.TracePrefix("ILOU-0000"));
    }

    [Fact]
    public void Every_problem_has_a_type_of_its_own()
    {
        Assert.Equal(Problems.All.Count, Problems.All.Select(problem => problem.Type).Distinct().Count());
        Assert.All(Problems.All, problem => Assert.Matches("^urn:backbone:platform:[a-z-]+$", problem.Type));
    }

    private static void AssertNoInternals(string body)
    {
        Assert.DoesNotContain("secret", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
    }
}
