using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.State;
using Backbone.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Disclosure;

/// <summary>The page "who looked at my data" as the person reads it.</summary>
public sealed class WhoLookedPageTests
{
    private const string Person = "person";

    private readonly SubjectId person = SubjectId.New(TimeProvider.System);

    [Fact]
    public async Task A_person_reads_when_which_office_system_and_what_for_and_only_of_themselves()
    {
        await using var host = await HostAsync();
        await host.Log.AppendAsync(View("court"));
        await host.Log.AppendAsync(View("request") with { Target = SubjectId.New(TimeProvider.System) });
        var (response, page) = await host.GetAsync("/usage", Person);
        Assert.Equal((HttpStatusCode.OK, true), (response.StatusCode, response.Headers.CacheControl?.NoStore));
        var entry = Assert.Single(Entries(page));
        Assert.Contains("本系统运营单位", entry.TextContent, StringComparison.Ordinal);
        Assert.Contains("工作人员查看了与你有关的记录", entry.TextContent, StringComparison.Ordinal);
        Assert.Contains("目的：司法机关依法调取", entry.TextContent, StringComparison.Ordinal);
        Assert.Contains("系统：审计日志", entry.TextContent, StringComparison.Ordinal);
        Assert.NotNull(entry.QuerySelector("time[datetime]"));
        Assert.DoesNotContain("CASE-77", page.Body!.TextContent, StringComparison.Ordinal);
        var english = (await host.GetAsync("/usage", Person, "en")).Page;
        Assert.Contains("Purpose: Lawful demand of a court or prosecutor", Assert.Single(Entries(english)).TextContent, StringComparison.Ordinal);
        Assert.Contains("Looked at in the last 12 months: 1.", english.QuerySelector("figcaption")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_at_ones_own_entries_is_an_event_and_adds_none()
    {
        await using var host = await HostAsync();
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal("这里还没有记录", (await host.GetAsync("/usage", Person)).Page.QuerySelector(".empty h2")!.TextContent);
        }

        var shown = EventRow.Of(host.Log.Records.Read(0, 1).Single()).Event!;
        Assert.Equal(("usage-find", "who-looked", person, person), (shown.Action, shown.ClientId, shown.Subject, shown.Target));
        Assert.Equal(2, host.Log.Records.EndIndex);
    }

    [Fact]
    public async Task Twenty_five_are_on_a_page_and_the_next_has_the_rest()
    {
        await using var host = await HostAsync();
        for (var time = 0; time < 26; time++)
        {
            await host.Log.AppendAsync(View("request"));
        }

        var first = (await host.GetAsync("/usage", Person)).Page;
        Assert.Equal(25, Entries(first).Count());
        Assert.Contains("第 1～25 条，共 26 条", first.QuerySelector(".pager")!.TextContent, StringComparison.Ordinal);
        var next = first.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        var second = (await host.GetAsync(next, Person)).Page;
        Assert.Single(Entries(second));
        Assert.Null(second.QuerySelector("a[rel=next]"));
        Assert.Equal("/usage", second.QuerySelector("a[rel=prev]")!.GetAttribute("href"));
        Assert.Equal("这一页没有记录", (await host.GetAsync("/usage?page=3", Person)).Page.QuerySelector(".empty h2")!.TextContent);
    }

    [Fact]
    public async Task What_is_held_back_is_neither_in_the_list_nor_in_the_picture()
    {
        await using var host = await HostAsync();
        var held = View("investigation");
        await host.Log.AppendAsync(held);
        await host.Log.AppendAsync(View("request"));
        using (var scope = host.Services.CreateScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
            db.HeldDisclosures.Add(new HeldDisclosure
            {
                Id = Guid.CreateVersion7(),
                EventId = held.Id.Value,
                Until = held.Timestamp.AddDays(1),
                LegalBasis = "刑事诉讼法第一百五十二条",
                RequestedBy = Guid.CreateVersion7(),
                ApprovedBy = Guid.CreateVersion7(),
                RequestedAt = held.Timestamp,
            });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var page = (await host.GetAsync("/usage", Person)).Page;
        Assert.Single(Entries(page));
        Assert.Equal("最近 12 个月共 1 次。", page.QuerySelector("figcaption")!.TextContent.Trim());
        Assert.Equal(["1", .. Enumerable.Repeat("0", 11)], page.QuerySelectorAll("figure tbody td.num").Select(cell => cell.TextContent));
    }

    [Fact]
    public async Task No_parameter_shows_anothers_entries()
    {
        await using var host = await HostAsync();
        await host.Log.AppendAsync(View("court"));
        host.As = Guid.CreateVersion7();
        foreach (var name in (string[])["userCode", "subject", "sub", "subject.id", "user.id", "user.target.id", "q"])
        {
            var (response, page) = await host.GetAsync($"/usage?{name}={person}", Person);
            Assert.Equal((HttpStatusCode.OK, 0), (response.StatusCode, Entries(page).Count()));
            var shown = EventRow.Of(host.Log.Records.Read(host.Log.Records.EndIndex - 1, 1).Single()).Event!;
            Assert.Equal((host.As, host.As), (shown.Subject!.Value.Value, shown.Target!.Value.Value));
        }
    }

    [Fact]
    public async Task An_administrator_is_told_of_those_who_looked_at_their_own_data_and_no_more()
    {
        await using var host = await HostAsync();
        await host.Log.AppendAsync(View("court"));
        host.As = ConsoleHost.Staff;
        Assert.Empty(Entries((await host.GetAsync("/usage", "audit-administrator")).Page));
        await host.Log.AppendAsync(View("request") with { Target = new SubjectId(ConsoleHost.Staff) });
        Assert.Contains("处理当事人的申请或投诉", Assert.Single(Entries((await host.GetAsync("/usage", "audit-administrator")).Page)).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_period_is_of_whole_days_in_China_and_stays_while_paging()
    {
        await using var host = await HostAsync();
        DateTimeOffset[] times = [At(1, 23, 59), At(2, 0, 0), .. Enumerable.Repeat(At(2, 12, 0), 24), At(3, 23, 59), At(4, 0, 0)];
        foreach (var time in times)
        {
            await host.Log.AppendAsync(View("request") with { Timestamp = time });
        }

        var first = (await host.GetAsync("/usage?from=2026-11-02&to=2026-11-03", Person)).Page;
        Assert.Contains("第 1～25 条，共 26 条", first.QuerySelector(".pager")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["2026-11-02", "2026-11-03"], first.QuerySelectorAll("input[type=date]").Select(field => field.GetAttribute("value")));
        var second = (await host.GetAsync(first.QuerySelector("a[rel=next]")!.GetAttribute("href")!, Person)).Page;
        Assert.Equal(At(2, 0, 0), DateTimeOffset.Parse(Assert.Single(Entries(second)).QuerySelector("time")!.GetAttribute("datetime")!, null));
        Assert.Equal(["从 2026-11-02 起", "到 2026-11-03 止"], first.QuerySelectorAll(".chip .icon").Select(icon => icon.ParentElement!.TextContent.Trim()));
        var open = (await host.GetAsync("/usage?from=2026-11-04", Person)).Page;
        Assert.Single(Entries(open));
        var none = (await host.GetAsync("/usage?to=2026-10-31", Person)).Page;
        Assert.Equal("这段时间没有记录", none.QuerySelector(".empty h2")!.TextContent);
        Assert.Contains(none.QuerySelectorAll(".empty a"), link => link.GetAttribute("href") == "/usage");

        static DateTimeOffset At(int day, int hour, int minute) => new(2026, 11, day, hour, minute, 0, TimeSpan.FromHours(8));
    }

    [Fact]
    public async Task A_day_that_is_none_is_said_at_its_field_and_nothing_is_read()
    {
        await using var host = await HostAsync();
        await host.Log.AppendAsync(View("request"));
        (string Query, string Field)[] wrong =
        [
            ("from=2026-13-01", "from"), ("to=yesterday", "to"), ("from=2026-11-01&from=2026-11-02", "from"), ("from=0001-01-01", "from"),
            ("to=9999-12-31", "to"), ("from=2026-11-02&to=2026-11-01", "to"),
        ];
        foreach (var (query, field) in wrong)
        {
            var (response, page) = await host.GetAsync("/usage?" + query, Person);
            Assert.Equal((HttpStatusCode.BadRequest, 0, 1L), (response.StatusCode, Entries(page).Count(), host.Log.Records.EndIndex));
            Assert.NotNull(page.GetElementById(field + "-error"));
            Assert.Contains(page.QuerySelectorAll(".errors a"), link => link.GetAttribute("href") == "#" + field);
        }
    }

    [Fact]
    public async Task A_page_that_cannot_be_is_said_and_leads_back()
    {
        await using var host = await HostAsync();
        foreach (var number in (string[])["0", "4001", "x", "1&page=2"])
        {
            var (response, page) = await host.GetAsync("/usage?page=" + number, Person);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(page.QuerySelectorAll("main a"), link => link.GetAttribute("href") == "/usage");
        }

        Assert.Equal(0, host.Log.Records.EndIndex);
    }

    [Fact]
    public async Task Without_its_index_the_page_says_that_nothing_is_lost()
    {
        await using var host = await HostAsync();
        host.Services.GetRequiredService<LogScan>().Away = true;
        var (response, page) = await host.GetAsync("/usage", Person);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("记录没有丢", page.Body!.TextContent, StringComparison.Ordinal);
    }

    private static IEnumerable<IElement> Entries(IHtmlDocument page) => page.QuerySelectorAll("ol.line > li");

    private async Task<ConsoleHost> HostAsync()
    {
        var host = await ConsoleHost.StartAsync();
        host.As = person.Value;
        return host;
    }

    private AuditEvent View(string purpose) =>
        AuditKinds.View.Occurred(TimeProvider.System).With("purpose.code", purpose).With("purpose.reference", "CASE-77") with { Target = person };
}
