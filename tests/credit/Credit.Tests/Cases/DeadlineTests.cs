using System.Net;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Storage;
using Backbone.Credit.Supervision;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Credit.Tests.Cases;

public sealed class DeadlineTests(SqliteCaseHost host) : DeadlineContract(host), IClassFixture<SqliteCaseHost>;

public sealed class PostgresDeadlineTests(PostgresCaseHost host) : DeadlineContract(host), IClassFixture<PostgresCaseHost>;

/// <summary>Reminders, escalation and the supervisor, at the pages as people use them.</summary>
public abstract class DeadlineContract(CaseHost host)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private WorkingDays Days => host.Backbone.Services.GetRequiredService<Duties>().WorkingDays;

    [Fact]
    public async Task Officers_are_reminded_before_the_last_day_and_the_supervisor_is_told_after_it_once_by_however_many_hosts()
    {
        var id = await host.FileAsync(CaseKind.Objection, await host.FactAsync());
        var due = (await host.CaseAsync(id)).DueOn;
        var near = Enumerable.Range(1, 20).Select(days => due.AddDays(-days)).First(day => Days.Left(day, due) == 1);

        // 1. Two working days before its end nothing, one before it a reminder.
        await LookAsync(near.AddDays(-1));
        Assert.Equal(Days.Left(near.AddDays(-1), due) > 1, (await host.CaseAsync(id)).RemindedAt is null);
        await LookAsync(near);
        await LookAsync(due);
        Assert.Equal((1, 0, 0), await ToldAsync(id));
        await host.First.GoAsync(CasePaths.DeskObjections + "?show=reminded");
        Assert.Contains("已提醒", RowOf(host.First), StringComparison.Ordinal);

        // 2. The day after its end.
        await LookAsync(due.AddDays(1));
        await LookAsync(due.AddDays(9));
        Assert.Equal((1, 1, 1), await ToldAsync(id));
        await host.First.GoAsync(CasePaths.DeskObjections + "?show=escalated");
        Assert.Contains("超期，已上报督办", RowOf(host.First), StringComparison.Ordinal);

        // 3. The organisation reads that the supervisor was told, and nothing of reminders.
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/{id:D}");
        Assert.Contains("已报请上级督办", host.Enterprise.Page.QuerySelector("#state")!.TextContent, StringComparison.Ordinal);
        var history = host.Enterprise.Page.QuerySelector("#history")!.TextContent;
        Assert.Contains("已上报督办", history, StringComparison.Ordinal);
        Assert.DoesNotContain("已提醒", history, StringComparison.Ordinal);

        // 4. Another duty, another time: seven days from receipt.
        await CaseHost.StepAsync(host.First, id, "refer", "请原处罚机关核查。");
        var row = await host.CaseAsync(id);
        Assert.Equal((null, null, null), (row.RemindedAt, row.OverdueAt, row.EscalatedAt));
        await LookAsync(row.DueOn.AddDays(1));
        Assert.Equal((1, 2, 2), await ToldAsync(id));

        // 5. Decided: nothing more.
        await CaseHost.StepAsync(host.First, id, "reject", "处罚决定仍然有效。");
        await LookAsync(row.DueOn.AddDays(30));
        Assert.Equal((1, 2, 2), await ToldAsync(id));
    }

    [Fact]
    public async Task The_supervisor_puts_an_officer_in_charge_and_gives_instructions_and_decides_nothing()
    {
        await host.First.GoAsync(CasePaths.DeskObjections);
        await host.Second.GoAsync(CasePaths.DeskObjections);
        var id = await host.FileAsync(CaseKind.Objection, await host.FactAsync());
        var address = $"{ListEscalated.Path}/{Enterprises.Code}/{id:D}";
        using var supervisor = new ScriptlessBrowser(host.Backbone.Address);
        await supervisor.SignInAsync(host.Backbone.Address, host.Backbone.Account("supervisor-1"));
        await supervisor.GoAsync("/console");
        Assert.Contains(ListEscalated.Path, supervisor.Page.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")));

        // 1. What is not overdue is not theirs; what is theirs is not the officers', and the other way round.
        await supervisor.GoAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, supervisor.Status);
        await LookAsync((await host.CaseAsync(id)).DueOn.AddDays(1));
        await host.First.GoAsync(address);
        Assert.Equal(HttpStatusCode.Forbidden, host.First.Status);
        await supervisor.GoAsync($"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}");
        Assert.Equal(HttpStatusCode.Forbidden, supervisor.Status);

        // 2. What is wrong comes back and changes nothing.
        await supervisor.GoAsync(ListEscalated.Path);
        await supervisor.GoAsync(supervisor.Page.QuerySelector($"tbody a[href='{address}']")!.GetAttribute("href")!);
        await supervisor.SubmitAsync(new Dictionary<string, string> { ["remark"] = "" }, "instruct");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, supervisor.Status);
        await supervisor.SubmitAsync(new Dictionary<string, string> { ["remark"] = "请联系 379999198506180037" }, "instruct");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, supervisor.Status);
        await supervisor.SubmitAsync(new Dictionary<string, string> { ["remark"] = "" }, "assign");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, supervisor.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await CaseHost.PostAsync(
            supervisor, address, ("act", "assign"), ("officer", $"{Guid.Empty:D}"), ("seen", "0")));
        Assert.Equal(HttpStatusCode.BadRequest, await CaseHost.PostAsync(supervisor, address, ("act", "reject"), ("remark", "x"), ("seen", "0")));
        Assert.Equal(0, await host.LoggedAsync("case-instruct", $"{id:D}") + await host.LoggedAsync("case-assign", $"{id:D}"));

        // 3. An officer in charge and an instruction; each an event, and seen at the desk and not by the organisation.
        await supervisor.GoAsync(address);
        var officer = supervisor.Page.QuerySelectorAll("#officer option").Single(option => option.TextContent == "孙信用").GetAttribute("value")!;
        await supervisor.SubmitAsync(new Dictionary<string, string> { ["officer"] = officer, ["remark"] = "请今天办结。" }, "assign");
        Assert.Contains("经办人员：孙信用", supervisor.Page.QuerySelector("#state")!.TextContent, StringComparison.Ordinal);
        await supervisor.SubmitAsync(new Dictionary<string, string> { ["remark"] = "先电话核实。" }, "instruct");
        Assert.Equal((Guid.ParseExact(officer, "D"), 1), ((await host.CaseAsync(id)).AssignedTo, await host.LoggedAsync("case-assign", officer)));
        Assert.Equal(1, await host.LoggedAsync("case-instruct", $"{id:D}"));
        await host.Second.GoAsync(CasePaths.DeskObjections + "?show=mine");
        Assert.Contains("指派给你", RowOf(host.Second), StringComparison.Ordinal);
        await host.First.GoAsync(CasePaths.DeskObjections + "?show=mine");
        Assert.DoesNotContain(Enterprises.Code, host.First.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await host.First.GoAsync($"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}");
        Assert.Contains("已指派给同事", host.First.Page.QuerySelector("#state")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("先电话核实。", host.First.Page.QuerySelector("#history")!.TextContent, StringComparison.Ordinal);
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/{id:D}");
        Assert.DoesNotContain("核实", host.Enterprise.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // 4. A page older than the last step, and a case that is decided: nothing.
        Assert.Equal(HttpStatusCode.SeeOther, await CaseHost.PostAsync(supervisor, address, ("act", "instruct"), ("remark", "旧页面"), ("seen", "0")));
        await CaseHost.StepAsync(host.First, id, "reject", "处罚决定仍然有效。");
        var version = (await host.CaseAsync(id)).Version;
        Assert.Equal(HttpStatusCode.SeeOther, await CaseHost.PostAsync(supervisor, address, ("act", "instruct"), ("remark", "已办结"), ("seen", $"{version}")));
        Assert.Equal(1, await host.LoggedAsync("case-instruct", $"{id:D}"));
        await supervisor.GoAsync(ListEscalated.Path);
        Assert.DoesNotContain($"{id:D}", supervisor.Page.QuerySelector("main")!.InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_to_decide_about_a_repair_is_lengthened_once_with_reasons_while_it_runs_and_the_organisation_reads_it()
    {
        var id = await host.FileAsync(CaseKind.Repair, await host.FactAsync(), files: CaseHost.Materials());
        var address = $"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}";
        await host.First.GoAsync(address);
        Assert.Null(host.First.Page.QuerySelector("#extend"));
        await ExtendAsync("5", "情况复杂。", "?done=changed");
        await CaseHost.StepAsync(host.First, id, "accept");
        var due = (await host.CaseAsync(id)).DueOn;

        // 1. Without reasons, with a person's number, by too much or by nothing: it comes back.
        foreach (var (days, reason) in new[] { ("5", ""), ("5", "379999198506180037"), ("11", "情况复杂。"), ("0", "情况复杂。"), ("-3", "情况复杂。"), ("x", "情况复杂。"), ("", "情况复杂。") })
        {
            await host.First.GoAsync(address);
            await host.First.SubmitAsync(new Dictionary<string, string> { ["days"] = days, ["extend-reason"] = reason }, "extend");
            Assert.True(host.First.Status == HttpStatusCode.UnprocessableEntity, $"{days} {reason}: {host.First.Status}");
        }

        Assert.Equal((due, 0), ((await host.CaseAsync(id)).DueOn, await host.LoggedAsync("case-extend", $"{id:D}")));

        // 2. Others than officers do not.
        using var clerk = new ScriptlessBrowser(host.Backbone.Address);
        await clerk.SignInAsync(host.Backbone.Address, host.Backbone.Account("clerk-1"));
        await clerk.GoAsync("/console");
        Assert.Equal(HttpStatusCode.Forbidden, await CaseHost.PostAsync(clerk, address, ("act", "extend"), ("days", "5"), ("extend-reason", "理由"), ("seen", "1")));

        // 3. What is over is not lengthened; the try is an event.
        await host.InDatabaseAsync(db => SetDueAsync(db, id, CaseHost.Today.AddDays(-1)));
        await ExtendAsync("5", "情况复杂。", "?done=not-extended");
        Assert.Equal(1, await host.LoggedAsync("too_late", $"{id:D}"));
        await host.InDatabaseAsync(db => SetDueAsync(db, id, due));

        // 4. Lengthened, and the reminder of the former last day is forgotten.
        await LookAsync(due);
        await ExtendAsync("5", "请原处罚机关补充材料。", "?done=extend");
        var row = await host.CaseAsync(id);
        Assert.Equal((Days.After(due, 5).Day, (short)5, null), (row.DueOn, row.Extension, row.RemindedAt));
        Assert.Equal(1, await host.LoggedAsync("case-extend", "\"success\""));
        await host.Enterprise.GoAsync($"{CasePaths.MyRepairs}/{id:D}");
        Assert.Contains($"{row.DueOn:yyyy-MM-dd}", host.Enterprise.Page.QuerySelector("#state")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("请原处罚机关补充材料。", host.Enterprise.Page.QuerySelector("#history")!.TextContent, StringComparison.Ordinal);

        // 5. Never again; and of the new last day all is told as of any.
        Assert.Null(host.First.Page.QuerySelector("#extend"));
        await ExtendAsync("1", "仍然复杂。", "?done=not-extended");
        Assert.Equal((row.DueOn, 1), ((await host.CaseAsync(id)).DueOn, await host.LoggedAsync("extended_before", $"{id:D}")));
        await LookAsync(row.DueOn);
        await LookAsync(row.DueOn.AddDays(1));
        Assert.Equal((2, 1, 1), await ToldAsync(id));

        async Task ExtendAsync(string days, string reason, string done)
        {
            await host.First.GoAsync(address);
            var seen = (await host.CaseAsync(id)).Version;
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = host.First.Cookies, UseProxy = false });
            using var form = new FormUrlEncodedContent(
            [
                new("_token", host.First.Page.QuerySelector("input[name=_token]")!.GetAttribute("value")!), new("act", "extend"), new("days", days),
                new("extend-reason", reason), new("seen", $"{seen}"),
            ]);
            using var answer = await client.PostAsync(new Uri(host.First.Address, address), form, Cancelled);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.EndsWith(done, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
            await host.First.GoAsync(address);
        }
    }

    private static Task SetDueAsync(CreditDb db, Guid id, DateOnly day) =>
        db.Cases.Where(row => row.Entity == Enterprises.Code && row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueOn, day), Cancelled);

    /// <summary>Several hosts at once on a day; each looks again afterwards, as it does every quarter of an hour.</summary>
    private async Task LookAsync(DateOnly day)
    {
        var clock = new DayClock(day);
        var hosts = Enumerable.Range(0, 4).Select(_ =>
            new WatchDeadlines(host.Backbone.Services.GetRequiredService<IServiceScopeFactory>(), clock, NullLogger<CreditModule>.Instance)).ToList();
        await Task.WhenAll(hosts.Select(one => Task.Run(() => one.RunAsync(Cancelled))));
        foreach (var one in hosts)
        {
            await one.RunAsync(Cancelled);
            one.Dispose();
        }
    }

    private async Task<(int Reminders, int Overdues, int Escalations)> ToldAsync(Guid id)
    {
        var counts = (await host.LoggedAsync("case-remind", $"{id:D}"), await host.LoggedAsync("case-overdue", $"{id:D}"), await host.LoggedAsync("case-escalate", $"{id:D}"));
        await host.InDatabaseAsync(async db => Assert.Equal(
            counts.Item1 + counts.Item2 + counts.Item3, await db.CaseSteps.CountAsync(step => step.Entity == Enterprises.Code && step.Case == id && step.By == null, Cancelled)));
        return counts;
    }

    private static string RowOf(ScriptlessBrowser browser) =>
        browser.Page.QuerySelectorAll("tbody tr").First(row => row.TextContent.Contains(Enterprises.Code, StringComparison.Ordinal)).TextContent;

    private sealed class DayClock(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, new(4, 0), TimeSpan.Zero);
    }
}
