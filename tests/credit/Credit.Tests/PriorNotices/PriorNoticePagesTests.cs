using System.Net;
using System.Text.Json;
using Backbone.Credit.Cases;
using Backbone.Credit.Enterprise;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Facts;
using Backbone.Credit.Grading;
using Backbone.Credit.Paper;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Cases;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.PriorNotices;

public sealed class PriorNoticePagesTests(SqliteCaseHost host) : PriorNoticePagesContract(host), IClassFixture<SqliteCaseHost>;

public sealed class PostgresPriorNoticePagesTests(PostgresCaseHost host) : PriorNoticePagesContract(host), IClassFixture<PostgresCaseHost>;

/// <summary>A notice at the pages as people use them: the organisation's and the officers'. One way through all, for there is one organisation.</summary>
public abstract class PriorNoticePagesContract(CaseHost host)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_the_notice_to_the_publication_the_organisation_reads_everything_answers_once_and_others_see_the_former_grade()
    {
        await host.FactAsync(100);
        await RoundAsync();
        using var asker = await host.Backbone.NewProgramAsync("machine", "credit.read", "urn:backbone:api:credit");
        var before = await GradeAsync(asker);
        Assert.NotEqual("D", before.Grade);

        // 1. Penalties of yesterday come to a grade that is told of first.
        Guid[] facts = [await host.FactAsync(1), await host.FactAsync(1, category: "serious")];
        await RoundAsync();
        var notice = await NoticeAsync();
        await host.Enterprise.GoAsync(EnterpriseSignIn.Home);
        Assert.Contains("信用等级拟公布为 D", Said(host.Enterprise), StringComparison.Ordinal);
        await host.Enterprise.GoAsync(ShowReport.Path);
        Assert.Contains("等级 D 尚未公布", Said(host.Enterprise), StringComparison.Ordinal);
        Assert.Equal((before.Grade, false), ((await GradeAsync(asker)).Grade, (await GradeAsync(asker)).IsAsAsked));

        // 2. The page says grade, former grade, time, laws and each fact; the first look is an event.
        await host.Enterprise.GoAsync(NoticePaths.Mine);
        await host.Enterprise.GoAsync(host.Enterprise.Page.QuerySelector(".items a")!.GetAttribute("href")!);
        var page = Said(host.Enterprise);
        Assert.All(["D 信用较差", $"{before.Grade} ", "还有", "深圳经济特区社会信用条例 第三十九条", "食品安全法 第一百二十四条", "济南市市场监督管理局"], words => Assert.Contains(words, page, StringComparison.Ordinal));
        Assert.Equal(facts.Length, host.Enterprise.Page.QuerySelectorAll(".fact a[href*='objections/new']").Select(link => link.GetAttribute("href")).Distinct().Count(link => facts.Any(id => link!.Contains($"{id:D}", StringComparison.Ordinal))));
        await host.Enterprise.GoAsync(NoticePaths.MineOf(notice));
        Assert.Equal(1, await host.LoggedAsync("prior-notice-read", $"{notice.Id:D}"));

        // 3. Others do not find it, who may only look does not answer, and the try is an event.
        await host.Other.GoAsync(NoticePaths.MineOf(notice));
        Assert.Equal(HttpStatusCode.NotFound, host.Other.Status);
        using var agent = await host.AgentAsync();
        await agent.GoAsync(NoticePaths.MineOf(notice));
        Assert.Null(agent.Page.QuerySelector("main form"));
        Assert.Equal(HttpStatusCode.Forbidden, await CaseHost.PostAsync(agent, NoticePaths.MineOf(notice), ("answer", "nothing"), ("seen", "1")));
        Assert.Equal(1, await host.LoggedAsync("no_power", $"{notice.Id:D}"));

        // 4. Nothing is decided before an answer; what is wrong comes back.
        await host.First.GoAsync(NoticePaths.DeskOf(notice));
        Assert.Null(host.First.Page.QuerySelector("#decide"));
        Assert.Equal(HttpStatusCode.SeeOther, await CaseHost.PostAsync(host.First, NoticePaths.DeskOf(notice), ("act", "publish"), ("reason", "理由"), ("seen", "1")));
        Assert.True((await NoticeAsync()).EndsOn > notice.DueOn);
        await host.Enterprise.GoAsync(NoticePaths.MineOf(notice));
        await host.Enterprise.SubmitAsync(new Dictionary<string, string> { ["text"] = "身份证 11010519491231002X" }, form: $"{notice.Id:D}");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 2), (host.Enterprise.Status, host.Enterprise.Page.QuerySelectorAll(".errors li").Length));
        await host.Enterprise.SubmitAsync(new Dictionary<string, string> { ["answer"] = "statement", ["text"] = "处罚决定正在复议。" }, form: $"{notice.Id:D}");
        Assert.Contains("处罚决定正在复议。", Said(host.Enterprise), StringComparison.Ordinal);
        Assert.Null(host.Enterprise.Page.QuerySelector("#answer form"));

        // 5. The officers see it waits, reply, and do not publish early while an objection is open.
        await host.Second.GoAsync(NoticePaths.Desk + "?show=unanswered");
        Assert.Contains("待回应陈述", host.Second.Page.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        await host.First.GoAsync(NoticePaths.DeskOf(notice));
        await host.First.SubmitAsync(new Dictionary<string, string> { ["reason"] = "" }, "reply");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, host.First.Status);
        await host.Second.GoAsync(NoticePaths.DeskOf(notice));
        await host.First.SubmitAsync(new Dictionary<string, string> { ["reason"] = "复议期间不停止执行。" }, "reply");
        Assert.Contains("已回应", Said(host.First), StringComparison.Ordinal);
        await host.Second.SubmitAsync(new Dictionary<string, string> { ["reason"] = "另一个理由。" }, "reply");
        Assert.Contains("其间已有变动", Said(host.Second), StringComparison.Ordinal);
        var objection = await host.FileAsync(CaseKind.Objection, facts[0]);
        await host.First.GoAsync(NoticePaths.DeskOf(notice));
        Assert.Null(host.First.Page.QuerySelector("button[value=publish]"));
        await CaseHost.StepAsync(host.First, objection, "reject", "处罚决定仍然有效。");
        await host.Enterprise.GoAsync(NoticePaths.MineOf(notice));
        Assert.Contains("复议期间不停止执行。", Said(host.Enterprise), StringComparison.Ordinal);

        // 6. Paper is for others: it has what they are told.
        if (PaperFont.Find(new CreditOptions(), new BackboneOptions()).File is not null)
        {
            await host.Enterprise.GoAsync(ShowReport.Path);
            Assert.Equal(HttpStatusCode.OK, await CaseHost.PostAsync(host.Enterprise, IssueReport.Path, ("purpose", "supervision")));
            await host.InDatabaseAsync(async db => Assert.Equal(before.Grade, (await db.Issued.SingleAsync(Cancelled)).Grade));
        }

        // 7. Decided early, with reasons that the organisation reads.
        await host.First.GoAsync(NoticePaths.DeskOf(notice));
        await host.First.SubmitAsync(new Dictionary<string, string> { ["reason"] = "组织已陈述，无新事实。" }, "publish");
        await RoundAsync();
        var after = await GradeAsync(asker);
        Assert.Equal(("D", true), (after.Grade, after.IsAsAsked));
        await host.Enterprise.GoAsync(NoticePaths.MineOf(notice));
        Assert.All(["已公布", "组织已陈述，无新事实。", "行政复议"], words => Assert.Contains(words, Said(host.Enterprise), StringComparison.Ordinal));
        await host.First.GoAsync(NoticePaths.Desk + "?show=closed");
        Assert.Contains("已公布", host.First.Page.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);

        // What left use since is not shown at the desk any more; the organisation reads its own.
        await host.First.GoAsync(NoticePaths.DeskOf(notice));
        var shown = host.First.Page.QuerySelectorAll(".fact").Length;
        await host.InDatabaseAsync(db => WithdrawAsync(db, facts[1]));
        await host.First.GoAsync(NoticePaths.DeskOf(notice));
        Assert.Contains("已退出使用", Said(host.First), StringComparison.Ordinal);
        Assert.True(host.First.Page.QuerySelectorAll(".fact").Length < shown, "it is shown still");

        // Each step once; the answer that was refused too.
        foreach (var (action, times) in new[] { ("give", 1), ("read", 1), ("answer", 2), ("reply", 1), ("decide", 1), ("publish", 1) })
        {
            Assert.True(await host.LoggedAsync($"prior-notice-{action}", $"{notice.Id:D}") == times, action);
        }
    }

    private static async Task WithdrawAsync(CreditDb db, Guid fact)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Cancelled);
        var recorded = await MoveKnowledgeClock.RunAsync(db, TimeProvider.System, Cancelled);
        var draft = new FactDraft(CaseHost.Organisation, "withdrawn", RecordKind.Withdrawn, null, null, null, "依据被撤销", new byte[32]);
        await db.AddNewAsync([StoreFacts.RowOf(draft, "machine", fact, recorded, TimeProvider.System.GetUtcNow())], Cancelled);
        await transaction.CommitAsync(Cancelled);
    }

    private static string Said(ScriptlessBrowser browser) => browser.Page.QuerySelector("main")!.TextContent;

    private Task RoundAsync() => host.Backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(Cancelled);

    private async Task<PriorNotice> NoticeAsync()
    {
        PriorNotice? notice = null;
        await host.InDatabaseAsync(async db => notice = await db.PriorNotices.AsNoTracking().SingleAsync(one => one.Entity == Enterprises.Code && one.State == NoticeState.Open, Cancelled));
        return notice!;
    }

    private static async Task<(string Grade, bool IsAsAsked)> GradeAsync(HttpClient asker)
    {
        using var answer = await asker.GetAsync(new Uri($"/credit/v1/entities/{Enterprises.Code}/grade?purpose=supervision&basis=test", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
        return (json.RootElement.GetProperty("grade").GetString()!, !json.RootElement.TryGetProperty("asked", out _));
    }
}
