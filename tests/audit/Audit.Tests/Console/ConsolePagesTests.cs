using System.Net;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Platform;

namespace Backbone.Audit.Tests.Console;

public sealed class ConsolePagesTests
{
    [Fact]
    public async Task Only_the_audit_role_reads_the_log()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        foreach (var address in new[] { "/console/audit", "/console/audit/0", "/console/audit/purpose", "/console/audit/export?format=csv" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(address, role: null)).Response.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync(address, role: "operator")).Response.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/console/audit")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/console/audit/0")).Response.StatusCode);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task Every_event_is_on_exactly_one_page_also_while_new_ones_arrive(string sort)
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 120; i++)
        {
            await host.Log.AppendAsync(TemporaryLog.SignIn());
        }

        var seen = new List<int>();
        for (var next = $"/console/audit?q=event.action:sign-in&size=25&sort={sort}"; next is not null;)
        {
            var (_, page) = await host.GetAsync(next);
            seen.AddRange(Rows(page).Select(row => int.Parse(row, null)));
            next = page.QuerySelector(".pager a[rel=next]")?.GetAttribute("href");
            await host.Log.AppendAsync(TemporaryLog.SignIn() with { Action = "sign-out" });
        }

        var all = Enumerable.Range(0, 120);
        Assert.Equal(sort == "oldest" ? all : all.Reverse(), seen.Where(index => index < 120));
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_query_a_time_range_and_columns_give_the_events_and_the_values_asked_for()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.StatePurposeAsync();
        var person = SubjectId.New(TimeProvider.System);
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Timestamp = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero) });
        await host.Log.AppendAsync(TemporaryLog.SignIn() with
        {
            Action = "token-issue",
            Outcome = AuditOutcome.Failure,
            Subject = person,
            ClientId = "ai-shandong",
            Reason = "invalid_grant",
            Timestamp = new DateTimeOffset(2026, 11, 23, 6, 5, 30, TimeSpan.Zero),
        });
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Timestamp = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero), Target = person });

        Assert.Equal(["1"], await FoundAsync(host, "q=event.action:token-issue"));
        Assert.Equal(["2", "1"], await FoundAsync(host, $"q=user.id:{person} or user.target.id:{person}"));
        Assert.Equal(["1"], await FoundAsync(host, "q=INVALID grant"));
        Assert.Equal(["1"], await FoundAsync(host, "from=2026-11-23T14:05&to=2026-11-23T14:05"));
        Assert.Equal(["0", "1"], await FoundAsync(host, "q=event.action:*&to=2026-11-23T23:59&sort=oldest"));
        Assert.Empty(await FoundAsync(host, "q=event.action:token-issue and event.outcome:success"));
        var (_, page) = await host.GetAsync("/console/audit?q=event.action:token-issue&columns=event.reason&columns=auth.client.id");
        Assert.Equal(["1", "invalid_grant", "ai-shandong"], page.QuerySelectorAll(".found tbody td").Select(cell => cell.TextContent.Trim()));
    }

    [Fact]
    public async Task A_bar_a_facet_and_a_value_each_lead_to_the_search_that_has_only_theirs()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var hour = 0; hour < 6; hour++)
        {
            await host.Log.AppendAsync(TemporaryLog.SignIn() with
            {
                Timestamp = new DateTimeOffset(2026, 11, 23, hour, 30, 0, TimeSpan.Zero),
                Outcome = hour < 2 ? AuditOutcome.Failure : AuditOutcome.Success,
            });
        }

        var (_, page) = await host.GetAsync("/console/audit?q=event.action:sign-in&from=2026-11-23T08:00&to=2026-11-23T13:59");
        var bars = page.QuerySelectorAll(".plot nav a").ToList();
        Assert.InRange(bars.Count, 6, 24);
        Assert.Equal(6, page.QuerySelectorAll(".plot rect").Length);
        var first = bars.First(bar => bar.TextContent.Contains("1 条", StringComparison.Ordinal));
        Assert.Equal(["0"], Rows((await host.GetAsync(first.GetAttribute("href")!)).Page));

        var failures = page.QuerySelectorAll(".facets a").First(link => link.TextContent.EndsWith("failure", StringComparison.Ordinal));
        Assert.Equal(["1", "0"], Rows((await host.GetAsync(failures.GetAttribute("href")!)).Page));
        var others = page.QuerySelectorAll(".facets a.without").First(link => link.TextContent.Contains("failure", StringComparison.Ordinal));
        Assert.Equal(["5", "4", "3", "2"], Rows((await host.GetAsync(others.GetAttribute("href")!)).Page));
    }

    [Theory]
    [InlineData("event.action:\"sign", 14, "\"sign")]
    [InlineData("event.akcion:x", 1, "event.akcion")]
    [InlineData("(event.action:x", 1, "(")]
    [InlineData("event.outcome:x and", 20, "␣")]
    [InlineData("resource.count > many", 18, "many")]
    public async Task A_wrong_query_is_refused_with_the_character_where_it_is_wrong(string query, int character, string marked)
    {
        await using var host = await ConsoleHost.StartAsync();
        var (response, page) = await host.GetAsync($"/console/audit?q={Uri.EscapeDataString(query)}", language: "en");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"character {character}", page.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith(page.QuerySelector(".fault mark")!.TextContent, marked, StringComparison.Ordinal);
        Assert.Equal(query, page.QuerySelector("input[name=q]")!.GetAttribute("value"));
        Assert.Equal("true", page.QuerySelector("input[name=q]")!.GetAttribute("aria-invalid"));
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Equal(0, host.Log.Records.EndIndex);
    }

    [Theory]
    [InlineData("from", "yesterday")]
    [InlineData("to", "2026-13-01T00:00")]
    [InlineData("to", "9999-12-31T23:59")]
    [InlineData("from", "0002-01-01T00:00")]
    [InlineData("last", "1y")]
    [InlineData("sort", "sideways")]
    [InlineData("size", "1000000")]
    [InlineData("columns", "event.akcion")]
    [InlineData("after", "first")]
    public async Task A_bad_value_in_the_address_is_refused_by_name_and_value(string name, string value)
    {
        await using var host = await ConsoleHost.StartAsync();
        var (response, page) = await host.GetAsync($"/console/audit?{name}={Uri.EscapeDataString(value)}", language: "en");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(value, page.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, host.Log.Records.EndIndex);
    }

    [Fact]
    public async Task Each_search_and_view_is_an_event_that_says_who_what_and_what_for_but_not_the_words_looked_for()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.StatePurposeAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = SubjectId.New(TimeProvider.System) });
        await host.GetAsync("/console/audit?q=event.action:sign-in and 张三&last=24h");
        await host.GetAsync("/console/audit/0");
        var events = host.Log.Records.Read(1, 10).Select(record => AuditEventJson.Decode(record.Payload)).ToList();
        Assert.Equal(["audit-search", "audit-view"], events.Select(e => e.Action));
        Assert.All(events, e => Assert.Equal(ConsoleHost.Staff, e.Subject!.Value.Value));
        Assert.All(events, e => Assert.Equal(("investigation", "2026-0042"), (e.Details["purpose.code"], e.Details["purpose.reference"])));
        Assert.Equal("(event.action:\"sign-in\" and (2 characters)) last=24h", events[0].Details["resource.query"]);
        Assert.Equal("0", events[1].Details["resource.id"]);
        Assert.NotNull(events[1].Target);
        Assert.Empty(events.SelectMany(new EventCatalogue(AuditModule.EventKinds).Violations));
    }

    [Fact]
    public async Task An_event_shows_its_fields_and_the_record_and_markup_in_it_stays_text()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { ClientId = "<script>alert(1)</script>" });
        var (_, page) = await host.GetAsync("/console/audit/0");
        Assert.Equal("第 0 号记录", page.QuerySelector("h1")!.TextContent);
        Assert.Contains("<script>alert(1)</script>", page.QuerySelector("pre")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(page.QuerySelectorAll("dt"), name => name.TextContent == "auth.method");
        Assert.DoesNotContain(page.QuerySelectorAll("script"), script => script.TextContent.Length > 0);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/console/audit/99")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/console/audit/x")).Response.StatusCode);
    }

    [Fact]
    public async Task A_record_this_version_cannot_interpret_is_shown_as_text()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.StatePurposeAsync();
        var id = TemporaryLog.NewId();
        await host.Log.AppendAsync(id, TemporaryLog.Payload(id));
        Assert.Contains(id.ToString(), (await host.GetAsync("/console/audit/0")).Page.QuerySelector("pre")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_reading_cannot_be_recorded_nothing_is_shown()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        await host.Log.DisposeAsync();
        var (response, page) = await host.GetAsync("/console/audit");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Empty(page.QuerySelectorAll("td"));
    }

    [Fact]
    public async Task An_index_that_is_away_is_said_and_is_no_fault_of_the_log()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        host.Index.Away = true;
        var (response, page) = await host.GetAsync("/console/audit");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("没有丢失", page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/console/audit/0")).Response.StatusCode);
    }

    private static async Task<string[]> FoundAsync(ConsoleHost host, string query)
    {
        var (response, page) = await host.GetAsync($"/console/audit?{query}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. Rows(page).Where(index => int.Parse(index, null) < 3)];
    }

    private static IEnumerable<string> Rows(AngleSharp.Html.Dom.IHtmlDocument page) =>
        page.QuerySelectorAll(".found tbody tr").Select(row => row.Children[0].TextContent.Trim());
}
