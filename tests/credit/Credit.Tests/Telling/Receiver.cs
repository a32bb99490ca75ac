using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Backbone.Credit.Tests.Telling;

/// <summary>What came in one request.</summary>
internal sealed record Received(string Id, string Timestamp, string Signatures, byte[] Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public string Entity => Json.GetProperty("data").GetProperty("entity").GetString()!;

    /// <summary>Whether one of the signatures is by the secret: written anew after the text of Standard Webhooks 1.0.</summary>
    public bool IsSignedBy(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Encoding.UTF8.GetString(Body)}")));
        var age = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(Timestamp, CultureInfo.InvariantCulture);
        return Math.Abs(age) < 300 && Signatures.Split(' ').Contains(expected);
    }
}

/// <summary>A program's own server on loopback, which takes messages and answers as it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single() + "/hook?token=geheim";

    public ConcurrentQueue<Received> All { get; } = new();

    /// <summary>The status to answer with; called when the message is there.</summary>
    public Func<Received, HttpContext, Task<int>> Answer { get; set; } = (_, _) => Task.FromResult(204);

    public static async Task<Receiver> StartAsync(int status = 204)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        var receiver = new Receiver(builder.Build()) { Answer = (_, _) => Task.FromResult(status) };
        receiver.app.Run(receiver.TakeAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public async Task<IReadOnlyList<Received>> UntilAsync(int count, int seconds = 40)
    {
        for (var left = seconds * 20; All.Count < count && left > 0; left--)
        {
            await Task.Delay(50);
        }

        Assert.True(All.Count >= count, $"{All.Count} of {count} messages came in {seconds} s");
        return [.. All];
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers;
        var received = new Received(headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), body.ToArray());
        All.Enqueue(received);
        try
        {
            http.Response.StatusCode = await Answer(received, http);
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }
}
