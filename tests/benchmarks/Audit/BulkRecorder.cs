using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Benchmarks.Audit;

/// <summary>Passes everything on to a server and keeps the bulk requests, byte for byte.</summary>
internal sealed class BulkRecorder : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly List<byte[]> bodies = [];

    private BulkRecorder(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    public IReadOnlyList<byte[]> Bodies => bodies;

    public static async Task<BulkRecorder> StartAsync(string server)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddHttpClient();
        var recorder = new BulkRecorder(builder.Build());
        recorder.app.Run(context => recorder.PassAsync(context, server));
        await recorder.app.StartAsync();
        return recorder;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task PassAsync(HttpContext context, string server)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var body = buffer.ToArray();
        if (context.Request.Path.Value!.EndsWith("/_bulk", StringComparison.Ordinal))
        {
            lock (bodies)
            {
                bodies.Add(body);
            }
        }

        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri(new Uri(server), context.Request.Path.Value + context.Request.QueryString.Value));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
        }

        request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
        using var answer = await client.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
    }
}
