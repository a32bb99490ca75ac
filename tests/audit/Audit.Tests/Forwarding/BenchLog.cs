using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Receiving.Spools;
using Backbone.Audit.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>A log that takes spools, and an issuer, behind requests that never leave the process.</summary>
internal sealed class BenchLog : HttpMessageHandler, IHttpClientFactory
{
    // The log's own memory of ids is to hide nothing here.
    private static readonly SegmentLogSettings Settings = new() { SegmentBytes = 1 << 20, BatchBytes = 1 << 18, DeduplicationWindow = 1 };

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("bench-log-").FullName;
    private SegmentLog log;
    private SpoolIntake intake;

    public BenchLog() => (log, intake) = Open();

    /// <summary>In place of the log's answer to a batch; null lets the log answer, an exception is a connection that fails.</summary>
    public Func<HttpResponseMessage?> Instead { get; set; } = () => null;

    /// <summary>In place of the issuer's answer.</summary>
    public Func<HttpResponseMessage?> InsteadOfToken { get; set; } = () => null;

    /// <summary>What the log answered, newest last.</summary>
    public ConcurrentQueue<SpoolAnswer> Answers { get; } = new();

    /// <summary>Each event's <c>resource.id</c>, in the order of the log.</summary>
    public IReadOnlyList<string> Ids =>
        [.. log.Records.Read(0, int.MaxValue).Select(record => (string)JsonNode.Parse(record.Payload)!["resource"]!["id"]!)];

    public long Length => log.Records.EndIndex;

    public HttpClient CreateClient(string name)
    {
        var client = new HttpClient(this, disposeHandler: false);
        LogHost.Bound(client);
        return client;
    }

    /// <summary>Until so many events are in the log. What is lost never comes: the wait ends.</summary>
    public async Task HoldsAsync(long count)
    {
        try
        {
            await log.Records.WaitForAsync(count - 1, TestContext.Current.CancellationToken).AsTask().WaitAsync(LongestWait);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"the log holds {log.Records.EndIndex} of {count} events");
        }
    }

    public void Restart()
    {
        log.Dispose();
        (log, intake) = Open();
    }

    public void MoveMarks() => intake.MoveMarks();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (path == "/.well-known/openid-configuration")
        {
            return InsteadOfToken() ?? Json("""{"token_endpoint":"https://issuer.example.cn/token"}"""u8.ToArray());
        }

        if (path == "/token")
        {
            return Json("""{"access_token":"token","expires_in":300}"""u8.ToArray());
        }

        if (Instead() is { } other)
        {
            return other;
        }

        var query = request.RequestUri.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var lines = Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)).ToList();
        var answer = await intake.TakeAsync(new SpoolName("host-two", Guid.Parse(path.Split('/')[^1])), query["first"], query["oldest"], lines);
        Answers.Enqueue(answer);
        return Json(
            JsonSerializer.SerializeToUtf8Bytes(answer, SpoolJson.Default.SpoolAnswer),
            answer.Next == query["first"] + lines.Count ? HttpStatusCode.OK : HttpStatusCode.Conflict);
    }

    protected override void Dispose(bool disposing)
    {
        log.Dispose();
        Directory.Delete(folder, recursive: true);
        base.Dispose(disposing);
    }

    private static HttpResponseMessage Json(byte[] body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new ByteArrayContent(body) };

    private (SegmentLog Log, SpoolIntake Intake) Open()
    {
        var opened = new SegmentLog(new FileSegmentStore(Path.Combine(folder, "log")), Settings, Guid.CreateVersion7());
        return (opened, new SpoolIntake(opened, opened, new SpoolMarks(Path.Combine(folder, "spools")), NullLogger<AuditModule>.Instance));
    }
}
