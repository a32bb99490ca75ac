using System.Net;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Privacy;
using Backbone.Audit.Searching.Kql;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Console;

/// <summary>What a person is known by, typed into a search: it finds what the log made of it, and does not itself get into the log.</summary>
public sealed class PersonalSearchTests
{
    private const string IdNumber = "110101199003076536";
    private const string Id = "01981234-0000-7000-8000-00000000000a";
    private const string Commitment = "hmac:1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Theory]
    [InlineData("subject.id:110101199003076536", "subject.id:(18 characters)")]
    [InlineData("subject.id:1101011990*", "subject.id:(11 characters)")]
    [InlineData("subject.id > 1101011990", "subject.id > (10 characters)")]
    [InlineData("user.id:zhangsan", "user.id:(8 characters)")]
    [InlineData("auth.subject:13812345678", "auth.subject:(11 characters)")]
    [InlineData("resource.id:110101199003076536", "resource.id:(18 characters)")]
    [InlineData("resource.id:case-13812345678-a", "resource.id:(18 characters)")]
    [InlineData("resource.id:1101011990*", "resource.id:(11 characters)")]
    [InlineData("resource.id:110101*199003076536", "resource.id:(19 characters)")]
    [InlineData("resource.id:zhang@*", "resource.id:(7 characters)")]
    [InlineData("resource.id >= 1101011990", "resource.id >= (10 characters)")]
    [InlineData("organization.name:\"zhang.san@example.cn\"", "organization.name:(20 characters)")]
    [InlineData("trace.id:\"203.0.113.7\"", "trace.id:(11 characters)")]
    [InlineData("resource.count:13812345678", "resource.count:(11 characters)")]
    [InlineData("user.name:hmac:110101199003076536", "user.name:(23 characters)")]
    public void What_a_person_is_known_by_stands_in_no_description(string query, string described) => Assert.Equal(described, Described(query));

    [Theory]
    [InlineData("subject.id:" + Id, "subject.id:\"" + Id + "\"")]
    [InlineData("user.name:" + Commitment, "user.name:\"" + Commitment + "\"")]
    [InlineData("resource.id:" + Commitment, "resource.id:\"" + Commitment + "\"")]
    [InlineData("event.action:sign-*", "event.action:\"sign-*\"")]
    [InlineData("resource.id:2026-0042", "resource.id:\"2026-0042\"")]
    [InlineData("event.sequence >= 100200", "event.sequence >= \"100200\"")]
    [InlineData("@timestamp >= \"2026-11-25T14:05:06Z\"", "@timestamp >= \"2026-11-25T14:05:06.000Z\"")]
    public void What_is_about_nobody_and_what_stands_in_the_log_anyway_is_described_as_it_was_typed(string query, string described) =>
        Assert.Equal(described, Described(query));

    [Theory]
    [InlineData("subject.id:110101199003076536")]
    [InlineData("resource.id:110101199003076536")]
    [InlineData("subject.id:1101011990*")]
    [InlineData("organization.name:1101011990*")]
    public async Task No_leaf_holds_the_number_that_was_searched_for_exported_or_followed(string query)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn());
        await host.StatePurposeAsync();
        var address = "?q=" + Uri.EscapeDataString(query);

        foreach (var page in (string[])["/console/audit" + address, "/console/audit/export" + address + "&format=csv"])
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(page)).Response.StatusCode);
        }

        Assert.Equal(3, host.Log.Records.EndIndex);
        Assert.DoesNotContain(
            host.Log.Records.Read(0, 3), leaf => System.Text.Encoding.UTF8.GetString(leaf.Payload).Contains("1101011990", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("resource.id:110101199003076536")]
    [InlineData("resource.id:1101011990*")]
    [InlineData("organization.name:13812345678")]
    [InlineData("resource.id:" + Commitment)]
    public async Task A_search_for_a_person_by_number_asks_what_for_whatever_the_field(string query)
    {
        await using var host = await ConsoleHost.StartAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await host.GetAsync("/console/audit?q=" + Uri.EscapeDataString(query))).Response.StatusCode);
        Assert.Equal(0, host.Log.Records.EndIndex);
    }

    [Theory]
    [InlineData("resource.id:110101199003076536", "0")]
    [InlineData("resource.id:\"no/110101199003076536\"", "1")]
    [InlineData("subject.id:13812345678", "2")]
    [InlineData("zhang.san@example.cn", "3")]
    [InlineData("message:\"of 138 1234 5678\"", "4")]
    [InlineData("not resource.id:110101199003076536", "1 2 3 4")]
    public async Task What_the_intake_replaced_is_found_by_what_was_sent(string query, string found)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.StatePurposeAsync();
        var keys = host.Services.GetRequiredService<PrivacyKeys>();
        (string Field, string Text)[] sent =
        [
            ("resource.id", IdNumber), ("resource.id", "no/" + IdNumber), ("subject.id", "13812345678"), ("error.message", "sent to Zhang.San@example.cn twice"),
            ("message", "of 13812345678 again"),
        ];
        foreach (var (field, text) in sent)
        {
            var scrubbed = PersonalText.Scrub(text, free: field.EndsWith("message", StringComparison.Ordinal), keys);
            Assert.NotEqual(text, scrubbed);
            var id = TemporaryLog.NewId();
            var leaf = Searching.SampleLeaf.At(host.Log.Records.EndIndex, ("event.id", id.ToString()), (field, scrubbed));
            await host.Log.AppendAsync(id, System.Text.Encoding.UTF8.GetBytes(leaf), CancellationToken.None);
        }

        var (_, page) = await host.GetAsync("/console/audit?sort=oldest&q=" + Uri.EscapeDataString(query));

        var rows = page.QuerySelectorAll(".found tbody tr").Select(row => row.Children[0].TextContent.Trim());
        Assert.Equal(found, string.Join(' ', rows));
    }

    [Theory]
    [InlineData(@"event.reason:C:\")]
    [InlineData(@"a or event.reason:C:\")]
    [InlineData(@"event.reason:C:\\")]
    public void A_query_that_ends_in_a_backslash_is_narrowed_and_means_what_it_meant(string query)
    {
        var narrowed = QueryText.With(query, "event.action", "sign-in");

        var and = Assert.IsType<KqlAnd>(Parse(narrowed));
        Assert.Equal([Described(query), "event.action:\"sign-in\""], and.Parts.Select(QueryText.Described));
    }

    private static string Described(string query) => QueryText.Described(Parse(query));

    private static KqlNode Parse(string query)
    {
        var (node, fault) = KqlParser.Parse(query, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
        return node ?? throw new InvalidOperationException($"{query}: {fault}");
    }
}
