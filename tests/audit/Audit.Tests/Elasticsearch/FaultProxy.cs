using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>What happens to a bulk request on its way.</summary>
internal enum Fault
{
    None,

    /// <summary>429 for the whole request; the server never sees it.</summary>
    Busy,

    /// <summary>503; the server never sees it.</summary>
    Away,

    /// <summary>413; the server never sees it.</summary>
    TooLarge,

    /// <summary>The connection ends before the server sees it.</summary>
    CutBefore,

    /// <summary>The server carries it out; the connection ends before its answer.</summary>
    CutAfter,

    /// <summary>Every second item is answered with 429, and was not carried out.</summary>
    HalfBusy,
}

/// <summary>A stretch of network in front of a real server that goes wrong on demand. Everything but bulk requests passes.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication app;

    private FaultProxy(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    /// <summary>What happens to the bulk request of that number, from 0.</summary>
    public Func<int, int, Fault> Choose { get; set; } = (_, _) => Fault.None;

    /// <summary>A data stream whose bulk requests find nobody, whatever else is chosen.</summary>
    public string? Stuck { get; set; }

    /// <summary>Whether DELETE is carried out; else it is answered with 403.</summary>
    public bool MayDelete { get; set; } = true;

    /// <summary>Called after the server has answered a request whose answer is cut off.</summary>
    public Func<Task> Afterwards { get; set; } = () => Task.CompletedTask;

    /// <summary>The faults so far, and the bytes of each bulk request.</summary>
    public ConcurrentQueue<(Fault Fault, int Bytes)> Seen { get; } = new();

    public static async Task<FaultProxy> StartAsync(string server)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddHttpClient();
        var proxy = new FaultProxy(builder.Build());
        proxy.app.Run(context => proxy.AnswerAsync(context, server));
        await proxy.app.StartAsync();
        return proxy;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, string server)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        var fault = Fault.None;
        if (context.Request.Path.Value!.EndsWith("/_bulk", StringComparison.Ordinal))
        {
            lock (Seen)
            {
                fault = Stuck is { } stream && context.Request.Path.StartsWithSegments("/" + stream) ? Fault.Away : Choose(Seen.Count, bytes.Length);
                Seen.Enqueue((fault, bytes.Length));
            }
        }

        if (!MayDelete && HttpMethods.IsDelete(context.Request.Method))
        {
            await RefuseAsync(context, 403, "security_exception");
            return;
        }

        switch (fault)
        {
            case Fault.Busy:
                await RefuseAsync(context, 429, "circuit_breaking_exception");
                return;
            case Fault.Away:
                await RefuseAsync(context, 503, "cluster_block_exception");
                return;
            case Fault.TooLarge:
                context.Response.StatusCode = 413;
                return;
            case Fault.CutBefore:
                context.Abort();
                return;
            case Fault.HalfBusy:
                await HalfAsync(context, server, bytes);
                return;
        }

        using var answer = await ForwardAsync(context, server, bytes);
        if (fault == Fault.CutAfter)
        {
            await Afterwards();
            context.Abort();
            return;
        }

        await PassAsync(context, (int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpContext context, string server, byte[] bytes)
    {
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        var target = new Uri(new Uri(server), context.Request.Path.Value + context.Request.QueryString.Value);
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (bytes.Length > 0)
        {
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
        }

        request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
        return await client.SendAsync(request);
    }

    /// <summary>The server gets every second item; of the others it is said that there was no room.</summary>
    private async Task HalfAsync(HttpContext context, string server, byte[] bytes)
    {
        var lines = System.Text.Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToList();
        var passed = lines.Where((_, i) => i % 2 == 0).ToList();
        using var answer = await ForwardAsync(context, server, System.Text.Encoding.UTF8.GetBytes(string.Concat(passed.Select(pair => $"{pair[0]}\n{pair[1]}\n"))));
        var items = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["items"]!.AsArray().Select(item => item!.ToJsonString()).ToList();
        var all = lines.Select((_, i) => i % 2 == 0 ? items[i / 2] : """{"create":{"status":429,"error":{"type":"es_rejected_execution_exception","reason":"no room"}}}""");
        await PassAsync(context, 200, System.Text.Encoding.UTF8.GetBytes($$"""{"errors":true,"items":[{{string.Join(',', all)}}]}"""));
    }

    private static Task RefuseAsync(HttpContext context, int status, string type) =>
        PassAsync(context, status, System.Text.Encoding.UTF8.GetBytes($$"""{"error":{"type":"{{type}}","reason":"for the test"},"status":{{status}}}"""));

    private static async Task PassAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/vnd.elasticsearch+json;compatible-with=8";
        await context.Response.Body.WriteAsync(body);
    }
}
