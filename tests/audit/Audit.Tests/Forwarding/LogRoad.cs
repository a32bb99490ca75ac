using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Backbone.Audit.Receiving.Spools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>What happens to a batch on its way to the log.</summary>
internal enum Mishap
{
    None,

    /// <summary>Nobody is there.</summary>
    Away,

    /// <summary>The log takes it; the connection ends before its answer.</summary>
    AnswerLost,

    /// <summary>Answered with 413; the log never sees it.</summary>
    TooLarge,

    /// <summary>Answered with 401; the log never sees it.</summary>
    TokenRefused,
}

/// <summary>The stretch of network between a forwarding host and the log's: its address stays when the log's changes, and it goes wrong on demand.</summary>
internal sealed class LogRoad : IAsyncDisposable
{
    private readonly WebApplication app;
    private int batches;
    private int requests;

    private LogRoad(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    /// <summary>Where it leads; null for nowhere.</summary>
    public Uri? Target { get; set; }

    /// <summary>What happens to the batch of that number, from 0.</summary>
    public Func<int, Mishap> Choose { get; set; } = _ => Mishap.None;

    /// <summary>Called after the log has answered a batch, before its sender learns of it.</summary>
    public Func<Task> Afterwards { get; set; } = () => Task.CompletedTask;

    public int Batches => Volatile.Read(ref batches);

    /// <summary>All that came, batches and others.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <param name="target">Where it leads.</param>
    /// <param name="certificate">Asked at every handshake of TLS; null for plain HTTP.</param>
    public static async Task<LogRoad> StartAsync(Uri target, Func<X509Certificate2>? certificate = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = certificate is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0";
        if (certificate is not null)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(tls => tls.ServerCertificateSelector = (_, _) => certificate()));
        }

        builder.Services.AddHttpClient();
        var road = new LogRoad(builder.Build()) { Target = target };
        road.app.Run(road.PassAsync);
        await road.app.StartAsync();
        return road;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task PassAsync(HttpContext context)
    {
        Interlocked.Increment(ref requests);
        var isBatch = context.Request.Path.StartsWithSegments(ReceiveSpool.Path);
        var mishap = isBatch ? Choose(Interlocked.Increment(ref batches) - 1) : Mishap.None;
        if (mishap is Mishap.TooLarge or Mishap.TokenRefused)
        {
            context.Response.StatusCode = mishap == Mishap.TooLarge ? 413 : 401;
            return;
        }

        if (Target is not { } target || mishap == Mishap.Away)
        {
            context.Abort();
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri(target, context.Request.Path.Value + context.Request.QueryString.Value));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
        }

        if (context.Request.Headers.Authorization.Count > 0)
        {
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(context.Request.Headers.Authorization.ToString());
        }

        using var answer = await context.RequestServices.GetRequiredService<IHttpClientFactory>().CreateClient().SendAsync(request);
        if (isBatch)
        {
            await Afterwards();
        }

        if (mishap == Mishap.AnswerLost)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
    }
}
