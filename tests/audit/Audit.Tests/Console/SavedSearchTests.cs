using System.Net;

namespace Backbone.Audit.Tests.Console;

public sealed class SavedSearchTests
{
    private const string View = "/console/audit?q=event.action%3Asign-in&last=24h";

    [Fact]
    public async Task A_saved_search_comes_back_as_it_was_and_under_the_same_name_is_the_newer_one()
    {
        await using var host = await ConsoleHost.StartAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await host.PostAsync(View, "/console/audit/saved", ("name", "今日登录"))).StatusCode);
        Assert.Equal(View, await SavedAsync(host, "今日登录"));

        await host.PostAsync("/console/audit?last=7d", "/console/audit/saved", ("name", "今日登录"), ("shared", "true"));
        Assert.Equal("/console/audit?last=7d", await SavedAsync(host, "今日登录"));

        await host.PostAsync("/console/audit", "/console/audit/saved/delete");
        Assert.Null(await SavedAsync(host, "今日登录"));
    }

    [Theory]
    [InlineData("", View)]
    [InlineData("x", "https://evil.example/console/audit")]
    [InlineData("x", "/account")]
    [InlineData("x", "/console/audit/0")]
    [InlineData("x", "/console/audit?q=user.email:zhang@example.cn")]
    [InlineData("x", "/console/audit?q=zhang")]
    [InlineData("x", "/console/audit?q=event.akcion:x")]
    public async Task Nothing_but_a_named_view_of_the_search_page_is_saved(string name, string address)
    {
        await using var host = await ConsoleHost.StartAsync();
        var before = host.Log.Records.EndIndex;

        var refused = await host.PostAsync("/console/audit", "/console/audit/saved", ("name", name), ("address", address));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Null(await SavedAsync(host, "x"));
        Assert.DoesNotContain(
            host.Log.Records.Read(before, 100), record => System.Text.Encoding.UTF8.GetString(record.Payload).Contains("audit-search-save", StringComparison.Ordinal));
    }

    private static async Task<string?> SavedAsync(ConsoleHost host, string name) =>
        (await host.GetAsync("/console/audit")).Page.QuerySelectorAll(".items a").FirstOrDefault(link => link.TextContent == name)?.GetAttribute("href");
}
