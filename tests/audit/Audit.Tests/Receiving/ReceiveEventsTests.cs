using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Testing;
using static Backbone.Audit.Tests.Receiving.SendersHost;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>What senders notice: each line answered by itself, nothing twice, nobody in another's name.</summary>
public sealed class ReceiveEventsTests(SendersHost host) : IClassFixture<SendersHost>
{
    [Fact]
    public async Task Each_line_is_taken_or_refused_by_itself_with_its_number_and_its_reason()
    {
        using var sender = await host.SenderAsync();
        var (status, answers) = await SendAsync(sender, Lines(
            Event(), "", """{"event":{"action":"x"}}""", Event(more: ""","user":{"shoe_size":43}"""), "\r", Event(), "not json"));

        Assert.Equal(HttpStatusCode.MultiStatus, status);
        Assert.Equal([1, 3, 4, 6, 7], answers.Select(answer => (int)answer["line"]!));
        Assert.Equal(["accepted", "refused", "refused", "accepted", "refused"], answers.Select(answer => (string)answer["state"]!));
        Assert.Equal(("user.shoe_size", "43"), ((string)answers[2]["violations"]![0]!["field"]!, (string)answers[2]["violations"]![0]!["value"]!));
        Assert.NotEmpty((string)answers[2]["violations"]![0]!["rule"]!);
        Assert.Contains("@timestamp", answers[1]["violations"]!.AsArray().Select(violation => (string)violation!["field"]!));
        foreach (var taken in (JsonNode[])[answers[0], answers[3]])
        {
            Assert.Equal((string)taken["id"]!, (string)host.Leaf((long)taken["index"]!)["event"]!["id"]!);
        }
    }

    [Fact]
    public async Task The_status_tells_all_taken_from_some_and_from_none()
    {
        using var sender = await host.SenderAsync();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(sender, Lines(Event(), Event()))).Status);
        Assert.Equal(HttpStatusCode.MultiStatus, (await SendAsync(sender, Lines(Event(), "{}"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(sender, Lines("{}"))).Status);
    }

    [Fact]
    public async Task The_sender_and_its_organisation_stand_in_the_event_and_nobody_speaks_in_anothers_name()
    {
        using var one = await host.SenderAsync();
        using var two = await host.SenderAsync("sender-two");
        var mine = host.Leaf((long)(await SendAsync(one, Lines(Event()))).Answers[0]["index"]!);
        Assert.Equal("external", (string)mine["event"]!["module"]!);
        Assert.Equal("sender-one", (string)mine["event"]!["provider"]!);
        Assert.Equal(Organization, (string)mine["organization"]!["id"]!);

        string[] lies =
        [
            ""","event.provider":"sender-one" """, ""","event.module":"identity" """, $$""","organization":{"id":"{{Organization}}"}""",
            ""","event.sequence":1""", ""","subject.key":"k" """,
        ];
        var (status, refused) = await SendAsync(two, Lines(lies.Select(lie => Event(more: lie))));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(
            ["event.provider", "event.module", "organization.id", "event.sequence", "subject.key"],
            refused.Select(answer => (string)answer["violations"]![0]!["field"]!));
    }

    [Fact]
    public async Task The_same_id_again_is_answered_with_the_first_ones_index_and_is_there_once()
    {
        using var one = await host.SenderAsync();
        using var two = await host.SenderAsync("sender-two");
        var start = host.Log.Records.EndIndex;
        var (_, first) = await SendAsync(one, Lines(Event("order-1"), Event("order-1"), Event("order-2")));
        var (_, again) = await SendAsync(one, Lines(Event("order-2"), Event("order-1")));
        var (_, others) = await SendAsync(two, Lines(Event("order-1")));

        Assert.Equal(Index(first[0]), Index(first[1]));
        Assert.Equal([Index(first[2]), Index(first[0])], again.Select(Index));
        Assert.NotEqual(Index(first[0]), Index(others[0]));
        Assert.Equal(3, host.ExternalSince(start).Count());
    }

    [Fact]
    public async Task Personal_values_never_reach_the_log_in_clear()
    {
        using var sender = await host.SenderAsync();
        var (_, answers) = await SendAsync(sender, Lines(Event(
            more: ""","source":{"ip":"203.0.113.77"},"user":{"name":"张三丰"},"message":"电话 13812345678","subject":{"id":"s-1","sealed":{"name":"张三丰"}}""")));
        var leaf = host.Leaf(Index(answers[0])).ToJsonString();

        Assert.DoesNotContain("203.0.113.77", leaf, StringComparison.Ordinal);
        Assert.DoesNotContain("13812345678", leaf, StringComparison.Ordinal);
        Assert.DoesNotContain("张三丰", JsonNode.Parse(leaf)!.ToString(), StringComparison.Ordinal);
        Assert.Contains("hmac:1:", leaf, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_batch_is_unpacked()
    {
        using var sender = await host.SenderAsync();
        var (status, answers) = await SendAsync(sender, Bytes(Packed(Encoding.UTF8.GetBytes(Event() + "\n" + Event() + "\n")), "gzip"));
        Assert.Equal((HttpStatusCode.OK, 2), (status, answers.Length));
    }

    [Fact]
    public async Task How_far_an_event_has_come_is_told_to_its_sender()
    {
        using var sender = await host.SenderAsync();
        var index = Index((await SendAsync(sender, Lines(Event()))).Answers[0]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        JsonNode state;
        do
        {
            state = JsonNode.Parse(await sender.GetStringAsync(new Uri($"/audit/v1/events/{index}/state", UriKind.Relative), limit.Token))!;
            Assert.True((bool)state["accepted"]!);
        }
        while (!(bool)state["published"]! || !(bool)state["exported"]!);

        Assert.False((bool)state["refused"]!);

        using var missing = await sender.GetAsync(new Uri("/audit/v1/events/99999999/state", UriKind.Relative), limit.Token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Only_a_token_for_this_interface_with_the_scope_opens_it()
    {
        using var nobody = host.NewClient();
        using var refused = await nobody.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), Lines(Event()));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains(refused.Headers.WwwAuthenticate, challenge => challenge.Scheme == "Bearer");

        using var reader = await host.SenderAsync("reader", "audit.read");
        using var forbidden = await reader.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), Lines(Event()));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Contains("insufficient_scope", forbidden.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        using var elsewhere = await host.NewProgramAsync("sender-one", host.SecretOf("sender-one"), "audit.write", "urn:backbone:api:ai-shandong");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(elsewhere, Lines(Event())));

        using var forger = await host.SenderAsync();
        var token = forger.DefaultRequestHeaders.Authorization!.Parameter!.Split('.');
        foreach (var forged in (string[])[$"{token[0]}.{token[1]}.", $"{token[0]}.{token[1]}.{token[2][..^4]}AAAA", $"e30.{token[1]}.{token[2]}", "x"])
        {
            forger.DefaultRequestHeaders.Authorization = new("Bearer", forged);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(forger, Lines(Event())));
        }
    }

    private static long Index(JsonNode answer) => (long)answer["index"]!;
}
