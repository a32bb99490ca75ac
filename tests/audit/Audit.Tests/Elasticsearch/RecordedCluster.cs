using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>
/// Plays back how a cluster that is not at hand answers, from its documentation: not a double of its behaviour, only of the answers our
/// client has to understand. Whatever is not recorded is 200 with an empty object.
/// </summary>
internal sealed class RecordedCluster : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly IReadOnlyList<(string Method, string Path, int Status, string Body)> answers;
    private readonly bool isPlain;

    private RecordedCluster(WebApplication app, bool isPlain, IReadOnlyList<(string, string, int, string)> answers)
    {
        this.app = app;
        this.isPlain = isPlain;
        this.answers = answers;
    }

    public string Url => app.Urls.Single();

    /// <summary>Every request: "PUT /_index_template/x {…}".</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Called with each request before it is answered.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <param name="isPlain">Refuses bodies of media types it does not know, as OpenSearch does; what a caller would accept it passes over.</param>
    /// <param name="answers">Method, a part of path, query or body, status, body; the first that fits.</param>
    public static async Task<RecordedCluster> StartAsync(bool isPlain, params (string Method, string Path, int Status, string Body)[] answers)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        var cluster = new RecordedCluster(builder.Build(), isPlain, answers);
        cluster.app.Run(cluster.AnswerAsync);
        await cluster.app.StartAsync();
        return cluster;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var body = Encoding.UTF8.GetString(buffer.ToArray());
        var path = context.Request.Path.Value + context.Request.QueryString.Value;
        Asked.Enqueue($"{context.Request.Method} {path} {body}");
        await Before($"{context.Request.Method} {path}");
        if (isPlain && body.Length > 0 && context.Request.ContentType?.Contains("vnd.elasticsearch", StringComparison.Ordinal) == true)
        {
            await WriteAsync(context, 406, $$"""{"error":"Content-Type header [{{context.Request.ContentType}}] is not supported","status":406}""");
            return;
        }

        var found = answers.Where(answer => answer.Method == context.Request.Method && $"{path} {body}".Contains(answer.Path, StringComparison.Ordinal)).ToList();
        var (status, recorded) = found.Count == 0 ? (200, "{}") : (found[0].Status, found[0].Body);
        await WriteAsync(context, status, recorded == "BULK" ? Taken(body) : recorded);
    }

    private static string Taken(string body) => new JsonObject
    {
        ["errors"] = false,
        ["items"] = new JsonArray([.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(2)
            .Select(_ => (JsonNode)new JsonObject { ["create"] = new JsonObject { ["status"] = 201 } })]),
    }.ToJsonString();

    private static async Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }
}
