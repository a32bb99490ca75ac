using System.Net;
using System.Text.RegularExpressions;
using Backbone.Credit.Cases;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Credit.Tests.Cases;

public sealed class SqliteCaseHost() : CaseHost(postgres: false);

public sealed class PostgresCaseHost() : CaseHost(postgres: true);

public sealed class ObjectionTests(SqliteCaseHost host) : ObjectionContract(host), IClassFixture<SqliteCaseHost>;

public sealed class PostgresObjectionTests(PostgresCaseHost host) : ObjectionContract(host), IClassFixture<PostgresCaseHost>;

/// <summary>Objections, from the form to the changed record, at the pages as people use them.</summary>
public abstract class ObjectionContract(CaseHost host)
{
    [Fact]
    public async Task An_objection_marks_the_fact_at_once_and_withdrawing_it_takes_two_people_and_each_step_is_an_event()
    {
        var fact = await host.FactAsync();
        var id = await host.FileAsync(CaseKind.Objection, fact, files: [new("evidence", "判决书.pdf", EvidenceFormsTests.Pdf)]);

        Assert.Equal(FactMarks.Disputed, (await host.ReadAsync(fact)).Marks);
        Assert.Contains("还有", host.Enterprise.Page.QuerySelector("#state")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("有异议", host.Enterprise.Page.QuerySelector("#fact")!.TextContent, StringComparison.Ordinal);

        await CaseHost.StepAsync(host.First, id, "propose", "判决书撤销了原处罚。", new Dictionary<string, string> { ["remedy"] = "withdrawal" });
        Assert.Contains("须由另一人批准", host.First.Page.QuerySelector("#proposed")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(FactMarks.Disputed, (await host.ReadAsync(fact)).Marks);

        await CaseHost.StepAsync(host.Second, id, "approve");
        Assert.Equal(FactMarks.Withdrawn, (await host.ReadAsync(fact)).Marks);
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/{id:D}");
        var points = Regex.Match(host.Enterprise.Page.QuerySelector("#state")!.TextContent, "”(?<before>[0-9]+) 分，办结后“[^”]+”(?<after>[0-9]+) 分");
        Assert.True(int.Parse(points.Groups["after"].Value, null) > int.Parse(points.Groups["before"].Value, null), host.Enterprise.Page.QuerySelector("#state")!.TextContent);
        Assert.Contains("已采纳", host.Enterprise.Page.QuerySelector("#state")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("判决书撤销了原处罚。", host.Enterprise.Page.QuerySelector("#history")!.TextContent, StringComparison.Ordinal);
        Assert.Null(host.Enterprise.Page.QuerySelector("form[action$='take-back']"));
        foreach (var action in (string[])["case-file", "case-view", "case-propose", "case-approve"])
        {
            Assert.True(await host.LoggedAsync(action, $"{id:D}") >= 1, action);
        }
    }

    [Fact]
    public async Task Who_proposed_a_change_cannot_approve_it_whatever_they_send_and_the_try_is_an_event()
    {
        var fact = await host.FactAsync();
        var id = await host.FileAsync(CaseKind.Objection, fact);
        await CaseHost.StepAsync(host.First, id, "propose", "理由", new Dictionary<string, string> { ["remedy"] = "withdrawal" });

        // The page has no such button for them; the form of another page is sent in its place.
        Assert.DoesNotContain(host.First.Page.QuerySelectorAll("button"), button => button.GetAttribute("value") == "approve");
        var status = await CaseHost.PostAsync(
            host.First, $"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}", ("act", "approve"), ("seen", $"{(await host.CaseAsync(id)).Version}"));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal((CaseState.Proposed, FactMarks.Disputed), ((await host.CaseAsync(id)).State, (await host.ReadAsync(fact)).Marks));
        Assert.Equal(1, await host.LoggedAsync("same_person", $"{id:D}"));

        await CaseHost.StepAsync(host.Second, id, "return", "请补充依据。");
        Assert.Equal((CaseState.Received, Remedy.None), ((await host.CaseAsync(id)).State, (await host.CaseAsync(id)).Proposed));
    }

    [Fact]
    public async Task A_correction_puts_other_content_in_place_and_only_what_the_catalogue_allows()
    {
        var fact = await host.FactAsync();
        var id = await host.FileAsync(CaseKind.Objection, fact, "罚款是 1,200 元，不是 12,000 元。");
        Dictionary<string, string> correction = new() { ["remedy"] = "correction", ["fact-amount"] = "12000" };
        await CaseHost.StepAsync(host.First, id, "propose", "核对了决定书。", correction);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, host.First.Status);
        Assert.Contains("相同", host.First.Page.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);

        correction["fact-amount"] = "a lot";
        correction["fact-decided"] = "2199-01-01";
        await CaseHost.StepAsync(host.First, id, "propose", "核对了决定书。", correction);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 2), (host.First.Status, host.First.Page.QuerySelectorAll(".errors li").Length));

        correction["fact-amount"] = "1200.50";
        correction.Remove("fact-decided");
        await CaseHost.StepAsync(host.First, id, "propose", "核对了决定书。", correction);
        Assert.Equal(HttpStatusCode.OK, host.First.Status);
        await CaseHost.StepAsync(host.Second, id, "approve");

        var read = await host.ReadAsync(fact);
        Assert.Equal((120_050L, FactMarks.None), (read.Content.Quantity, read.Marks));
        Assert.Equal([RecordKind.Stated, RecordKind.Disputed, RecordKind.Corrected, RecordKind.DisputeEnded], read.Records.OrderBy(record => record.Recorded).ThenBy(record => record.Kind).Select(record => record.Kind));
    }

