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
        foreach (var address in new[] { "/console/audit", "/console/audit/0" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(address, role: null)).Response.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync(address, role: "operator")).Response.StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(address)).Response.StatusCode);
        }
    }

    [Fact]
    public async Task The_newest_events_come_first_a_page_at_a_time_and_every_event_is_on_exactly_one_page()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 120; i++)
        {
            await host.Log.AppendAsync(TemporaryLog.SignIn());
        }

        var seen = new List<int>();
        for (var next = "/console/audit?action=sign-in"; next is not null;)
        {
            var (_, page) = await host.GetAsync(next);
            seen.AddRange(page.QuerySelectorAll("tbody tr td:first-child").Select(cell => int.Parse(cell.TextContent, null)));
            next = page.QuerySelectorAll(".pager a").FirstOrDefault(link => link.TextContent.Contains("更早", StringComparison.Ordinal))?.GetAttribute("href");
        }

        Assert.Equal(Enumerable.Range(0, 120).Reverse(), seen);
    }

    [Fact]
    public async Task Each_filter_finds_its_events_and_only_those()
    {
        await using var host = await ConsoleHost.StartAsync();
        var person = SubjectId.New(TimeProvider.System);
        var wanted = TemporaryLog.SignIn() with
        {
            Action = "token-issue",
            Outcome = AuditOutcome.Failure,
            Subject = person,
            ClientId = "ai-shandong",
            Reason = "invalid_grant",
            Timestamp = new DateTimeOffset(2026, 11, 23, 6, 5, 30, TimeSpan.Zero),
        };
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Timestamp = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero) });
        await host.Log.AppendAsync(wanted);
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Timestamp = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero), Target = person });
        Assert.Equal(["1"], await FoundAsync(host, "action=token-issue"));
        Assert.Equal(["1"], await FoundAsync(host, "outcome=failure"));
        Assert.Equal(["2", "1"], await FoundAsync(host, $"user={person}"));
        Assert.Equal(["1"], await FoundAsync(host, "client=ai-shandong"));
        Assert.Equal(["1"], await FoundAsync(host, "text=INVALID_grant"));
        Assert.Equal(["1"], await FoundAsync(host, "from=2026-11-23T14:05&to=2026-11-23T14:05"));
        Assert.Equal(["1"], await FoundAsync(host, "before=2&from=2026-11-23T00:00&text=token"));
        Assert.Empty(await FoundAsync(host, "action=token-issue&outcome=success"));
    }

    [Theory]
    [InlineData("action", "Sign In")]
    [InlineData("outcome", "maybe")]
    [InlineData("user", "42")]
    [InlineData("from", "yesterday")]
    [InlineData("to", "2026-13-01T00:00")]
    [InlineData("before", "-1")]
    public async Task A_bad_value_is_refused_by_name_and_kept_in_the_form(string name, string value)
    {
        await using var host = await ConsoleHost.StartAsync();
        var (response, page) = await host.GetAsync($"/console/audit?{name}={Uri.EscapeDataString(value)}", language: "en");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(value, page.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Equal(0, host.Log.Records.EndIndex);
        if (name is not ("before" or "outcome"))
        {
            Assert.Equal(value, page.QuerySelector($"input[name={name}]")!.GetAttribute("value"));
            Assert.Equal("true", page.QuerySelector($"input[name={name}]")!.GetAttribute("aria-invalid"));
        }
    }

    [Fact]
    public async Task Each_search_and_view_is_an_event_that_says_who_and_what_but_not_the_text_looked_for()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        await host.GetAsync("/console/audit?action=sign-in&text=张三");
        await host.GetAsync("/console/audit/0");
        var events = host.Log.Records.Read(1, 10).Select(record => AuditEventJson.Decode(record.Payload)).ToList();
        Assert.Equal(["audit-search", "audit-view"], events.Select(e => e.Action));
        Assert.All(events, e => Assert.Equal(ConsoleHost.Staff, e.Subject!.Value.Value));
        Assert.Equal("action:sign-in text:(2 characters)", events[0].Details["resource.query"]);
        Assert.Equal("0", events[1].Details["resource.id"]);
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
        Assert.DoesNotContain(page.QuerySelectorAll("script"), script => script.TextContent.Length > 0);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/console/audit/99")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/console/audit/x")).Response.StatusCode);
    }

    [Fact]
    public async Task A_record_this_version_cannot_interpret_is_shown_as_text()
    {
        await using var host = await ConsoleHost.StartAsync();
        var id = TemporaryLog.NewId();
        await host.Log.AppendAsync(id, TemporaryLog.Payload(id));
        Assert.Equal(["0"], await FoundAsync(host, ""));
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

    private static async Task<string[]> FoundAsync(ConsoleHost host, string query)
    {
        var (response, page) = await host.GetAsync($"/console/audit?{query}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. page.QuerySelectorAll("tbody tr").Select(row => row.Children[0].TextContent).Where(index => int.Parse(index, null) < 3)];
    }
}
