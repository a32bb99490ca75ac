using System.Net;
using System.Text.Json.Nodes;
using Backbone.Audit.Events;
using Backbone.Audit.Searching;
using Backbone.Audit.Tests.Receiving;
using Backbone.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Disclosure;

/// <summary>The data tracker's interface on the whole host: what a portal sends and gets, and what stands in the log afterwards.</summary>
public sealed class ServeUsageTests(SendersHost host) : IClassFixture<SendersHost>
{
    private const string Asker = "X-Road-UserId";

    [Fact]
    public async Task A_portal_gets_who_looked_in_the_contracts_names_and_the_question_is_an_event_and_no_look()
    {
        var person = SubjectId.New(TimeProvider.System);
        var view = AuditKinds.View.Occurred(TimeProvider.System).With("purpose.code", "court") with { Target = person };
        await host.Log.AppendAsync(view);
        using var sender = await host.SenderAsync();
        await SendersHost.SendAsync(sender, SendersHost.Lines(SendersHost.Event(more: $$""","subject":{"id":"{{person}}"},"purpose":{"code":"request"}""")));
        var before = await IndexedAsync();

        using var portal = await host.SenderAsync("portal", "audit.usage");
        portal.DefaultRequestHeaders.Add(Asker, person.ToString());
        portal.DefaultRequestHeaders.Add("Accept-Language", "en");
        for (var time = 1; time <= 2; time++)
        {
            var answer = await AskAsync(portal, $"findUsage?userCode={person}");
            Assert.Equal((2, 2), ((int)answer["totalUsages"]!, answer["usages"]!.AsArray().Count));
            var newest = answer["usages"]![0]!;
            Assert.Equal("Another system read data about you: Request or complaint of the person concerned", (string)newest["action"]!);
            Assert.Equal((SendersHost.Organization, "sender-one"), ((string)newest["receiverCode"]!, (string)newest["receiverSystem"]!));
            var viewed = answer["usages"]![1]!;
            Assert.Equal("Staff looked at a record about you: Lawful demand of a court or prosecutor", (string)viewed["action"]!);
            Assert.Equal(view.Timestamp, DateTimeOffset.Parse((string)viewed["logtime"]!, null));
            Assert.Equal(("backbone", "audit"), ((string)viewed["receiverCode"]!, (string)viewed["receiverSystem"]!));
            await IndexedAsync();
        }

        var page = await AskAsync(portal, $"findUsage?userCode={person}&offset=1&limit=1&periodStart=2020-01-01T00:00:00Z&periodEnd=2100-01-01T00:00:00Z");
        Assert.Equal((2, "backbone"), ((int)page["totalUsages"]!, (string)page["usages"]!.AsArray().Single()!["receiverCode"]!));
        var asked = Questions(before).ToList();
        Assert.Equal(3, asked.Count);
        Assert.Equal(
            ("portal", person.ToString(), person.ToString(), 2),
            ((string)asked[0]["auth"]!["client"]!["id"]!, (string)asked[0]["user"]!["id"]!, (string)asked[0]["user"]!["target"]!["id"]!, (int)asked[0]["resource"]!["count"]!));
    }

    [Fact]
    public async Task An_asker_of_another_register_is_in_the_log_as_a_commitment_and_an_enterprise_may_be_asked_about()
    {
        var before = await IndexedAsync();
        using var sender = await host.SenderAsync();
        await SendersHost.SendAsync(sender, SendersHost.Lines(SendersHost.Event(more: ""","subject":{"id":"91370000MA3CXXXX1A"}""")));
        await IndexedAsync();
        using var portal = await host.SenderAsync("portal", "audit.usage");
        portal.DefaultRequestHeaders.Add(Asker, "EE60001019906");
        Assert.Equal(1, (int)(await AskAsync(portal, "findUsage?userCode=91370000MA3CXXXX1A"))["totalUsages"]!);
        var asked = Questions(before).Last();
        Assert.StartsWith("hmac:", (string)asked["auth"]!["subject"]!, StringComparison.Ordinal);
        Assert.Equal("91370000MA3CXXXX1A", (string)asked["subject"]!["id"]!);
        Assert.DoesNotContain("60001019906", asked.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("findUsage", "userCode")]
    [InlineData("findUsage?userCode=", "userCode")]
    [InlineData("findUsage?userCode=a&userCode=b", "userCode")]
    [InlineData("findUsage?userCode=a%20b", "userCode")]
    [InlineData("findUsage?userCode=a&limit=0", "limit: 1 to 1000, is \"0\"")]
    [InlineData("findUsage?userCode=a&limit=1001", "limit: 1 to 1000, is \"1001\"")]
    [InlineData("findUsage?userCode=a&offset=-1", "offset: 0 to 100000, is \"-1\"")]
    [InlineData("findUsage?userCode=a&periodStart=yesterday", "periodStart: one time of RFC 3339")]
    [InlineData("findUsage?userCode=a&periodStart=2026-01-02T00:00:00Z&periodEnd=2026-01-02T00:00:00Z", "periodEnd: later than periodStart")]
    [InlineData("findUsage?userCode=a&reason=x", "a parameter is none of")]
    public async Task What_is_wrong_is_said_by_name_and_asks_nothing(string address, string says)
    {
        using var portal = await host.SenderAsync("portal", "audit.usage");
        portal.DefaultRequestHeaders.Add(Asker, "a");
        var before = host.Log.Records.EndIndex;
        using var answer = await portal.GetAsync(new Uri("/audit/v2/" + address, UriKind.Relative));
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(says, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!, StringComparison.Ordinal);
        Assert.Empty(Questions(before));
    }

    [Fact]
    public async Task Without_the_asker_it_is_400_without_the_scope_403_and_without_a_token_401()
    {
        using var portal = await host.SenderAsync("portal", "audit.usage");
        using var reader = await host.SenderAsync("reader", "audit.read");
        using var nobody = host.NewClient();
        HttpClient[] callers = [portal, reader, nobody];
        var address = new Uri("/audit/v2/findUsage?userCode=a", UriKind.Relative);
        var answers = await Task.WhenAll(callers.Select(async caller =>
        {
            using var answer = await caller.GetAsync(address);
            return answer.StatusCode;
        }));
        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized], answers);
    }

    [Fact]
    public async Task The_period_begins_with_the_log_and_the_heart_beats()
    {
        await IndexedAsync();
        using var portal = await host.SenderAsync("portal", "audit.usage");
        var begins = DateTimeOffset.Parse((string)(await AskAsync(portal, "usagePeriod"))["periodStart"]!, null);
        Assert.InRange(begins, TimeProvider.System.GetUtcNow().AddMinutes(-10), TimeProvider.System.GetUtcNow());
        Assert.Equal("""{"status":"OK"}""", (await AskAsync(portal, "heartbeat")).ToJsonString());
    }

    private static async Task<JsonNode> AskAsync(HttpClient portal, string address)
    {
        using var answer = await portal.GetAsync(new Uri("/audit/v2/" + address, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK && answer.Headers.CacheControl?.NoStore == true, $"{answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private IEnumerable<JsonNode> Questions(long since) => host.Log.Records.Read(since, int.MaxValue)
        .Select(record => JsonNode.Parse(record.Payload)!).Where(leaf => (string)leaf["event"]!["action"]! == "usage-find");

    /// <summary>Waits until the index has seen all there is in the log now.</summary>
    private async Task<long> IndexedAsync()
    {
        var end = host.Log.Records.EndIndex;
        await host.Services.GetRequiredService<IEventIndex>().CaughtUpAsync(end);
        return end;
    }
}
