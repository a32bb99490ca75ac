using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>The whole host with systems that may send it events: each with its own client id, secret and scopes, from the operator's catalogue.</summary>
public class SendersHost : BackboneFixture
{
    public const string Interface = "urn:backbone:api:audit";
    public const string Organization = "913700000000000001";

    private readonly string catalogue = Directory.CreateTempSubdirectory("senders-").FullName;

    internal SegmentLog Log => Services.GetRequiredService<SegmentLog>();

    /// <summary>An event that obeys every rule.</summary>
    public static string Event(string? id = null, string more = "")
    {
        var now = TimeProvider.System.GetUtcNow().ToString("O");
        return $$"""{"@timestamp":"{{now}}","event":{"action":"file-read","category":["file"],"type":["access"],"outcome":"success"{{(id is null ? "" : $",\"id\":\"{id}\"")}}}{{more}}}""";
    }

    public static StringContent Lines(params IEnumerable<string> lines) => new(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");

    public static ByteArrayContent Bytes(byte[] body, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return content;
    }

    public static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    /// <summary>Who may append events and nothing else.</summary>
    public Task<HttpClient> SenderAsync(string id = "sender-one", string scope = "audit.write") =>
        this.NewProgramAsync(id, SecretOf(id), scope, Interface);

    public string SecretOf(string id) => File.ReadAllText(SecretFile(id));

    public string SecretFile(string id) => Path.Combine(catalogue, id + ".secret");

    /// <summary>Sends a batch; the status, and a line of answer for each event.</summary>
    public static async Task<(HttpStatusCode Status, JsonNode[] Answers)> SendAsync(HttpClient sender, HttpContent batch)
    {
        using var answer = await sender.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), batch);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/x-ndjson", $"{(int)answer.StatusCode} {text}");
        return (answer.StatusCode, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)]);
    }

    /// <summary>The status alone, for batches that are refused as a whole.</summary>
    public static async Task<HttpStatusCode> StatusAsync(HttpClient sender, HttpContent batch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/audit/v1/events") { Content = batch };
        request.Headers.ExpectContinue = batch.Headers.ContentLength > 1 << 20;
        using var answer = await sender.SendAsync(request);
        return answer.StatusCode;
    }

    internal JsonNode Leaf(long index) => JsonNode.Parse(Log.Records.Read(index, 1).Single().Payload)!;

    /// <summary>Leaves of events from outside, from an index on.</summary>
    internal IEnumerable<JsonNode> ExternalSince(long index) =>
        Log.Records.Read(index, int.MaxValue).Select(record => JsonNode.Parse(record.Payload)!).Where(leaf => (string)leaf["event"]!["module"]! == "external");

    protected override void Configure(FixtureSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Settings["Backbone:Catalogue"] = catalogue;
        settings.Settings["Backbone:Audit:Receiving:BatchSeconds"] = "8";
        settings.Settings["Backbone:Audit:Receiving:MostBatchesPerSender"] = "2";
        settings.Settings["Backbone:Audit:Receiving:MostBatches"] = "3";
        settings.Settings["Backbone:Audit:Receiving:Senders:sender-one:Organization"] = Organization;
        Write("sender-one", "audit.write, services.read");
        Write("sender-two", "audit.write");
        Write("reader", "audit.read");
        Write("portal", "audit.usage");
        Write("host-two", "audit.forward");
        Write("host-three", "audit.forward");
    }

    private void Write(string id, string scopes) => MachineApp.Write(catalogue, id, scopes, $"{Interface}, urn:backbone:api:ai-shandong");
}
