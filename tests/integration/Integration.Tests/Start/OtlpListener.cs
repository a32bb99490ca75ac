using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Backbone.Integration.Tests.Start;

/// <summary>A collector that keeps what it is sent: OTLP/HTTP with protobuf bodies.</summary>
internal sealed class OtlpListener : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, string? Type, byte[] Body)> received = [];

    private OtlpListener(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public static async Task<OtlpListener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var listener = new OtlpListener(builder.Build());
        listener.app.Urls.Add("http://127.0.0.1:0");
        listener.app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            listener.received.Enqueue((context.Request.Path, context.Request.ContentType, body.ToArray()));
        });
        await listener.app.StartAsync();
        return listener;
    }

    /// <summary>Everything that arrived at a path; the media type is checked here, once for all tests.</summary>
    public IReadOnlyList<byte[]> Bodies(string path)
    {
        Assert.All(received, request => Assert.Equal("application/x-protobuf", request.Type));
        return [.. received.Where(request => request.Path == path).Select(request => request.Body)];
    }

    /// <summary>All that arrived as text, to search in: strings stand in protobuf as they are.</summary>
    public string Everything => string.Concat(received.Select(request => Encoding.UTF8.GetString(request.Body)));

    /// <summary>ExportTraceServiceRequest.resource_spans (1) .scope_spans (2) .spans (2).</summary>
    public IReadOnlyList<Span> Spans =>
        [.. Bodies("/v1/traces").SelectMany(body => Parts(body, 1).SelectMany(r => Parts(r, 2)).SelectMany(s => Parts(s, 2))).Select(SpanOf)];

    /// <summary>ExportMetricsServiceRequest.resource_metrics (1) .scope_metrics (2) .metrics (2) .name (1).</summary>
    public IReadOnlyList<string> Metrics =>
    [
        .. Bodies("/v1/metrics").SelectMany(body => Parts(body, 1).SelectMany(r => Parts(r, 2)).SelectMany(s => Parts(s, 2)))
            .SelectMany(metric => Parts(metric, 1)).Select(name => Encoding.UTF8.GetString(name)).Distinct(),
    ];

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>Span.name (5), Span.attributes (9): KeyValue.key (1), .value (2): AnyValue.string_value (1).</summary>
    private static Span SpanOf(byte[] span) => new(
        Encoding.UTF8.GetString(Parts(span, 5).Single()),
        Parts(span, 9).Select(pair => KeyValuePair.Create(
            Encoding.UTF8.GetString(Parts(pair, 1).Single()),
            string.Concat(Parts(pair, 2).SelectMany(value => Parts(value, 1)).Select(text => Encoding.UTF8.GetString(text))))).ToDictionary());

    /// <summary>The length-delimited fields of that number in a protobuf message (encoding guide, "Message Structure").</summary>
    private static IEnumerable<byte[]> Parts(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if ((int)(tag >> 3) == field)
                    {
                        yield return message[at..(at + length)];
                    }

                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at {at}.");
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    /// <param name="Name">What is shown in a list of traces.</param>
    /// <param name="Attributes">Those with text values carry it; the others are empty here.</param>
    internal sealed record Span(string Name, IReadOnlyDictionary<string, string> Attributes)
    {
        public override string ToString() => $"{Name} {string.Join(' ', Attributes)}";
    }
}
