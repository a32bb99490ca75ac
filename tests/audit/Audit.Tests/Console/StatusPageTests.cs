using System.Net;
using Backbone.Audit.Console.Status;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Elasticsearch;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Reconciling;
using Backbone.Audit.Integrating;
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
    public async Task Whatever_ails_the_index_the_picture_lacks_a_point_and_the_host_goes_on()
    {
        await using var host = await ConsoleHost.StartAsync();
        foreach (var fault in (Exception[])[
            new IOException("Too many open files"), new UnauthorizedAccessException("cursor.json"), new InvalidOperationException("no number"),
            new OperationCanceledException("the client's own time is up"),
        ])
        {
            host.Index.Fault = fault;
            var history = new PipelineHistory(
                host.Log, host.Services.GetRequiredService<PublishedLog>(), host.Index, TimeProvider.System);

            await history.StartAsync(TestContext.Current.CancellationToken);

            // A failure would end the background's work with it, and with that the host.
            await WaitForAsync(() => history.Moments.Length > 0 || history.ExecuteTask!.IsCompleted);
            Assert.Null(Assert.Single(history.Moments).Searchable);
            await history.StopAsync(CancellationToken.None);
        }
    }

    private static async Task WaitForAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
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
    public async Task When_the_clusters_index_was_held_against_the_log_what_was_found_and_repaired_and_when_it_is_again_is_said()
    {
        await using (var embedded = await ConsoleHost.StartAsync())
        {
            Assert.Null((await embedded.GetAsync("/console/audit/status")).Page.QuerySelector("section[aria-labelledby=reconciling]"));
        }

        using var folder = new TemporaryLog();
        var target = new ExportTarget(folder.Folder, "a");
        await using var host = await ConsoleHost.StartAsync(services => services.AddSingleton(target).AddSingleton<ReconcileProgress>());
        var progress = host.Services.GetRequiredService<ReconcileProgress>();
        var said = await ReconcilingAsync(host, "en");
        Assert.Contains("not done so far", said, StringComparison.Ordinal);
        Assert.Contains("once the export has caught up with the log", said, StringComparison.Ordinal);

        var at = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
        target.Reconciled.Write(new ReconcileReport("a-000001", 10, 9_010, 9_010) { At = at });
        progress.State = new ReconcileState(at.AddDays(1), null, new ExportFault("all shards failed", at.AddHours(2)));
        said = await ReconcilingAsync(host, "zh");
        Assert.Contains("上次核对2031-02-03 12:05:06，第 10 条起、第 9,010 条之前", said, StringComparison.Ordinal);
        Assert.Contains("与日志不符之处与日志完全一致", Unspaced(said), StringComparison.Ordinal);
        Assert.Contains("自 2031-02-03 14:05:06 起，稍后自动重试： all shards failed", said, StringComparison.Ordinal);
        Assert.Contains("下次核对2031-02-04 12:05:06", Unspaced(said, "2031-02-04 12:05:06"), StringComparison.Ordinal);

        target.Reconciled.Write(new ReconcileReport("a-000001", 10, 9_010, 9_010) { At = at, Missing = 1_003, NewlyRefused = 3, Surplus = 5, Kept = 2 });
        progress.State = new ReconcileState(null, new ReconcileReport("a-000001", 10, 4_000, 9_010), null);
        said = await ReconcilingAsync(host, "en");
        Assert.Contains("1,003 missing, 7 more than once", said, StringComparison.Ordinal);
        Assert.Contains("1,000 delivered, 5 removed", said, StringComparison.Ordinal);
        Assert.Contains("3 refused by the index, 2 that may not be removed", said, StringComparison.Ordinal);
        Assert.Contains("now; it has come to event 4,000", said, StringComparison.Ordinal);

        await using var off = await ConsoleHost.StartAsync(services => services
            .AddSingleton(target).AddSingleton<ReconcileProgress>().Configure<ElasticsearchOptions>(options => options.ReconcileHours = 0));
        Assert.Contains("已关闭定期核对", await ReconcilingAsync(off, "zh"), StringComparison.Ordinal);
    }

    private static async Task<string> ReconcilingAsync(ConsoleHost host, string language) =>
        (await host.GetAsync("/console/audit/status", language: language)).Page.QuerySelector("section[aria-labelledby=reconciling]")!.TextContent;

    private static string Unspaced(string text, string? but = null) =>
        string.Join(but ?? "", text.Split(but ?? "\0").Select(part => string.Concat(part.Where(letter => !char.IsWhiteSpace(letter)))));

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
