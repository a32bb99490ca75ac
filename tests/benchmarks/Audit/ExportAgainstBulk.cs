using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit;
using Backbone.Audit.Contracts;
using Backbone.Audit.Publishing;
using Backbone.Audit.Searching;
using Backbone.Audit.State;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using EventId = Backbone.Platform.EventId;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// How fast events of the log become visible in a search of Elasticsearch, against the same documents in the same requests sent by a bare
/// client, two at a time, in turns on one server. From the start of the export, first contact and all, to the last event visible.
/// </summary>
internal sealed class ExportAgainstBulk : IFigure
{
    private const int Events = 300_000;
    private const int Rounds = 4;
    private const string Json = "application/vnd.elasticsearch+json;compatible-with=8";
    private const string Lines = "application/vnd.elasticsearch+x-ndjson;compatible-with=8";

    public string Name => "elasticsearch.export-against-bulk";

    public string Unit => "of the raw rate";

    public Goal Goal => new(AtLeast: true, 0.9);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var server = await ElasticsearchServer.StartAsync(measured: true);
        var folder = Directory.CreateTempSubdirectory("backbone-export-").FullName;
        try
        {
            using var provider = (ServiceProvider)new ServiceCollection().AddHttpClient().BuildServiceProvider();
            using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient();
            client.Timeout = TimeSpan.FromMinutes(5);
            client.BaseAddress = new Uri(server.Urls);
            client.DefaultRequestHeaders.Accept.ParseAdd(Json);
            await progress.WriteLineAsync($"appending {Events:N0} events");
            await AppendAsync(folder);
            IReadOnlyList<byte[]> bodies;
            await using (var recorder = await BulkRecorder.StartAsync(server.Urls))
            {
                await ExportAsync(folder, recorder.Url, "warm", client);
                bodies = recorder.Bodies;
            }

            await progress.WriteLineAsync($"{bodies.Count} requests, {bodies.Sum(body => (long)body.Length) / Events} bytes an event");
            await RawAsync("warm-000002", bodies, client);
            double exported = 0, raw = 0;
            for (var round = 1; round <= Rounds; round++)
            {
                var before = Environment.CpuUsage.TotalTime;
                var mine = await ExportAsync(folder, server.Urls, $"e{round}", client);
                var between = Environment.CpuUsage.TotalTime;

                // The export of that name installed its template: the raw requests go to a data stream of the same one.
                var theirs = await RawAsync($"e{round}-000002", bodies, client);
                exported += mine;
                raw += theirs;
                await progress.WriteLineAsync(FormattableString.Invariant($"round {round}: exported {Events / mine:F0}/s, raw {Events / theirs:F0}/s, ratio {theirs / mine:F3}; processor time {(between - before).TotalSeconds:F1} s against {(Environment.CpuUsage.TotalTime - between).TotalSeconds:F1} s"));
            }

            return raw / exported;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AppendAsync(string folder)
    {
        await using var app = await StartAsync(folder);
        var trail = app.Services.GetRequiredService<IAuditTrail>();
        for (var done = 0; done < Events; done += 5_000)
        {
            await Task.WhenAll(Enumerable.Range(done, 5_000).Select(i => AppendAsync(trail, i)));
        }

        await app.Services.GetRequiredService<AuditPublication>().WaitAsync(Events - 1, CancellationToken.None);
        await app.StopAsync();
    }

    /// <summary>About 450 bytes of what a sign-in looks like.</summary>
    private static async Task AppendAsync(IAuditTrail trail, int i)
    {
        var id = EventId.New(TimeProvider.System);
        var leaf = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"@timestamp":"2026-11-25T08:{{{i / 60_000 % 60:D2}}}:{{{i / 1_000 % 60:D2}}}.{{{i % 1_000:D3}}}0000Z","auth":{"client":{"id":"app-{{{i % 20}}}"},"method":"password","session":{"id":"0193617c-{{{i & 0xffff:x4}}}-7000-8000-{{{i:x12}}}"}},"ecs":{"version":"9.4.0"},"event":{"action":"sign-in","category":["authentication","session"],"id":"{{{id}}}","kind":"event","module":"identity","outcome":"success","type":["start"]},"source":{"address":"hmac:1:{{{i % 5_000:x20}}}"},"user":{"id":"0193617c-0000-7000-8000-{{{i % 40_009:x12}}}"}}""");
        await trail.AppendAsync(id, Encoding.UTF8.GetBytes(leaf));
    }

    private static async Task<double> ExportAsync(string folder, string url, string index, HttpClient client)
    {
        var state = Path.Combine(folder, "audit", "elasticsearch");
        if (Directory.Exists(state))
        {
            Directory.Delete(state, recursive: true);
        }

        await using var app = await StartAsync(folder, url, index);
        var since = Stopwatch.GetTimestamp();
        await WaitVisibleAsync($"{index}-000001", client);
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        await app.StopAsync();
        return seconds;
    }

    private static async Task<double> RawAsync(string stream, IReadOnlyList<byte[]> bodies, HttpClient client)
    {
        var since = Stopwatch.GetTimestamp();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < bodies.Count)
            {
                using var content = new ByteArrayContent(bodies[i]);
                content.Headers.ContentType = MediaTypeHeaderValue.Parse(Lines);
                using var answer = await client.PostAsync(new Uri($"{stream}/_bulk?filter_path=errors", UriKind.Relative), content);
                if (!(await answer.Content.ReadAsStringAsync()).Contains("\"errors\":false", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException("the raw requests were not all taken");
                }
            }
        })));
        await WaitVisibleAsync(stream, client);
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private static async Task WaitVisibleAsync(string stream, HttpClient client)
    {
        while (true)
        {
            using var answer = await client.GetAsync(new Uri($"{stream}/_count?ignore_unavailable=true", UriKind.Relative));
            if (JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["count"]?.GetValue<long>() == Events)
            {
                return;
            }

            await Task.Delay(100);
        }
    }

    public static async Task<WebApplication> StartAsync(string folder, string? elasticsearch = null, string index = "none")
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        if (elasticsearch is not null)
        {
            builder.Configuration["Backbone:Elasticsearch:Urls"] = elasticsearch;
            builder.Configuration["Backbone:Elasticsearch:Index"] = index;
        }

        var context = new ModuleContext(builder.Services, builder.Configuration, new BackboneOptions { DataDirectory = folder });
        context.AddAuditState();
        builder.Services.AddAuditTrail(context.Platform);
        context.AddAuditTree();
        context.AddEventIndex();
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }
}
