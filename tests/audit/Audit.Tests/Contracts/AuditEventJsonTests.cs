using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Platform;
using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Tests.Contracts;

public sealed class AuditEventJsonTests
{
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
            .Add("auth.client.kind", "web").Add("auth.method", "password").Add("resource.count", "3").Add("resource.ids", "a\nb"),
    };

    [Fact(DisplayName = "RFC 8785 3.2: an event with every field has these canonical bytes")]
    public void An_event_with_every_field_has_these_bytes()
    {
        var expected = """
            {"@timestamp":"2026-11-23T06:05:03.0070000Z","auth":{"client":{"id":"爱山东\"\\\u0001\t😀","kind":"web"},"method":"password",
            "session":{"id":"01981234-5678-7abc-8def-000000000004"}},"ecs":{"version":"9.4.0"},"event":{"action":"sign-in",
            "category":["authentication","session"],"id":"01981234-5678-7abc-8def-000000000001","kind":"event","module":"identity",
            "outcome":"failure","reason":"wrong_password","type":["start"]},"resource":{"count":3,"ids":["a","b"]},"source":{"address":"mac:8Zk"},
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
    public void Writing_an_event_without_own_lists_allocates_next_to_nothing()
    {
        var plain = Full with { Details = Full.Details.Remove("resource.ids").Remove("resource.count") };
        var output = new ArrayBufferWriter<byte>(4_096);
        Write();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Write();

        // The enumerator of the details' tree, and its stack.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256);

        void Write()
        {
            output.ResetWrittenCount();
            AuditEventJson.Write(plain, output);
        }
    }

    [Fact]
    public void Every_field_is_in_the_closed_list_with_its_form()
    {
        using var document = JsonDocument.Parse(AuditEventJson.Encode(Full));
        Assert.All(Leaves("", document.RootElement), leaf =>
        {
            var field = EventFields.Find(leaf.Name);
            Assert.True(field is not null, leaf.Name);
            Assert.Equal(field.IsList, leaf.Kind == JsonValueKind.Array);
            Assert.Equal(field.Type == FieldType.Number, leaf.Kind == JsonValueKind.Number);
        });
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

    [Fact]
    public void A_list_of_thousands_is_cut_and_says_how_many_more_there_were()
    {
        string[] few = [.. Enumerable.Range(0, 300).Select(at => $"{at:D8}-0000-7000-8000-{at:D12}")];
        string[] many = [.. Enumerable.Range(0, 100_000).Select(at => $"事实 {at}")];

        var read = AuditEventJson.Decode(AuditEventJson.Encode((Full with { Details = Full.Details.Clear() }).With("resource.ids", few).With("resource.removed", many).With("subject.data", [new string('鲁', 9_000), "x"])));

        Assert.Equal(few, read.Details["resource.ids"].Split('\n'));
        var kept = read.Details["resource.removed"].Split('\n');
        Assert.Equal(many.Take(kept.Length - 1), kept[..^1]);
        Assert.Equal($"… and {many.Length - kept.Length + 1} more", kept[^1]);
        Assert.InRange(kept.Sum(Encoding.UTF8.GetByteCount), AuditEventJson.MaxListBytes - 100, AuditEventJson.MaxListBytes + 100);
        Assert.Equal([true, false], read.Details["subject.data"].Split('\n').Select(value => value.EndsWith("… (9000 characters)", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_log_would_never_take_is_refused_where_it_is_written_by_name_and_size()
    {
        var texts = EventFields.All.Where(field => field is { IsOwn: true, IsList: false, Type: FieldType.Keyword } && AuditEventJson.IsDetail(field.Name));
        var endless = texts.Aggregate(Full, (told, field) => told.With(field.Name, new string('\u0001', AuditEventJson.MaxValueLength)));

        var refused = Assert.Throws<ArgumentException>(() => AuditEventJson.Encode(endless));

        Assert.StartsWith($"sign-in: at most {AuditEventJson.MaxBytes} bytes encoded, has ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user.name")]
    [InlineData("auth.")]
    [InlineData("auth.anything")]
    [InlineData("resource.filter.action")]
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
    [InlineData("authentication", "denied")]
    [InlineData("authentication", "allowed")]
    [InlineData("authorization", "start")]
    [InlineData("iam", "beginning")]
    public void A_category_or_type_that_ECS_does_not_have_together_is_refused_by_name(string category, string type)
    {
        var refused = Assert.Throws<ArgumentException>(() => AuditEventJson.Encode(Full with { Category = [category], Type = [type] }));
        Assert.Contains("sign-in: event.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resource.count", "many")]
    [InlineData("resource.count", "9007199254740992")]
    [InlineData("certificate.not_after", "soon")]
    public void A_detail_that_is_not_of_its_type_is_refused_by_name(string name, string value)
    {
        var refused = Assert.Throws<ArgumentException>(() => AuditEventJson.Encode(Full with { Details = Full.Details.SetItem(name, value) }));
        Assert.StartsWith(name, refused.Message, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "RFC 8785 3.2.2.3 and appendix B: numbers as ECMAScript writes them")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(unchecked((long)0x8000000000000001), "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(unchecked((long)0xc340000000000000), "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(unchecked((long)0xbecbf647612f3696), "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    [InlineData(unchecked((long)0x8000000000000000), "0")]
    public void Numbers_are_written_as_ECMAScript_does(long bits, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        LeafWriter.Write([new LeafValue("n") { Real = BitConverter.Int64BitsToDouble(bits) }], output);
        Assert.Equal($"{{\"n\":{expected}}}", Encoding.UTF8.GetString(output.WrittenSpan));
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
