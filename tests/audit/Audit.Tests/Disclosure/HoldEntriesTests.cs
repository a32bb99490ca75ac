using System.Net;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;
using Backbone.Audit.Disclosure;
using Backbone.Audit.Events;
using Backbone.Audit.Tests.State;
using Backbone.Platform;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Disclosure;

/// <summary>Holding back takes two administrators, a legal basis and an end, and each step is there to be read.</summary>
public sealed class HoldEntriesTests
{
    private const string Basis = "刑事诉讼法第一百五十二条";

    private static readonly Guid Other = Guid.Parse("01981234-0000-7000-8000-000000000002");

    private readonly SubjectId person = SubjectId.New(TimeProvider.System);

    [Fact]
    public async Task One_asks_another_agrees_anyone_releases_and_each_step_is_an_event_with_its_legal_basis()
    {
        await using var host = await StartAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await AskAsync(host)).StatusCode);
        Assert.Equal(1, await TotalAsync(host));

        // Who asked sees no button, and a request made by hand is refused.
        var (_, own) = await host.GetAsync(HoldEntries.Path);
        Assert.Null(own.QuerySelector("form[action$='/agree']"));
        var id = own.QuerySelector("form[action$='/release'] input[name=id]")!.GetAttribute("value")!;
        var refused = await host.PostAsync(HoldEntries.Path, HoldEntries.Path + "/release", HoldEntries.Path + "/agree", ("id", id));
        Assert.Equal((HttpStatusCode.Forbidden, 1L), (refused.StatusCode, await TotalAsync(host)));

        host.As = Other;
        Assert.Equal(HttpStatusCode.SeeOther, (await host.PostAsync(HoldEntries.Path, HoldEntries.Path + "/agree")).StatusCode);
        Assert.Equal(0, await TotalAsync(host));
        Assert.Equal(HttpStatusCode.SeeOther, (await host.PostAsync(HoldEntries.Path, HoldEntries.Path + "/release")).StatusCode);
        Assert.Equal(1, await TotalAsync(host));

        var steps = host.Log.Records.Read(1, int.MaxValue).Select(record => JsonNode.Parse(record.Payload)!).ToList();
        Assert.Equal(
            [
                ("disclosure-hold-ask", ConsoleHost.Staff, "success"), ("disclosure-hold-agree", ConsoleHost.Staff, "failure"),
                ("disclosure-hold-agree", Other, "success"), ("disclosure-hold-release", Other, "success"),
            ],
            steps.Select(leaf => ((string)leaf["event"]!["action"]!, Guid.Parse((string)leaf["user"]!["id"]!), (string)leaf["event"]!["outcome"]!)));
        Assert.All(steps, leaf => Assert.Equal(Basis, (string)leaf["purpose"]!["legal_basis"]!));
        Assert.Single(steps.Select(leaf => (string)leaf["resource"]!["id"]!).Distinct());
    }

    [Theory]
    [InlineData("number", "1", Basis, 30)]
    [InlineData("number", "99", Basis, 30)]
    [InlineData("number", "x", Basis, 30)]
    [InlineData("basis", "0", " ", 30)]
    [InlineData("basis", "0", "因张三 11010519491231002X 一案", 30)]
    [InlineData("until", "0", Basis, -2)]
    [InlineData("until", "0", Basis, 400)]
    public async Task What_is_no_entry_has_no_clause_names_a_person_or_lasts_too_long_is_refused_at_its_field(string field, string number, string basis, int days)
    {
        await using var host = await StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        var answer = await AskAsync(host, number, basis, days);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains($"id=\"{field}-error\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(2, host.Log.Records.EndIndex);
    }

    [Theory]
    [InlineData("agree", "disclosure-hold-agree", false)]
    [InlineData("agree", "disclosure-hold-agree", true)]
    [InlineData("release", "disclosure-hold-release", false)]
    [InlineData("release", "disclosure-hold-release", true)]
    public async Task A_step_taken_twice_at_once_is_taken_and_told_of_once(string step, string action, bool postgres)
    {
        var meet = new MeetBeforeSaving();
        await using var host = await StartAsync(meet.On, postgres ? await PostgresServer.CreateDatabaseAsync() : null);
        await AskAsync(host);
        host.As = Other;

        meet.Arm();
        var answers = await Task.WhenAll(StepAsync(), StepAsync());

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Equal(
            ["disclosure-hold-ask", action],
            host.Log.Records.Read(1, int.MaxValue).Select(record => (string)JsonNode.Parse(record.Payload)!["event"]!["action"]!));

        Task<HttpResponseMessage> StepAsync() => host.PostAsync(HoldEntries.Path, $"{HoldEntries.Path}/{step}");
    }

    [Fact]
    public async Task What_the_log_does_not_take_is_not_held()
    {
        await using var host = await StartAsync();
        await AskAsync(host);
        host.As = Other;
        var (_, page) = await host.GetAsync(HoldEntries.Path);
        Assert.NotNull(page.QuerySelector("form[action$='/agree']"));
        await host.Log.DisposeAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.PostAsync(HoldEntries.Path, HoldEntries.Path + "/agree")).StatusCode);
        var (_, after) = await host.GetAsync(HoldEntries.Path);
        Assert.NotNull(after.QuerySelector("form[action$='/agree']"));
    }

    private static Task<HttpResponseMessage> AskAsync(ConsoleHost host, string number = "0", string basis = Basis, int days = 30) => host.PostAsync(
        HoldEntries.Path, HoldEntries.Path, ("number", number), ("basis", basis), ("until", TimeProvider.System.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", null)));

    private static async Task<long> TotalAsync(ConsoleHost host, SubjectId subject)
    {
        using var scope = host.Services.CreateScope();
        var page = await scope.ServiceProvider.GetRequiredService<FindUsage>().RunAsync(subject.ToString(), null, null, 0, 10, TestContext.Current.CancellationToken);
        Assert.Equal(page.Total, page.Usages.Count);
        return page.Total;
    }

    private Task<long> TotalAsync(ConsoleHost host) => TotalAsync(host, person);

    private async Task<ConsoleHost> StartAsync(Action<IServiceCollection>? adjust = null, string? postgres = null)
    {
        var host = await ConsoleHost.StartAsync(adjust, postgres);
        await host.Log.AppendAsync(AuditKinds.View.Occurred(TimeProvider.System).With("purpose.code", "investigation") with { Target = person });
        return host;
    }
}
