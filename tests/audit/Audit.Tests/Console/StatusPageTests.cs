using System.Net;
using Backbone.Audit.Console.Status;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Publishing;
using Backbone.Audit.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Console;

public sealed class StatusPageTests
{
    [Fact]
    public async Task It_says_how_far_each_part_has_come_and_shows_no_event()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        await host.Services.GetRequiredService<AuditPublication>().WaitAsync(0, TestContext.Current.CancellationToken);

        var (response, page) = await host.GetAsync("/console/audit/status");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["1", "0", "0"], page.QuerySelectorAll(".stat").Take(3).Select(stat => stat.TextContent));
        Assert.Contains("覆盖 1 条记录", page.QuerySelector(".record")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(1, host.Log.Records.EndIndex);
    }

    [Fact]
    public async Task An_index_that_does_not_answer_is_said()
    {
        await using var host = await ConsoleHost.StartAsync();
        host.Index.Away = true;
        Assert.Equal("无应答", (await host.GetAsync("/console/audit/status")).Page.QuerySelectorAll(".stat")[2].TextContent);
    }

    [Fact]
    public async Task What_is_deleted_by_which_rule_and_how_far_that_went_is_said()
    {
        await using (var keeps = await ConsoleHost.StartAsync())
        {
            Assert.Contains("不删除任何记录", await RetentionAsync(keeps), StringComparison.Ordinal);
        }

        await using var host = await ConsoleHost.StartAsync(services => services.Configure<RetentionOptions>(options =>
        {
            options.Delete = true;
            foreach (var of in Enum.GetValues<RetentionClass>())
            {
                (options[of].Days, options[of].Basis) = (3_000 + (int)of, $"rule {of}");
            }
        }));
        var progress = host.Services.GetRequiredService<RetentionProgress>();
        progress.State = new RetentionState(DateTimeOffset.UnixEpoch, new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero), null);
        var said = await RetentionAsync(host);
        Assert.All(Enum.GetValues<RetentionClass>(), of => Assert.Contains($"{3_000 + (int)of:N0} 天 rule {of}", said, StringComparison.Ordinal));
        Assert.Contains("在此之前不再删除2031-02-03 12:05:06", said, StringComparison.Ordinal);

        progress.State = new RetentionState(DateTimeOffset.UnixEpoch, null, "event 257 is not the one that was signed");
        Assert.Contains("event 257 is not the one", (await host.GetAsync("/console/audit/status")).Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<string> RetentionAsync(ConsoleHost host) =>
        (await host.GetAsync("/console/audit/status")).Page.QuerySelector("section[aria-labelledby=retention]")!.TextContent;

    [Fact]
    public async Task No_consumer_is_ever_seen_ahead_of_the_log()
    {
        await using var host = await ConsoleHost.StartAsync();
        var history = host.Services.GetRequiredService<PipelineHistory>();
        var appending = Task.WhenAll(Enumerable.Range(0, 500).Select(_ => host.Log.AppendAsync(TemporaryLog.SignIn()).AsTask()));
        while (!appending.IsCompleted)
        {
            var moment = await history.LookAsync(TestContext.Current.CancellationToken);
            Assert.True(moment.Published <= moment.Logged && moment.Searchable <= moment.Logged);
        }

        await appending;
    }
}
