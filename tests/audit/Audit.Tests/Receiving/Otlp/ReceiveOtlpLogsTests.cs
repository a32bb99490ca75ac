using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Receiving.Otlp;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using static Backbone.Audit.Tests.Receiving.Otlp.ProtoBytes;

namespace Backbone.Audit.Tests.Receiving.Otlp;

/// <summary>Log records over OTLP/HTTP, from OpenTelemetry's own exporter and from senders it would be ashamed of.</summary>
public sealed class ReceiveOtlpLogsTests(SendersHost host) : IClassFixture<SendersHost>
{
    [Fact]
    public async Task What_the_exporter_of_OpenTelemetry_sends_is_in_the_log()
    {
        using var sender = await host.SenderAsync();
        var start = host.Log.Records.EndIndex;
        var exporting = LoggerFactory.Create(logging => logging.AddOpenTelemetry(telemetry =>
        {
            telemetry.IncludeFormattedMessage = true;
            telemetry.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("ledger", serviceVersion: "2.1"));
            telemetry.AddOtlpExporter(exporter =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = new Uri(host.Address, ReceiveOtlpLogs.Path);
                exporter.Headers = $"Authorization={sender.DefaultRequestHeaders.Authorization}";
            });
        }));
        var logger = exporting.CreateLogger("ledger.audit");
        List<KeyValuePair<string, object?>> fields =
        [
            new("event.action", "file-read"), new("event.category", "file"), new("event.type", "access"), new("event.outcome", "success"),
            new("log.record.uid", "exported-1"), new("event.duration", 42),
        ];
        logger.Log(LogLevel.Information, 0, fields, null, (_, _) => "read a file");

        // Disposing flushes: the exporter returns when it was answered.
        exporting.Dispose();
        var leaf = Assert.Single(host.ExternalSince(start));
        Assert.Equal(("sender-one", "file-read"), ((string)leaf["event"]!["provider"]!, (string)leaf["event"]!["action"]!));
        Assert.Equal(("ledger", "2.1", 42), ((string)leaf["service"]!["name"]!, (string)leaf["service"]!["version"]!, (int)leaf["event"]!["duration"]!));
        Assert.Equal("read a file", (string)leaf["message"]!);
    }

    [Fact]
    public async Task Of_a_batch_with_wrong_records_the_others_are_taken_and_the_answer_is_a_partial_success()
    {
        using var sender = await host.SenderAsync();
        var start = host.Log.Records.EndIndex;
        var (status, body) = await PostAsync(sender, Request(Record("part-1"), Text(12, "no more"), Record("part-2")), "application/x-protobuf");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([0x0a], body[..1]);
        Assert.Contains("record 1: @timestamp: required", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.Equal(2, host.ExternalSince(start).Count());

        var json = Encoding.UTF8.GetBytes("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]}]}]}""");
        var (jsonStatus, jsonBody) = await PostAsync(sender, json, "application/json");
        var partial = JsonNode.Parse(jsonBody)!["partialSuccess"]!;
        Assert.Equal((HttpStatusCode.OK, "2"), (jsonStatus, (string)partial["rejectedLogRecords"]!));
        Assert.Contains("event.action: required", (string)partial["errorMessage"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_success_says_nothing_more_and_a_record_with_its_uid_is_there_once()
    {
        using var sender = await host.SenderAsync();
        var start = host.Log.Records.EndIndex;
        var request = Request(Record("once"), Record("twice"));
        Assert.Equal((HttpStatusCode.OK, 0), await SentAsync(request));
        Assert.Equal((HttpStatusCode.OK, 0), await SentAsync(SendersHost.Packed(request), "gzip"));
        Assert.Equal((HttpStatusCode.OK, 0), await SentAsync([]));
        Assert.Equal(2, host.ExternalSince(start).Count());

        async Task<(HttpStatusCode, int)> SentAsync(byte[] body, string? encoding = null)
        {
            var (status, answer) = await PostAsync(sender, body, "application/x-protobuf", encoding);
            return (status, answer.Length);
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_a_status_message_and_nothing_of_it_is_written()
    {
        using var sender = await host.SenderAsync();
        var start = host.Log.Records.EndIndex;
        var request = Request(Record(), Record());
        var (cut, message) = await PostAsync(sender, request[..^1], "application/x-protobuf");
        Assert.Equal(HttpStatusCode.BadRequest, cut);
        Assert.Equal([0x08, 0x03, 0x12], message[..3]);

        var (wrongJson, status) = await PostAsync(sender, [.. "{\"resourceLogs\":"u8], "application/json");
        Assert.Equal((HttpStatusCode.BadRequest, 3), (wrongJson, (int)JsonNode.Parse(status)!["code"]!));

        var many = Request([.. Enumerable.Range(0, 10_001).Select(_ => Record())]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(sender, many, "application/x-protobuf")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(sender, request, "text/plain")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(sender, new byte[9 << 20], "application/x-protobuf")).Status);
        Assert.Empty(host.ExternalSince(start));
    }

    private static async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(HttpClient sender, byte[] body, string type, string? encoding = null)
    {
        using var content = SendersHost.Bytes(body, encoding);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, ReceiveOtlpLogs.Path) { Content = content };
        request.Headers.ExpectContinue = body.Length > 1 << 20;
        using var answer = await sender.SendAsync(request);
        Assert.True(type == "text/plain" || answer.Content.Headers.ContentType?.MediaType == type, $"{answer.StatusCode} {answer.Content.Headers.ContentType}");
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }
}
