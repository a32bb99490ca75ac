using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Connecting;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Elasticsearch.Client;

/// <summary>
/// The REST API of Elasticsearch, as far as this log needs it. Tries the nodes in turn; says what a node answered, whatever it is. Addresses
/// hold names of indices and parameters, never anything of an event. Any number of callers.
/// </summary>
internal sealed class ElasticsearchClient(IHttpClientFactory clients, ClusterNodes nodes, IOptions<ElasticsearchOptions> options)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "audit-elasticsearch";

    /// <summary>A node that has not answered by then is taken for gone; bulk requests on a busy cluster take seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Json = "application/vnd.elasticsearch+json";
    private const string Lines = "application/vnd.elasticsearch+x-ndjson";
    private readonly AuthenticationHeaderValue? authorization = Authorization(options.Value);

    /// <summary>OpenSearch knows plain JSON only; found out by its refusal.</summary>
    private volatile bool isPlain;

    /// <summary>
    /// Whether a bulk request may say <c>require_data_stream</c>; without it a missing template would make a plain index, its fields guessed.
    /// Elasticsearch before 8.13 and OpenSearch do not know it.
    /// </summary>
    public bool KnowsRequireDataStream { get; set; } = true;

    public Task<ClusterAnswer> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, Json, isRepeatable: true, cancellation);

    public Task<ClusterAnswer> PutAsync(string path, JsonNode body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, path, Bytes(body), Json, isRepeatable: true, cancellation);

    /// <summary>A request that may be sent twice without harm: searches, refreshes, aliases.</summary>
    public Task<ClusterAnswer> PostAsync(string path, JsonNode? body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : Bytes(body), Json, isRepeatable: true, cancellation);

    /// <summary>A request that changes something each time: once it may have reached a node, no other node gets it.</summary>
    public Task<ClusterAnswer> PostOnceAsync(string path, JsonNode body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, Bytes(body), Json, isRepeatable: false, cancellation);

    public Task<ClusterAnswer> DeleteAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, path, null, Json, isRepeatable: true, cancellation);

    /// <summary><c>_bulk</c> with a body of lines; sent to one node only.</summary>
    public Task<ClusterAnswer> BulkAsync(string path, ReadOnlyMemory<byte> lines, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, lines, Lines, isRepeatable: false, cancellation);

    private static byte[] Bytes(JsonNode body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            body.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    private async Task<ClusterAnswer> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, string type, bool isRepeatable, CancellationToken cancellation)
    {
        List<string> said = [];
        foreach (var node in nodes.InTurn())
        {
            try
            {
                var answer = await AskAsync(node, method, path, body, type, cancellation);
                if (answer.Status == 406 && !isPlain)
                {
                    isPlain = true;
                    answer = await AskAsync(node, method, path, body, type, cancellation);
                }

                if (answer.Status is not (502 or 503 or 504))
                {
                    nodes.Answered(node);
                    return answer;
                }

                nodes.Failed(node);
                if (!isRepeatable)
                {
                    return answer;
                }

                said.Add($"{node.Address.Authority}: {answer}");
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested && failure is HttpRequestException or OperationCanceledException or IOException)
            {
                nodes.Failed(node);
                said.Add($"{node.Address.Authority}: {Reason(failure)}");
                if (!isRepeatable && !NeverLeft(failure))
                {
                    throw new ClusterUnavailableException(string.Join("; ", said), mayHaveHappened: true, failure);
                }
            }
        }

        throw new ClusterUnavailableException(string.Join("; ", said), mayHaveHappened: false);
    }

    private static string Reason(Exception failure) => failure switch
    {
        // The handler's own bound on connecting; the client has none.
        OperationCanceledException { InnerException: TimeoutException } => $"no connection within {NamedAuthority.ConnectTimeout.TotalSeconds} s",
        OperationCanceledException => $"no answer within {Patience.TotalSeconds} s",
        _ => failure.GetBaseException().Message,
    };

    /// <summary>The connection did not come about, so no node has seen the request.</summary>
    private static bool NeverLeft(Exception failure) => failure is OperationCanceledException { InnerException: TimeoutException } or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
    };

    private async Task<ClusterAnswer> AskAsync(
        ClusterNode node, HttpMethod method, string path, ReadOnlyMemory<byte>? body, string type, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var client = clients.CreateClient(Client);
        using var request = new HttpRequestMessage(method, new Uri(node.Address, path));
        request.Headers.Authorization = authorization;
        request.Headers.Accept.Add(MediaType(Json));
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = MediaType(type);
        }

        using var response = await client.SendAsync(request, limit.Token);
        return new ClusterAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(limit.Token));
    }

    private MediaTypeWithQualityHeaderValue MediaType(string type) => isPlain
        ? new MediaTypeWithQualityHeaderValue(type == Lines ? "application/x-ndjson" : "application/json")
        : new MediaTypeWithQualityHeaderValue(type) { Parameters = { new NameValueHeaderValue("compatible-with", "8") } };

    private static AuthenticationHeaderValue? Authorization(ElasticsearchOptions options)
    {
        if (options.ApiKey is { } setting)
        {
            var key = ElasticsearchOptions.Secret(setting);
            return new AuthenticationHeaderValue("ApiKey", key.Contains(':', StringComparison.Ordinal) ? Base64(key) : key);
        }

        return options.Username is { } name
            ? new AuthenticationHeaderValue("Basic", Base64($"{name}:{ElasticsearchOptions.Secret(options.Password!)}"))
            : null;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
