using System.Net;
using System.Text;
using Backbone.Audit.Tests.State;
using Backbone.Testing;

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
    [InlineData("a\u001bb")]
    [InlineData("a\u0001b")]
    [InlineData("a\u0085b")]
    public async Task A_name_with_a_control_character_which_not_every_database_keeps_is_refused(string name)
    {
        await using var host = await ConsoleHost.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await host.PostAsync(View, "/console/audit/saved", ("name", name))).StatusCode);
        Assert.Equal(1, host.Log.Records.EndIndex);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_who_delete_a_search_at_once_both_are_answered_and_one_is_told_of(bool postgres)
    {
        var meet = new MeetBeforeSaving();
        await using var host = await ConsoleHost.StartAsync(meet.On, postgres ? await PostgresServer.CreateDatabaseAsync() : null);
        await host.PostAsync(View, "/console/audit/saved", ("name", "今日登录"));
        var before = host.Log.Records.EndIndex;

        meet.Arm();
        var answers = await Task.WhenAll(DeleteAsync(), DeleteAsync());

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Equal(1, SavesSince(host, before));
        Assert.Null(await SavedAsync(host, "今日登录"));

        Task<HttpResponseMessage> DeleteAsync() => host.PostAsync("/console/audit", "/console/audit/saved/delete");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_who_save_a_new_name_at_once_both_are_answered_and_there_is_one_search(bool postgres)
    {
        var meet = new MeetBeforeSaving();
        await using var host = await ConsoleHost.StartAsync(meet.On, postgres ? await PostgresServer.CreateDatabaseAsync() : null);
        await host.GetAsync(View);

        meet.Arm();
        var answers = await Task.WhenAll(SaveAsync(), SaveAsync());

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Equal(2, SavesSince(host, 0));
        Assert.Equal(View, await SavedAsync(host, "今日登录"));

        Task<HttpResponseMessage> SaveAsync() => host.PostAsync(View, "/console/audit/saved", ("name", "今日登录"));
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
        Assert.Equal(0, SavesSince(host, before));
    }

    private static int SavesSince(ConsoleHost host, long index) => host.Log.Records.Read(index, 100)
        .Count(record => Encoding.UTF8.GetString(record.Payload).Contains("audit-search-save", StringComparison.Ordinal));

    private static async Task<string?> SavedAsync(ConsoleHost host, string name) =>
        (await host.GetAsync("/console/audit")).Page.QuerySelectorAll(".items a").FirstOrDefault(link => link.TextContent == name)?.GetAttribute("href");
}
