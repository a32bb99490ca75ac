using System.Text;
using Backbone.Audit.Events;
using Backbone.Audit.Receiving.Otlp;
using FsCheck.Xunit;
using static Backbone.Audit.Tests.Receiving.Otlp.ProtoBytes;

namespace Backbone.Audit.Tests.Receiving.Otlp;

/// <summary>From both encodings of OTLP to the same event, and from any bytes to an answer.</summary>
[Collection(nameof(Alone))]
public sealed class OtlpEventsTests
{
    private const string Json = """
        {"resourceLogs":[{"resource":{"attributes":[
          {"key":"service.name","value":{"stringValue":"ledger"}},
          {"key":"telemetry.sdk.language","value":{"stringValue":"go"}},
          {"key":"service.instance.id","value":{"stringValue":"n-1"}}]},
        "scopeLogs":[{"scope":{"name":"ledger.audit"},"logRecords":[{
          "timeUnixNano":"1763877540123456789","severityNumber":9,"severityText":"Information","eventName":"file-read",
          "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","body":{"stringValue":"read"},
          "attributes":[
            {"key":"event.category","value":{"arrayValue":{"values":[{"stringValue":"file"}]}}},
            {"key":"event.duration","value":{"intValue":"42"}},
            {"key":"event.risk_score","value":{"doubleValue":73.5}},
            {"key":"user","value":{"kvlistValue":{"values":[{"key":"id","value":{"stringValue":"u-1"}}]}}},
            {"key":"log.record.uid","value":{"stringValue":"r-1"}}],
          "droppedAttributesCount":0,"newInAnotherVersion":{"a":1}}]}]}]}
        """;

    [Fact]
    public void A_record_becomes_the_same_event_from_json_and_from_protobuf()
    {
        var binary = Message(
            1,
            Message(1, Attribute(1, "service.name", "ledger"), Attribute(1, "telemetry.sdk.language", "go"), Attribute(1, "service.instance.id", "n-1")),
            Message(2, Message(1, Text(1, "ledger.audit"), Text(2, "9")), Message(
                2,
                Fixed64(1, 1763877540123456789), Number(2, 9), Text(3, "Information"), Text(12, "file-read"),
                Message(9, Convert.FromHexString("5B8EFFF798038103D269B633813FC60C")), Message(10, Convert.FromHexString("eee19b7ec3c1b174")),
                Message(5, Text(1, "read")),
                Attribute(6, "event.category", Message(5, Message(1, Text(1, "file")))),
                Attribute(6, "event.duration", Number(3, 42)),
                Attribute(6, "event.risk_score", Fixed64(4, BitConverter.DoubleToUInt64Bits(73.5))),
                Attribute(6, "user", Message(6, Attribute(1, "id", "u-1"))),
                Attribute(6, "log.record.uid", "r-1"),
                Number(7, 0), Message(200, [1, 2, 3]))));
        using var document = OtlpJson.Parse(Encoding.UTF8.GetBytes(Json));
        var fromJson = Assert.Single(OtlpJson.Read(document).Select(OtlpEvents.Draft));
        var fromBinary = Assert.Single(OtlpProtobuf.Read(binary).Select(OtlpEvents.Draft));

        Assert.Equal(Flat(fromJson), Flat(fromBinary));
        Assert.Equal(
            """
            @timestamp=2025-11-23T05:59:00.1234567+00:00
            event.action=file-read
            event.category=[file]
            event.duration=42
            event.id=r-1
            event.risk_score=73.5
            event.severity=9
            log.level=Information
            log.logger=ledger.audit
            message=read
            service.name=ledger
            service.node.name=n-1
            span.id=eee19b7ec3c1b174
            trace.id=5b8efff798038103d269b633813fc60c
            user.id=u-1
            """.ReplaceLineEndings("\n"),
            string.Join('\n', Flat(fromBinary)));
    }

