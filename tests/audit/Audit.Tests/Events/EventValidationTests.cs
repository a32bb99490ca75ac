using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Events;
using Backbone.Audit.Receiving;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Events;

public sealed class EventValidationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly EventSender Sender = new("machine");
    private static readonly EventValidation Validation = new(new FakeTimeProvider(Now), Options.Create(new ReceivingOptions()));

    private const string Least =
        """{"@timestamp":"2026-11-23T05:59:00Z","event":{"action":"file-read","category":["file"],"type":["access"],"outcome":"success"}}""";

    [Fact]
    public void The_least_event_is_taken_and_the_log_writes_who_sent_it()
    {
        var valid = Validate(Least)!;
        Assert.Equal("external", valid.Fields["event.module"].Text);
        Assert.Equal("machine", valid.Fields["event.provider"].Text);
        Assert.Equal("event", valid.Fields["event.kind"].Text);
        Assert.Equal(valid.Id.Value, valid.Fields["event.id"].Id);
    }

    [Theory]
    [InlineData("""{"x":1}""", "x")]
    [InlineData("""{"user":{"shoe_size":1}}""", "user.shoe_size")]
    [InlineData("""{"user":"li"}""", "user")]
    [InlineData("""{"@timestamp":null}""", "@timestamp")]
    [InlineData("""{"@timestamp":"yesterday"}""", "@timestamp")]
    [InlineData("""{"@timestamp":"2026-11-23T06:00:00"}""", "@timestamp")]
    [InlineData("""{"@timestamp":"2026-11-23T06:05:01Z"}""", "@timestamp")]
    [InlineData("""{"@timestamp":"2026-10-24T05:59:59Z"}""", "@timestamp")]
    [InlineData("""{"@timestamp":"0001-01-01T00:00:00+14:00"}""", "@timestamp")]
    [InlineData("""{"@timestamp":1700000000}""", "@timestamp")]
    [InlineData("""{"event.outcome":"maybe"}""", "event.outcome")]
    [InlineData("""{"event.kind":"rumour"}""", "event.kind")]
    [InlineData("""{"event.category":["authorization"]}""", "event.category")]
    [InlineData("""{"event.category":"authentication","event.type":"denied"}""", "event.type")]
    [InlineData("""{"event.category":[]}""", "event.category")]
    [InlineData("""{"event.category":[["file"]]}""", "event.category")]
    [InlineData("""{"event.action":["a","b"]}""", "event.action")]
    [InlineData("""{"event.action":7}""", "event.action")]
    [InlineData("""{"event.action":""}""", "event.action")]
    [InlineData("""{"event.action":"a\nb"}""", "event.action")]
    [InlineData("""{"event.module":"identity"}""", "event.module")]
    [InlineData("""{"event.provider":"other"}""", "event.provider")]
    [InlineData("""{"event.sequence":1}""", "event.sequence")]
    [InlineData("""{"event.hash":"00"}""", "event.hash")]
    [InlineData("""{"event.ingested":"2026-11-23T05:59:00Z"}""", "event.ingested")]
    [InlineData("""{"event.duration":"5"}""", "event.duration")]
    [InlineData("""{"event.duration":1.5}""", "event.duration")]
    [InlineData("""{"event.duration":9007199254740992}""", "event.duration")]
    [InlineData("""{"event.risk_score":1e999}""", "event.risk_score")]
    [InlineData("""{"source.ip":"300.1.1.1"}""", "source.ip")]
    [InlineData("""{"source.ip":"017.1.1.1"}""", "source.ip")]
    [InlineData("""{"source.ip":"10.0.0.1","source.address":"10.0.0.2"}""", "source.address")]
    [InlineData("""{"destination.ip":"nowhere"}""", "destination.ip")]
    [InlineData("""{"subject.key":"k"}""", "subject.key")]
    [InlineData("""{"subject.sealed":["k"]}""", "subject.sealed")]
    [InlineData("""{"subject.sealed":{"name":"张三"}}""", "subject.id")]
    [InlineData("""{"subject":{"id":"s","sealed":{"Name":"张三"}}}""", "subject.sealed.Name")]
    public void What_breaks_a_rule_is_refused_by_field(string change, string field)
    {
        var draft = Draft(Changed(change));
        Assert.Null(Validation.Validate(draft, Sender));
        Assert.Contains(draft.Violations, violation => violation.Field == field && violation.Rule.Length > 0);
    }

    [Theory]
    [InlineData("", "event")]
    [InlineData("[]", "event")]
    [InlineData("{", "event")]
    [InlineData("{} {}", "event")]
    [InlineData("""{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}""", "event")]
    [InlineData("""{"event.id":"a","event":{"id":"b"}}""", "event.id")]
    [InlineData("""{"message":"\ud800"}""", "event")]
    [InlineData("""{"event":{}}""", "@timestamp")]
    public void What_is_no_event_is_refused(string json, string field)
    {
        var draft = Draft(json);
        Assert.Null(Validation.Validate(draft, Sender));
        Assert.Contains(draft.Violations, violation => violation.Field == field);
    }

    [Theory]
    [InlineData("""{"event.id":"order-17"}""")]
    [InlineData("""{"@timestamp":"2026-11-23t13:59:00.123456789+08:00"}""")]
    [InlineData("""{"event.category":"file","event.type":"access"}""")]
    [InlineData("""{"source":{"ip":"10.0.0.1","address":"10.0.0.1"}}""")]
    [InlineData("""{"event.provider":"machine","event.module":"external"}""")]
    [InlineData("""{"subject":{"id":"s","sealed":{"name":"张三"}}}""")]
    [InlineData("""{"event.risk_score":73.5,"event.duration":12,"user.roles":["a","b"],"destination.ip":"2001:DB8::1"}""")]
    public void What_obeys_the_rules_is_taken(string change)
    {
        var draft = Draft(Changed(change));
        Assert.True(Validation.Validate(draft, Sender) is not null, string.Join('\n', draft.Violations));
    }

    [Fact]
    public void Nested_and_dotted_names_are_the_same_event()
    {
        var dotted = """{"event.type":["access"],"@timestamp":"2026-11-23T05:59:00Z","event.action":"file-read","event.outcome":"success","event.category":["file"],"event.id":"x"}""";
        Assert.Equal(Validate(Changed("""{"event.id":"x"}"""))!.Fields.Keys, Validate(dotted)!.Fields.Keys);
    }

    [Fact]
    public void The_same_id_of_one_sender_is_one_event_and_of_another_sender_another()
    {
        Assert.Equal(Validate(Changed("""{"event.id":"x"}"""))!.Id, Validate(Changed("""{"event.id":"x"}"""))!.Id);
        Assert.NotEqual(EventValidation.IdOf(Sender, "x"), EventValidation.IdOf(new EventSender("other"), "x"));
        Assert.Equal(8, EventValidation.IdOf(Sender, "x").Value.Version);
        Assert.NotEqual(Validate(Least)!.Id, Validate(Least)!.Id);
    }

    [Fact]
    public void Refusals_are_few_and_short_and_never_repeat_what_was_to_be_sealed()
    {
        var many = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"unknown{i}{new string('x', 90)}\":\"{new string('v', 5000)}\""));
        var draft = Draft($$$"""{"subject.sealed":{"name":["SECRET"]},{{{many}}}}""");
        Assert.Null(Validation.Validate(draft, Sender));
        Assert.True(draft.Violations.Count <= 16);
        Assert.All(draft.Violations, violation => Assert.True(violation.Field.Length <= 64 && violation.Value.Length <= 64));
        Assert.DoesNotContain("SECRET", string.Join('\n', draft.Violations), StringComparison.Ordinal);
    }

    [Property(MaxTest = 500)]
    public void Any_bytes_are_answered(byte[] bytes) => Validation.Validate(EventDocument.Read(bytes), Sender);

    [Property(MaxTest = 500)]
    public Property Any_mutation_of_an_event_is_answered() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int At, byte With)[]>(), changes =>
        {
            var bytes = Encoding.UTF8.GetBytes(Changed("""{"message":"登录 \u0041","user":{"roles":["a"]},"event.risk_score":1.5,"subject":{"id":"s","sealed":{"a":"b"}}}"""));
            foreach (var (at, with) in changes)
            {
                bytes[(int)((uint)at % bytes.Length)] = with;
            }

            var draft = EventDocument.Read(bytes);
            return Validation.Validate(draft, Sender) is not null == (draft.Violations.Count == 0);
        });

    private static ValidEvent? Validate(string json) => Validation.Validate(Draft(json), Sender);

    private static EventDraft Draft(string json) => EventDocument.Read(Encoding.UTF8.GetBytes(json));

    /// <summary>The least event with some names in dotted form changed or added; null takes one out.</summary>
    private static string Changed(string change)
    {
        var result = new JsonObject
        {
            ["@timestamp"] = "2026-11-23T05:59:00Z",
            ["event.action"] = "file-read",
            ["event.category"] = new JsonArray("file"),
            ["event.type"] = new JsonArray("access"),
            ["event.outcome"] = "success",
        };
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            result[name] = value?.DeepClone();
        }

        return result.ToJsonString();
    }
}
