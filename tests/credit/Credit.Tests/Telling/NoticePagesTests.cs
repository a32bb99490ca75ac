using Backbone.Credit.Cases;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Cases;
using Backbone.Credit.Tests.Reports;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Telling;

public sealed class SqliteNoticePagesTests(SqliteCaseHost host) : NoticePagesTests(host), IClassFixture<SqliteCaseHost>;

public sealed class PostgresNoticePagesTests(PostgresCaseHost host) : NoticePagesTests(host), IClassFixture<PostgresCaseHost>;

/// <summary>The organisation and the officers see who was told to stop using what, who said that they have and who is late; and have sent again what was not delivered.</summary>
public abstract class NoticePagesTests(CaseHost host)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pages_of_a_repair_say_who_was_told_who_acknowledged_and_who_is_late()
    {
        var fact = await host.FactAsync();
        using var program = await ProgramAsync();
        await ReportHost.GetAsync(program, $"/credit/v1/entities/{Enterprises.Code}/report{ReportHost.Query()}");
        var id = await host.FileAsync(CaseKind.Repair, fact, "罚款已缴清，问题已整改。", CaseHost.Materials());
        await CaseHost.StepAsync(host.First, id, "accept");
        await CaseHost.StepAsync(host.First, id, "propose", "证明齐全。");
        await CaseHost.StepAsync(host.Second, id, "approve");
        await host.Enterprise.GoAsync($"{CasePaths.MyRepairs}/{id:D}");
        Assert.Null(host.Enterprise.Page.QuerySelector("#told"));

        await RunAsync();
        await host.Enterprise.GoAsync($"{CasePaths.MyRepairs}/{id:D}");
        Assert.Contains("待确认", Told(host.Enterprise), StringComparison.Ordinal);
        Assert.Contains("曾获知该信息", Told(host.Enterprise), StringComparison.Ordinal);
        Assert.Contains("演示后台程序", await TextAsync(host.Enterprise, TellingPaths.Mine), StringComparison.Ordinal);
        Assert.DoesNotContain("演示后台程序", await TextAsync(host.Other, TellingPaths.Mine), StringComparison.Ordinal);
        Assert.Contains("演示后台程序", await TextAsync(host.First, TellingPaths.DeskNotices), StringComparison.Ordinal);

        await host.InDatabaseAsync(db => db.Notices.Where(one => one.Entity == Enterprises.Code && one.Fact == fact).ExecuteUpdateAsync(set => set.SetProperty(one => one.DueOn, CaseHost.Today.AddDays(-1)), Cancelled));
        Assert.Contains("逾期未确认", await TextAsync(host.First, TellingPaths.DeskNotices + "?show=overdue"), StringComparison.Ordinal);
        Assert.Contains("逾期未确认", await TextAsync(host.Enterprise, TellingPaths.Mine), StringComparison.Ordinal);

        var notice = ReportHost.Json((await ReportHost.GetAsync(program, ServeNotices.Path)).Body).GetProperty("notices").EnumerateArray()
            .Single(one => one.GetProperty("message").GetString()!.Contains($"{fact:D}", StringComparison.Ordinal)).GetProperty("id").GetGuid();
        using var answer = await program.PostAsync(new Uri(ServeNotices.AddressOf(Enterprises.Code, notice) + "/acknowledge", UriKind.Relative), null, Cancelled);
        answer.EnsureSuccessStatusCode();
        await host.Second.GoAsync($"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}");
        Assert.Contains("已确认停用", Told(host.Second), StringComparison.Ordinal);
        Assert.DoesNotContain("逾期未确认", await TextAsync(host.First, TellingPaths.DeskNotices + "?show=overdue"), StringComparison.Ordinal);
        Assert.Contains("已确认停用", await TextAsync(host.Enterprise, TellingPaths.Mine), StringComparison.Ordinal);
    }

    /// <summary>An objection that is upheld ends the fact as well as a repair does.</summary>
    [Fact]
    public async Task Who_was_told_what_an_upheld_objection_took_away_is_told_to_stop()
    {
        var fact = await host.FactAsync();
        using var program = await ProgramAsync();
        await ReportHost.GetAsync(program, $"/credit/v1/entities/{Enterprises.Code}/report{ReportHost.Query()}");
        var id = await host.FileAsync(CaseKind.Objection, fact);
        await RunAsync();
        Assert.DoesNotContain(await MessagesAsync(program), one => one.Contains($"{fact:D}", StringComparison.Ordinal));
        await CaseHost.StepAsync(host.First, id, "propose", "处罚已撤销。", new Dictionary<string, string> { ["remedy"] = "withdrawal" });
        await CaseHost.StepAsync(host.Second, id, "approve");
        await RunAsync();

        Assert.Contains("\"what\":\"withdrawn\"", (await MessagesAsync(program)).Single(one => one.Contains($"{fact:D}", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_officer_sees_what_was_given_up_without_the_passwords_in_addresses_and_has_it_sent_again_on_record()
    {
        using var program = await ProgramAsync();
        await TellingHost.SecretAsync(program);
        var subscription = MessageFlow.Row(Enterprises.Code, "https://receiver.invalid/hooks/geheim?token=geheim");
        await host.InDatabaseAsync(async db =>
        {
            db.Subscriptions.Add(subscription);
            var delivery = TellSubscribers.DeliveryOf(subscription, Guid.CreateVersion7(), Message.FactsChanged, [1], TimeProvider.System.GetUtcNow());
            (delivery.State, delivery.Failure, delivery.DoneAt, delivery.Attempts) = (DeliveryState.Parked, "status 503", delivery.At, 20);
            db.Deliveries.Add(delivery);
            await db.SaveChangesAsync(Cancelled);
        });

        Assert.Contains("演示后台程序", await TextAsync(host.First, TellingPaths.DeskPrograms), StringComparison.Ordinal);
        var page = await TextAsync(host.First, TellingPaths.DeskOf("machine"));
        Assert.Contains("对方答复 503", page, StringComparison.Ordinal);
        Assert.Contains("https://receiver.invalid", page, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", host.First.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        await host.First.GoAsync(TellingPaths.DeskOf("machine") + "?show=subscriptions");
        Assert.DoesNotContain("geheim", host.First.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);

        await host.First.GoAsync(TellingPaths.DeskOf("machine"));
        await host.First.SubmitAsync(form: "/send-again");
        Assert.Contains("条消息将重新发送", host.First.Page.Body!.TextContent, StringComparison.Ordinal);
        await host.InDatabaseAsync(async db => Assert.Equal(
            DeliveryState.Waiting, (await db.Deliveries.AsNoTracking().SingleAsync(one => one.Entity == Enterprises.Code && one.Subscription == subscription.Id && one.Attempts >= 20, Cancelled)).State));
        Assert.Equal(1, await host.Backbone.LoggedAsync("webhook-send-again", "\"console\""));
    }

    private static string Told(ScriptlessBrowser browser) => browser.Page.QuerySelector("#told")!.TextContent;

    private static async Task<string> TextAsync(ScriptlessBrowser browser, string address)
    {
        await browser.GoAsync(address);
        return browser.Page.Body!.TextContent;
    }

    private static async Task<List<string>> MessagesAsync(HttpClient program) =>
        [.. ReportHost.Json((await ReportHost.GetAsync(program, ServeNotices.Path)).Body).GetProperty("notices").EnumerateArray().Select(one => one.GetProperty("message").GetString()!)];

    private Task<HttpClient> ProgramAsync() => host.Backbone.NewProgramAsync("machine", "credit.read", "urn:backbone:api:credit");

    private Task RunAsync() => host.Backbone.Services.GetServices<IHostedService>().OfType<NoticeRecipients>().Single().RunAsync(TimeSpan.Zero, Cancelled);
}