    [Fact]
    public async Task A_rejection_gives_reasons_ends_the_mark_and_another_objection_may_follow()
    {
        var fact = await host.FactAsync();
        var id = await host.FileAsync(CaseKind.Objection, fact);
        await CaseHost.StepAsync(host.First, id, "refer", "请原处罚机关核查。");
        var referred = await host.CaseAsync(id);
        Assert.Equal(("objection-other", CaseHost.Today), (referred.Duty, referred.RunsFrom));

        await CaseHost.StepAsync(host.First, id, "reject", "");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, host.First.Status);
        await CaseHost.StepAsync(host.First, id, "reject", "处罚决定仍然有效。");

        Assert.Equal((CaseState.Rejected, FactMarks.None), ((await host.CaseAsync(id)).State, (await host.ReadAsync(fact)).Marks));
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/{id:D}");
        Assert.Contains("行政复议", host.Enterprise.Page.QuerySelector("#state")!.TextContent, StringComparison.Ordinal);
        await host.FileAsync(CaseKind.Objection, fact);
        Assert.Equal(FactMarks.Disputed, (await host.ReadAsync(fact)).Marks);
    }

    [Fact]
    public async Task A_strangers_files_are_not_read()
    {
        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });
        using var content = new AskedFor();
        using var form = new MultipartFormDataContent { { content, "evidence", "large.pdf" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Backbone.Address, $"{CasePaths.MyObjections}/new")) { Content = form };
        request.Headers.ExpectContinue = true;

        using var answer = await stranger.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.False(content.Asked);
    }

    [Fact]
    public async Task A_second_objection_while_one_is_open_is_refused_and_taking_it_back_ends_the_mark()
    {
        var fact = await host.FactAsync();
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/new?fact={fact:D}");
        var form = host.Enterprise.Body;
        var id = await host.FileAsync(CaseKind.Objection, fact);
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/new?fact={fact:D}");
        Assert.Null(host.Enterprise.Page.QuerySelector("form[action$='/new']"));
        Assert.Contains("正在办理", host.Enterprise.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("/credit/my/objections/new", form, StringComparison.Ordinal);

        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/{id:D}");
        await host.Enterprise.SubmitAsync(form: "/take-back");
        Assert.Equal((CaseState.TakenBack, FactMarks.None), ((await host.CaseAsync(id)).State, (await host.ReadAsync(fact)).Marks));
    }

    [Fact]
    public async Task What_was_decided_by_an_older_page_is_not_done()
    {
        var id = await host.FileAsync(CaseKind.Objection, await host.FactAsync());
        await host.First.GoAsync($"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}");
        await CaseHost.StepAsync(host.Second, id, "refer", "请核查。");

        await host.First.SubmitAsync(new Dictionary<string, string> { ["reason"] = "不支持。" }, "reject");

        Assert.Contains("其间", host.First.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(CaseState.Received, (await host.CaseAsync(id)).State);
    }

    [Fact]
    public async Task Of_two_who_approve_at_once_the_record_is_changed_once()
    {
        var fact = await host.FactAsync();
        var id = await host.FileAsync(CaseKind.Objection, fact);
        await CaseHost.StepAsync(host.First, id, "propose", "理由", new Dictionary<string, string> { ["remedy"] = "withdrawal" });
        var seen = (await host.CaseAsync(id)).Version;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var scope = host.Backbone.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<TakeStep>().RunAsync(
                new(CaseHost.Organisation, id, CaseAct.Approve, new CaseActor(Guid.NewGuid(), "console", false), seen), CancellationToken.None);
        }));

        Assert.Single(outcomes, StepOutcome.Done);
        Assert.Single((await host.ReadAsync(fact)).Records, record => record.Kind == RecordKind.Withdrawn);
    }

    [Fact]
    public async Task The_day_after_its_last_day_a_case_is_noted_as_overdue_once_and_stands_first_on_the_list()
    {
        var id = await host.FileAsync(CaseKind.Objection, await host.FactAsync());
        var later = new LaterClock(TimeSpan.FromDays(12));
        var note = new WatchDeadlines(host.Backbone.Services.GetRequiredService<IServiceScopeFactory>(), later, NullLogger<CreditModule>.Instance);

        Assert.True(await note.RunAsync(CancellationToken.None) >= 1);
        Assert.Equal(0, await note.RunAsync(CancellationToken.None));

        Assert.NotNull((await host.CaseAsync(id)).OverdueAt);
        Assert.Equal(1, await host.LoggedAsync("case-overdue", $"{id:D}"));
        await host.InDatabaseAsync(db => db.Cases.Where(row => row.Entity == Enterprises.Code && row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueOn, CaseHost.Today.AddDays(-30))));
        await host.First.GoAsync(CasePaths.DeskObjections + "?show=overdue");
        Assert.Contains("已超期", host.First.Page.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/{id:D}");
        Assert.Contains("超过法定期限", host.Enterprise.Page.QuerySelector("#history")!.TextContent, StringComparison.Ordinal);
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }

    /// <summary>Knows whether the server wanted it.</summary>
    private sealed class AskedFor : HttpContent
    {
        // The client sends a small body without being asked, to keep the connection.
        private const int Bytes = 1 << 20;

        public bool Asked { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Asked = true;
            return stream.WriteAsync(new byte[Bytes]).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Bytes;
            return true;
        }
    }
}
