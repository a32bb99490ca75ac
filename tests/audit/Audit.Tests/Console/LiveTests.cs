using System.Net;
using AngleSharp.Html.Dom;
using Backbone.Audit.Contracts;
using Backbone.Platform;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Console;

public sealed class LiveTests
{
    [Fact]
    public async Task What_comes_in_is_shown_once_and_each_showing_is_an_event_that_is_not_shown()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        var (opened, page) = await host.GetAsync("/console/audit/live");
        var part = page.QuerySelector("[data-bb-live]")!;
        Assert.Equal((HttpStatusCode.OK, "1"), (opened.StatusCode, part.GetAttribute("data-since")));
        Assert.Single(page.QuerySelectorAll("tbody tr"));

        // Index 1 is the opening itself.
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        var (first, rows) = await host.GetAsync("/console/audit/live/rows?since=1");
        Assert.Equal("4", first.Headers.GetValues("Audit-Next").Single());
        Assert.Equal(["3", "2"], Indexes(rows));

        // Index 4 is the showing of the two.
        var waits = host.GetAsync("/console/audit/live/rows?since=4");
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        Assert.Equal(["5"], Indexes((await waits).Page));
        var showings = Events(host).Where(e => e.Action == "audit-follow").ToList();
        Assert.Equal(["2:4:2", "5:6:1"], showings.Skip(1).Select(e => $"{e.Details["resource.from"]}:{e.Details["resource.to"]}:{e.Details["resource.count"]}"));
    }

    [Fact]
    public async Task Of_more_than_fit_at_once_the_newest_are_shown_and_the_rest_is_counted()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 131; i++)
        {
            await host.Log.AppendAsync(TemporaryLog.SignIn());
        }

        var (answer, rows) = await host.GetAsync("/console/audit/live/rows?since=1");

        Assert.Equal("30", answer.Headers.GetValues("Audit-Left-Out").Single());
        Assert.Equal("131", answer.Headers.GetValues("Audit-Next").Single());
        Assert.Equal(Enumerable.Range(31, 100).Reverse().Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), Indexes(rows));
    }

    [Fact]
    public async Task What_the_page_asks_by_itself_is_marked_so_and_the_page_is_not()
    {
        await using var host = await ConsoleHost.StartAsync();
        var endpoints = host.Services.GetRequiredService<EndpointDataSource>().Endpoints;

        Assert.NotNull(Named("audit.console.live.rows").Metadata.GetMetadata<AsksByItself>());
        Assert.Null(Named("audit.console.live").Metadata.GetMetadata<AsksByItself>());

        Endpoint Named(string name) => endpoints.Single(one => one.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == name);
    }

    [Fact]
    public async Task Only_what_matches_is_shown_and_who_is_who_stays_covered()
    {
        await using var host = await ConsoleHost.StartAsync();
        var person = SubjectId.New(TimeProvider.System);
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = person });
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = person, Action = "sign-out" });

        var (_, rows) = await host.GetAsync("/console/audit/live/rows?q=event.action:sign-out&columns=event.action,user.id&since=0");

        Assert.Equal(["1"], Indexes(rows));
        Assert.DoesNotContain(person.ToString(), rows.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_about_a_person_wants_a_purpose_and_ends_with_it()
    {
        await using var host = await ConsoleHost.StartAsync();
        var address = $"?q=user.id:{SubjectId.New(TimeProvider.System)}";
        Assert.StartsWith("/console/audit/purpose", (await host.GetAsync("/console/audit/live" + address)).Response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync("/console/audit/live/rows" + address + "&since=0")).Response.StatusCode);
        Assert.DoesNotContain(Events(host), e => e.Action == "audit-follow");
    }

    [Theory]
    [InlineData("/console/audit/live/rows?since=-1", HttpStatusCode.BadRequest)]
    [InlineData("/console/audit/live/rows", HttpStatusCode.BadRequest)]
    [InlineData("/console/audit/live/rows?q=(&since=0", HttpStatusCode.BadRequest)]
    [InlineData("/console/audit/live?q=(", HttpStatusCode.Found)]
    public async Task What_is_wrong_is_refused_or_led_to_where_it_is_explained(string address, HttpStatusCode answer)
    {
        await using var host = await ConsoleHost.StartAsync();
        Assert.Equal(answer, (await host.GetAsync(address)).Response.StatusCode);
    }

    private static IEnumerable<AuditEvent> Events(ConsoleHost host) =>
        host.Log.Records.Read(0, 100).Select(record => AuditEventJson.Decode(record.Payload));

    private static IEnumerable<string> Indexes(IHtmlDocument page) =>
        page.QuerySelectorAll("a").Where(link => link.GetAttribute("href")!.StartsWith("/console/audit/", StringComparison.Ordinal)).Select(link => link.TextContent);
}
