using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Elasticsearch.Reconciling;
using Backbone.Audit.Integrating;
using Backbone.Audit.Publishing;
using Backbone.Audit.Searching;
using Backbone.Audit.State;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>A log with its tree and its export, in a folder that outlives it: started and stopped like a host.</summary>
internal sealed class ExportHost : IAsyncDisposable
{
    public static readonly ExportLimits Quick = new()
    {
        BatchEvents = 500,
        BatchAge = TimeSpan.FromMilliseconds(20),
        FirstPause = TimeSpan.FromMilliseconds(50),
        LongestPause = TimeSpan.FromMilliseconds(400),
        CursorEvery = TimeSpan.Zero,
    };

    private readonly string index;
    private readonly string folder;

    private ExportHost(WebApplication app, string index, string folder)
    {
        this.index = index;
        this.folder = folder;
        App = app;
    }

    public WebApplication App { get; }

    /// <summary>What the audit module wrote into the operational log.</summary>
    public required ConcurrentQueue<string> Said { get; init; }

    public ExportProgress Progress => App.Services.GetRequiredService<ExportProgress>();

    public ExportTarget Target => App.Services.GetRequiredService<ExportTarget>();

    public ElasticsearchClient Client => App.Services.GetRequiredService<ElasticsearchClient>();

    public SegmentLog Log => App.Services.GetRequiredService<SegmentLog>();

    public IndexStream Stream => new(Client, index, Progress.Stream ?? IndexStream.NameOf(index, 1));

    public static Task<ExportHost> StartAsync(
        string folder, string urls, string index, ExportLimits? limits = null, params (string Name, string Value)[] settings) =>
        StartAsync(folder, urls, index, null, limits, settings);

    /// <param name="folder">The data folder.</param>
    /// <param name="urls">Of the cluster.</param>
    /// <param name="index">Its alias.</param>
    /// <param name="clock">Of everything in the host; null for the machine's.</param>
    /// <param name="limits">Of the export; null for <see cref="Quick"/>.</param>
    /// <param name="settings">Further ones.</param>
    public static async Task<ExportHost> StartAsync(
        string folder, string urls, string index, TimeProvider? clock, ExportLimits? limits, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        var lines = new SaidLines();
        builder.Logging.ClearProviders().AddProvider(lines);
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["Backbone:Elasticsearch:Urls"] = urls;
        builder.Configuration["Backbone:Elasticsearch:Index"] = index;
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        var options = new BackboneOptions { DataDirectory = folder };
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        var context = new ModuleContext(builder.Services, builder.Configuration, options);
        context.AddAuditState();
        builder.Services.AddAuditTrail(options);
        builder.Services.AddSingleton(limits ?? Quick);
        context.AddAuditTree();
        context.AddEventIndex();
        var app = builder.Build();
        await app.StartAsync();
        return new ExportHost(app, index, folder) { Said = lines.All };
    }

    /// <summary>Appends so many events, many at once.</summary>
    public Task AppendAsync(int events) =>
        Task.WhenAll(Enumerable.Range(0, events).Select(_ => App.Services.GetRequiredService<IAuditTrail>().AppendAsync(TemporaryLog.SignIn()).AsTask()));

    /// <summary>Appends a leaf word for word; the text "ID" in it becomes its event id.</summary>
    public async Task<long> AppendLeafAsync(string leaf)
    {
        var id = TemporaryLog.NewId();
        return await App.Services.GetRequiredService<IAuditTrail>().AppendAsync(id, Encoding.UTF8.GetBytes(leaf.Replace("ID", id.ToString(), StringComparison.Ordinal)));
    }

    /// <summary>Until everything in the log is indexed or dead-lettered.</summary>
    public async Task WaitAsync(int seconds = 60)
    {
        var end = Log.Records.EndIndex;
        for (var i = 0; i < seconds * 20; i++)
        {
            if (Progress.Next >= end)
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail($"the export came to {Progress.Next} of {end}: {Progress.Fault?.Reason}");
    }

    /// <summary>Until the export has come so far.</summary>
    public async Task WaitForSomeAsync(long next)
    {
        for (var i = 0; i < 1_200 && Progress.Next < next; i++)
        {
            await Task.Delay(50);
        }

        Assert.True(Progress.Next >= next, $"the export came to {Progress.Next}, not {next}: {Progress.Fault?.Reason}");
    }

    /// <summary>What an operator does by hand, once the log has published all it holds: the exit code, and what was said.</summary>
    public async Task<(int Code, string Said)> RunAsync(Func<IndexUpkeep, TextWriter, Task<int>> work)
    {
        await App.Services.GetRequiredService<PublishedLog>().WaitPublishedAsync(Log.Records.EndIndex - 1, CancellationToken.None);
        using var output = new StringWriter();
        return (await work(App.Services.GetRequiredService<IndexUpkeep>(), output), output.ToString());
    }

    /// <summary>
    /// Every event of the log is in the index once, or among the dead letters, and every document is its leaf with the hash and sequence of
    /// its place: looked at one by one.
    /// </summary>
    public async Task AssertNothingLostNothingTwiceAsync()
    {
        await Stream.RefreshAsync(CancellationToken.None);
        var found = await Stream.FindAsync(0, long.MaxValue, CancellationToken.None);
        var twice = found.GroupBy(one => one.Sequence).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        Assert.True(twice.Count == 0, $"twice: {string.Join(' ', twice.Take(20))}");
        var dead = Target.DeadLetters.Waiting.Keys.ToList();
        var there = found.Select(one => one.Sequence).Concat(dead).Order().ToList();
        var lost = Enumerable.Range(0, (int)Log.Records.EndIndex).Select(i => (long)i).Except(there).ToList();
        Assert.True(lost.Count == 0, $"lost: {string.Join(' ', lost.Take(20))}");
        Assert.Equal(Log.Records.EndIndex, there.Count);
    }

    public async Task<JsonNode> AskAsync(HttpMethod method, string path, string? body = null)
    {
        var answer = method == HttpMethod.Get ? await Client.GetAsync(path, CancellationToken.None)
            : method == HttpMethod.Put ? await Client.PutAsync(path, JsonNode.Parse(body!)!, CancellationToken.None)
            : await Client.PostAsync(path, body is null ? null : JsonNode.Parse(body), CancellationToken.None);
        Assert.True(answer.IsSuccess, $"{method} {path}: {answer}");
        return JsonNode.Parse(answer.Body)!;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }

    private sealed class SaidLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is >= 3000 and < 4000)
            {
                All.Enqueue($"{eventId.Id} {formatter(state, exception)}");
            }
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A folder for one log.</summary>
    public sealed class Place : IDisposable
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("audit-export-").FullName;

        public void Dispose()
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