    [Fact]
    public void An_attribute_that_is_no_field_stays_to_be_refused_and_one_of_the_resource_does_not()
    {
        var request = Message(1, Message(1, Attribute(1, "os.type", "linux")), Message(2, Message(2, Attribute(6, "shoe.size", "43"))));
        var draft = Assert.Single(OtlpProtobuf.Read(request).Select(OtlpEvents.Draft));
        Assert.Equal(["shoe.size"], draft.Fields.Keys);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"resourceLogs":{}}""")]
    [InlineData("""{"resourceLogs":[1]}""")]
    [InlineData("""{"resourceLogs":[],"resourceLogs":[]}""")]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"soon"}]}]}]}""")]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":-1}]}]}]}""")]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"zz"}]}]}]}""")]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"intValue":1.5}}]}]}]}""")]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"\ud800"}]}]}]}""")]
    public void What_is_no_request_in_json_is_refused(string json) => Assert.Throws<OtlpFormatException>(() => ReadJson(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void What_is_no_request_in_protobuf_is_refused_wherever_it_breaks_off()
    {
        var request = Request(Record("a"), Record("b"));
        byte[][] wrong =
        [
            [0x0a, 0xff], [0x0b], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x00, 0x00],
            Request(Message(3, [0xff, 0xfe])), Request(Message(9, [1, 2, 3])), Request(Number(6, 1)),
        ];
        Assert.All(wrong, bytes => Assert.Throws<OtlpFormatException>(() => ReadProtobuf(bytes)));
        for (var length = 1; length < request.Length; length++)
        {
            Assert.Throws<OtlpFormatException>(() => ReadProtobuf(request[..length]));
        }
    }

    [Fact]
    public void Values_that_are_too_deep_are_refused_before_the_stack_is()
    {
        var value = Text(1, "x");
        for (var depth = 0; depth < 20_000; depth++)
        {
            value = depth % 2 == 0 ? Message(5, Message(1, value)) : Message(6, Message(1, Text(1, "k"), Message(2, value)));
        }

        Assert.Throws<OtlpFormatException>(() => ReadProtobuf(Request(Attribute(6, "x", value))));
    }

    [Fact]
    public void Eight_mebibytes_of_empty_messages_take_no_more_memory_than_they_are()
    {
        byte[] request = [.. Enumerable.Repeat((byte[])[0x0a, 0x00], 4 << 20).SelectMany(one => one), .. Request(Record("last"))];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // Behind all of them, and not done: a parser that builds objects would now hold a hundred bytes for each two.
        using var read = OtlpProtobuf.Read(request).GetEnumerator();
        Assert.True(read.MoveNext());
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.False(read.MoveNext());
        Assert.True(held < 64L << 20, $"{held} bytes are held");
    }

    [Fact]
    public void Long_names_within_each_other_do_not_multiply()
    {
        var value = Message(6, [.. Enumerable.Range(0, 300).Select(i => Attribute(1, $"k{i}", "v"))]);
        var draft = Assert.Single(OtlpProtobuf.Read(Request(Attribute(6, new string('n', 1 << 20), value))).Select(OtlpEvents.Draft));
        Assert.Empty(draft.Fields);
        Assert.NotEmpty(draft.Violations);
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_are_read_or_refused_with_the_declared_error(byte[] bytes)
    {
        Assert.True(IsAnswered(() => ReadProtobuf(bytes)));
        Assert.True(IsAnswered(() => ReadJson(bytes)));
    }

    [Property(MaxTest = 1000)]
    public void Any_mutation_of_a_request_is_read_or_refused_with_the_declared_error((int At, byte With)[] changes)
    {
        foreach (var (whole, read) in ((byte[], Action<byte[]>)[])[(Request(Record("a"), Record("b")), ReadProtobuf), (Encoding.UTF8.GetBytes(Json), ReadJson)])
        {
            var bytes = whole.ToArray();
            foreach (var (at, with) in changes)
            {
                bytes[(int)((uint)at % bytes.Length)] = with;
            }

            Assert.True(IsAnswered(() => read(bytes)));
        }
    }

    private static bool IsAnswered(Action read)
    {
        try
        {
            read();
        }
        catch (OtlpFormatException)
        {
            // The declared one; any other fails the test.
        }

        return true;
    }

    private static void ReadProtobuf(byte[] bytes) => _ = OtlpProtobuf.Read(bytes).Select(OtlpEvents.Draft).Count(draft => draft.Fields.Count >= 0);

    private static void ReadJson(byte[] bytes)
    {
        using var document = OtlpJson.Parse(bytes);
        _ = OtlpJson.Read(document).Select(OtlpEvents.Draft).Count(draft => draft.Fields.Count >= 0);
    }

    private static IEnumerable<string> Flat(EventDraft draft)
    {
        Assert.Empty(draft.Violations);
        return draft.Fields.Select(field => $"{field.Key}={(field.Value.Items.IsEmpty ? field.Value.Text : $"[{string.Join(',', field.Value.Items.Select(item => item.Text))}]")}");
    }
}

/// <summary>What counts the memory of the whole process runs while nothing else does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
