using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Contracts;
using Backbone.Platform;
using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Tests.Contracts;

public sealed class AuditEventJsonTests
{
    /// <summary>Every ECS 9.4 field an event may have, with its type; own fields (auth.*, resource.*) apart.</summary>
    private static readonly Dictionary<string, string> EcsTypes = new(StringComparer.Ordinal)
    {
        ["@timestamp"] = "date",
        ["ecs.version"] = "keyword",
        ["event.action"] = "keyword",
        ["event.category"] = "keyword[]",
        ["event.id"] = "keyword",
        ["event.kind"] = "keyword",
        ["event.module"] = "keyword",
        ["event.outcome"] = "keyword",
        ["event.reason"] = "keyword",
        ["event.type"] = "keyword[]",
        ["source.address"] = "keyword",
        ["trace.id"] = "keyword",
        ["user.id"] = "keyword",
        ["user.target.id"] = "keyword",
    };

    private static readonly AuditEvent Full = new()
    {
        Id = new EventId(Guid.Parse("01981234-5678-7abc-8def-000000000001")),
        Timestamp = new DateTimeOffset(2026, 11, 23, 14, 5, 3, 7, TimeSpan.FromHours(8)),
        Action = "sign-in",
        Category = [EcsCategory.Authentication, EcsCategory.Session],
        Type = [EcsType.Start],
        Outcome = AuditOutcome.Failure,
        Reason = "wrong_password",
        Module = "identity",
        Subject = new SubjectId(Guid.Parse("01981234-5678-7abc-8def-000000000002")),
        Target = new SubjectId(Guid.Parse("01981234-5678-7abc-8def-000000000003")),
        Session = new SessionId(Guid.Parse("01981234-5678-7abc-8def-000000000004")),
        ClientId = "爱山东\"\\\u0001\t😀",
        SourceCommitment = "mac:8Zk",
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        Details = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal)
            .Add("auth.client.kind", "web").Add("auth.method", "password").Add("auth.z_last", "1").Add("resource.name", "n"),
    };

    [Fact(DisplayName = "RFC 8785 3.2: an event with every field has these canonical bytes")]
    public void An_event_with_every_field_has_these_bytes()
    {
        var expected = """
            {"@timestamp":"2026-11-23T06:05:03.0070000Z","auth":{"client":{"id":"爱山东\"\\\u0001\t😀","kind":"web"},"method":"password",
            "session":{"id":"01981234-5678-7abc-8def-000000000004"},"z_last":"1"},"ecs":{"version":"9.4.0"},"event":{"action":"sign-in",
            "category":["authentication","session"],"id":"01981234-5678-7abc-8def-000000000001","kind":"event","module":"identity",
            "outcome":"failure","reason":"wrong_password","type":["start"]},"resource":{"name":"n"},"source":{"address":"mac:8Zk"},
            "trace":{"id":"0af7651916cd43dd8448eb211c80319c"},"user":{"id":"01981234-5678-7abc-8def-000000000002",
            "target":{"id":"01981234-5678-7abc-8def-000000000003"}}}
            """.ReplaceLineEndings("");
        Assert.Equal(expected, Encoding.UTF8.GetString(AuditEventJson.Encode(Full)));
    }

    [Fact]
    public void An_event_with_only_the_required_fields_has_these_bytes()
    {
        var least = Full with
        {
            Reason = null,
            Subject = null,
            Target = null,
            Session = null,
            ClientId = null,
            SourceCommitment = null,
            TraceId = null,
            Outcome = AuditOutcome.Success,
            Details = ImmutableSortedDictionary<string, string>.Empty,
        };
        var expected = """
            {"@timestamp":"2026-11-23T06:05:03.0070000Z","ecs":{"version":"9.4.0"},"event":{"action":"sign-in",
            "category":["authentication","session"],"id":"01981234-5678-7abc-8def-000000000001","kind":"event","module":"identity",
            "outcome":"success","type":["start"]}}
            """.ReplaceLineEndings("");
        Assert.Equal(expected, Encoding.UTF8.GetString(AuditEventJson.Encode(least)));
        Same(least, AuditEventJson.Decode(AuditEventJson.Encode(least)));
    }

    [Fact]
    public void Every_field_is_of_ECS_9_4_with_its_type_or_of_the_own_set()
    {
        using var document = JsonDocument.Parse(AuditEventJson.Encode(Full));
        var fields = Leaves("", document.RootElement).ToList();
        Assert.Equal(EcsTypes.Count, fields.Count(field => EcsTypes.ContainsKey(field.Name)));
        Assert.All(fields, field => Assert.True(
            field.Name.StartsWith("auth.", StringComparison.Ordinal) || field.Name.StartsWith("resource.", StringComparison.Ordinal)
            || EcsTypes[field.Name] == (field.Kind == JsonValueKind.Array ? "keyword[]" : field.Name == "@timestamp" ? "date" : "keyword"),
            field.Name));
    }

    [Property]
    public void Any_text_reads_back_and_the_same_event_gives_the_same_bytes(NonNull<string> client, NonNull<string> detail)
    {
        var written = Full with { ClientId = client.Get, Details = Full.Details.SetItem("auth.method", detail.Get) };
        var bytes = AuditEventJson.Encode(written);
        var read = AuditEventJson.Decode(bytes);
        Assert.Equal(AuditEventJson.Encode(read), bytes);
        if (client.Get.Concat(detail.Get).All(c => !char.IsSurrogate(c)))
        {
            Same(written, read);
        }
    }

    [Fact]
    public void Unpaired_surrogates_and_endless_values_from_outside_do_not_fail_the_caller()
    {
        var strange = AuditEventJson.Decode(AuditEventJson.Encode(Full with { ClientId = "a\ud800b", Reason = new string('鲁', 500_000) }));
        Assert.Equal("a\ufffdb", strange.ClientId);
        Assert.EndsWith("… (500000 characters)", strange.Reason, StringComparison.Ordinal);
        Assert.True(strange.Reason!.Length <= AuditEventJson.MaxValueLength);
    }

    [Theory]
    [InlineData("user.name")]
    [InlineData("auth.")]
    [InlineData("auth..x")]
    [InlineData("auth.Method")]
    [InlineData("auth.client.id")]
    [InlineData("auth.client")]
    [InlineData("auth.method.kind")]
    public void A_name_outside_the_own_set_is_refused_by_name(string name)
    {
        var refused = Assert.Throws<ArgumentException>(() => AuditEventJson.Encode(Full with { Details = Full.Details.Add(name, "x") }));
        Assert.Contains($"\"{name}\"", refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(AuditEventJson.Encode(Full));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"event":{"id":"x"}}""")]
    [InlineData("\"\\ud800\"")]
    public void What_is_no_event_is_refused_as_a_format(string json)
    {
        Assert.Throws<FormatException>(() => AuditEventJson.Decode(Encoding.UTF8.GetBytes(json)));
    }

    private static void Same(AuditEvent expected, AuditEvent actual)
    {
        Assert.Equal(expected.Category, actual.Category);
        Assert.Equal(expected.Type, actual.Type);
        Assert.Equal(expected.Details.AsEnumerable(), actual.Details.AsEnumerable());
        Assert.Equal(
            expected with { Timestamp = expected.Timestamp.ToUniversalTime() },
            actual with { Category = expected.Category, Type = expected.Type, Details = expected.Details });
    }

    private static IEnumerable<(string Name, JsonValueKind Kind)> Leaves(string prefix, JsonElement element)
    {
        return element.EnumerateObject().SelectMany(property => property.Value.ValueKind == JsonValueKind.Object
            ? Leaves(prefix + property.Name + ".", property.Value)
            : [(prefix + property.Name, property.Value.ValueKind)]);
    }
}
