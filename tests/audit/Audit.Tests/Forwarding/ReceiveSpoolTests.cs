using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Events;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Receiving.Spools;
using Backbone.Audit.Tests.Receiving;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>What the log's host takes of a spool, and from whom.</summary>
public sealed class ReceiveSpoolTests(SendersHost backbone) : IClassFixture<SendersHost>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_scope_of_forwarding_opens_it_and_it_opens_nothing_else()
    {
        using var writer = await backbone.SenderAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(writer, Guid.NewGuid(), 0, 0, Line())).Status);
        using var forwarder = await backbone.SenderAsync("host-two", "audit.forward");
        Assert.Equal(HttpStatusCode.Forbidden, await SendersHost.StatusAsync(forwarder, SendersHost.Lines(SendersHost.Event())));
    }

    [Fact]
    public async Task No_sender_from_outside_gives_its_events_an_agent()
    {
        using var writer = await backbone.SenderAsync();
        var (status, answers) = await SendersHost.SendAsync(writer, SendersHost.Lines(SendersHost.Event(more: ",\"agent\":{\"id\":\"x\",\"name\":\"host-two\"}")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(["agent.id", "agent.name"], answers[0]["violations"]!.AsArray().Select(one => (string)one!["field"]!));
    }

    [Fact]
    public async Task What_may_not_stand_in_a_leaf_is_refused_by_sequence_and_the_others_are_taken()
    {
        using var forwarder = await backbone.SenderAsync("host-two", "audit.forward");
        var clear = AuditKinds.Search.Occurred(TimeProvider.System) with { SourceCommitment = "203.0.113.9" };
        var (status, answer) = await SendAsync(
            forwarder, Guid.NewGuid(), 0, 0, Line(), AuditEventJson.Encode(clear), "{}"u8.ToArray(), [.. Line(), (byte)' '], Line());
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(5, answer!.Next);
        Assert.Equal([1, 2, 3], answer.Refused!.Select(one => one.Sequence));
        Assert.Equal("source.address", answer.Refused![0].Violations.Single().Field);
        Assert.DoesNotContain("203.0.113.9", JsonSerializer.Serialize(answer, SpoolJson.Default.SpoolAnswer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spool_is_its_hosts_alone()
    {
        var spool = Guid.NewGuid();
        using var one = await backbone.SenderAsync("host-two", "audit.forward");
        using var other = await backbone.SenderAsync("host-three", "audit.forward");
        Assert.Equal(2, (await SendAsync(one, spool, 0, 0, Line(), Line())).Answer!.Next);
        var before = backbone.Log.Records.EndIndex;
        Assert.Equal(1, (await SendAsync(other, spool, 0, 0, Line())).Answer!.Next);
        Assert.Contains(
            backbone.Log.Records.Read(before, int.MaxValue).Select(record => JsonNode.Parse(record.Payload)!),
            leaf => (string?)leaf["agent"]?["name"] == "host-three");
    }

    [Fact]
    public async Task Whoever_goes_on_beyond_what_the_log_has_is_sent_back_to_it_or_to_the_oldest_that_is_left()
    {
        var spool = Guid.NewGuid();
        using var forwarder = await backbone.SenderAsync("host-two", "audit.forward");
        await SendAsync(forwarder, spool, 0, 0, Line(), Line());
        var (status, answer) = await SendAsync(forwarder, spool, 9, 1, Line());
        Assert.Equal((HttpStatusCode.Conflict, 2), (status, answer!.Next));
        (status, answer) = await SendAsync(forwarder, spool, 9, 5, Line());
        Assert.Equal((HttpStatusCode.Conflict, 5), (status, answer!.Next));
        (status, answer) = await SendAsync(forwarder, spool, 5, 5, Line());
        Assert.Equal((HttpStatusCode.OK, 6), (status, answer!.Next));
    }

    [Fact]
    public async Task The_mark_of_a_quiet_spool_goes_on_with_the_log_and_still_nothing_is_there_twice()
    {
        var name = new SpoolName("host-two", Guid.NewGuid());
        using var forwarder = await backbone.SenderAsync("host-two", "audit.forward");
        var line = Line();
        await SendAsync(forwarder, name.Spool, 0, 0, line);
        var marks = new SpoolMarks(Path.Combine(backbone.DataDirectory, "audit", "spools"));
        await backbone.Services.GetRequiredService<IAuditTrail>().AppendAsync(AuditKinds.Search.Occurred(TimeProvider.System), Cancellation);
        var end = backbone.Log.Records.EndIndex;
        Assert.True(marks.Read(name)!.LogIndex < end);
        backbone.Services.GetRequiredService<SpoolIntake>().MoveMarks();
        Assert.InRange(marks.Read(name)!.LogIndex, end, backbone.Log.Records.EndIndex);
        Assert.Equal(1, (await SendAsync(forwarder, name.Spool, 0, 0, line)).Answer!.Next);
        var id = AuditEventJson.Decode(line).Id.Value;
        Assert.Single(backbone.Log.Records.Read(0, int.MaxValue), record => record.EventId == id);
    }

    [Fact]
    public async Task A_batch_without_numbers_or_lines_is_none()
    {
        using var forwarder = await backbone.SenderAsync("host-two", "audit.forward");
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(forwarder, Guid.NewGuid(), 0, 1, Line())).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(forwarder, Guid.NewGuid(), 0, 0)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(forwarder, Guid.NewGuid(), long.MaxValue, long.MaxValue, Line(), Line())).Status);
    }

    [Fact]
    public void Every_setting_out_of_bounds_is_named_with_bound_and_value_and_no_secret_is_repeated()
    {
        var refused = new ForwardOptionsBounds(new EventCatalogue(AuditKinds.All)).Validate(null, new ForwardOptions
        {
            MaximumBytes = 1,
            WhenFull = { ["audit/nothing"] = "FailClosed", ["audit/audit-search"] = "Maybe" },
            Url = "http://audit.example.cn",
            Issuer = "https://user:pass@id.example.cn",
            ClientSecret = "file:/nowhere",
            CertificateAuthority = "/none.pem",
        });
        Assert.Equal(
            [
                "Backbone:Audit:Forward:Url: plain http is for loopback only, is \"http://audit.example.cn\"",
                "Backbone:Audit:Forward:Issuer: no name and password in an address (not shown); use Backbone:Audit:Forward:ClientId",
                "Backbone:Audit:Forward:ClientId: 1 to 100 characters, has 0",
                "Backbone:Audit:Forward:ClientSecret: names an existing file, there is no \"/nowhere\"",
                "Backbone:Audit:Forward:CertificateAuthority: an existing PEM file with a certificate, is \"/none.pem\"",
                "Backbone:Audit:Forward:MaximumBytes: 16777216 to 1099511627776, is 1",
                "Backbone:Audit:Forward:WhenFull: module/action of a kind of docs/events.md, one is \"audit/nothing\"",
                "Backbone:Audit:Forward:WhenFull:audit/audit-search: FailClosed or CountedDrop, is \"Maybe\"",
            ],
            refused.Failures);
    }

    private static byte[] Line() => AuditEventJson.Encode(AuditKinds.Search.Occurred(TimeProvider.System));

    private static async Task<(HttpStatusCode Status, SpoolAnswer? Answer)> SendAsync(HttpClient sender, Guid spool, long first, long oldest, params byte[][] lines)
    {
        var address = new Uri($"/audit/v1/spools/{spool:D}?first={first}&oldest={oldest}", UriKind.Relative);
        using var body = SendersHost.Bytes([.. lines.SelectMany(line => line.Append((byte)'\n'))]);
        using var answer = await sender.PostAsync(address, body, Cancellation);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType == "application/json"
            ? JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(Cancellation), SpoolJson.Default.SpoolAnswer)
            : null);
    }
}
