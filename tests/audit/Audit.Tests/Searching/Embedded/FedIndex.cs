using System.Collections.Concurrent;
using System.Text;
using Backbone.Audit.Appending;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;
using Backbone.Audit.Searching.Kql;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>A real log and the real feeder with its index, started and stopped like a host; and what it says meanwhile.</summary>
internal sealed class FedIndex : IAsyncDisposable
{
    private static readonly Backbone.Audit.Contracts.Fields.EventField[] Facets = [.. RandomEvents.Counted.Where((_, i) => i % 5 == 0)];
    private readonly TemporaryLog logFolder = new();
    private readonly TemporaryFolder indexFolder = new();
    private readonly RandomEvents random = new(11);
    private readonly NaiveIndex naive = new();
    private readonly EmbeddedIndexOptions options;
    private readonly TimeProvider today;
    private FeedIndex? feeder;

    /// <param name="options">Files of 20 to 30 events, none of which is merged, unless told.</param>
    /// <param name="today">What merging takes for today.</param>
    public FedIndex(EmbeddedIndexOptions? options = null, TimeProvider? today = null)
    {
        this.options = options ?? new EmbeddedIndexOptions { NewestEvents = 20, MergedEvents = 20 };
        this.today = today ?? TimeProvider.System;
    }

    public SegmentLog Log { get; private set; } = null!;

    public EmbeddedIndex Index { get; private set; } = null!;

    public IndexWriter Writer { get; private set; } = null!;

    public Lines Said { get; } = new();

    public string Folder => indexFolder.Path;

    public IReadOnlyList<string> Files => [.. Directory.GetFiles(Folder, "*.parquet").Order(StringComparer.Ordinal)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>An index with so many random events, in files but for the last few; stopped.</summary>
    public static async Task<FedIndex> WithEventsAsync(int events)
    {
        var fed = new FedIndex();
        await fed.StartAsync();
        await fed.AppendAsync(events);
        await fed.StopAsync();
        return fed;
    }

    public async Task StartAsync()
    {
        Log = logFolder.Open(TemporaryLog.Small);
        Index = new EmbeddedIndex(Folder, options);
        Writer = new IndexWriter(Index.Database, Index.Folder, Index.Views, options, TimeProvider.System, Said);
        var merging = new MergeFiles(Index.Folder, Writer, options, today);
        feeder = new FeedIndex(Log, Index, Writer, merging, new IndexState(), TimeProvider.System, Said);
        await feeder.StartAsync(Cancelled);
    }

    /// <summary>Random events into the log, eleven at a time, so that a file gets 20 to 30; returns once the index sees them.</summary>
    public async Task AppendAsync(int events)
    {
        for (var i = 0; i < events; i++)
        {
            var id = TemporaryLog.NewId();
            var leaf = random.Leaf()[..^1] + $",\"zz\":\"{id}\"}}";
            naive.Add([leaf]);
            await Log.AppendAsync(id, Encoding.UTF8.GetBytes(leaf), Cancelled);
            if (i % 11 == 10)
            {
                await CaughtUpAsync();
            }
        }

        await CaughtUpAsync();
    }

    public Task CaughtUpAsync() => Index.CaughtUpAsync(Log.Records.EndIndex);

    /// <summary>Finds and counts what looking at each event of the log finds and counts.</summary>
    public async Task IsRightAsync()
    {
        await CaughtUpAsync();
        var searches = new RandomEvents(23);
        foreach (var search in Enumerable.Range(0, 25).Select(_ => searches.Search()).Prepend(new EventSearch(new KqlAll())))
        {
            var (wanted, found) = (await naive.FindAsync(search, new PageRequest(1_000), Cancelled), await Index.FindAsync(search, new PageRequest(1_000), Cancelled));
            Assert.True(wanted.Events.SequenceEqual(found.Events), RandomEvents.Show(search.Query));
            var request = new SummaryRequest(TimeSpan.FromSeconds(5), Facets: [.. Facets]);
            Assert.Equal((await naive.SummarizeAsync(search, request, Cancelled)).Total, (await Index.SummarizeAsync(search, request, Cancelled)).Total);
        }
    }

    /// <summary>One file of all; or the source that is damaged.</summary>
    public IndexFile? MergeAll() => new MergeFiles(Index.Folder, Writer, options, TimeProvider.System).Merge(Writer.Files, Cancelled);

    /// <summary>Returns once what was dropped is there again.</summary>
    public async Task RepairedAsync()
    {
        while (Said.Of(3252).Count == 0 || Writer.Gap is not null)
        {
            await Task.Delay(20, Cancelled);
        }

        await CaughtUpAsync();
    }

    public async Task StopAsync()
    {
        if (feeder is not null)
        {
            await feeder.StopAsync(CancellationToken.None);
            feeder.Dispose();
            feeder = null;
            Index.Dispose();
            await Log.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        logFolder.Dispose();
        indexFolder.Dispose();
    }

    /// <summary>Log lines by id.</summary>
    internal sealed class Lines : ILogger<AuditModule>
    {
        private readonly ConcurrentQueue<(int Id, string Text)> lines = [];

        public IReadOnlyList<string> Of(int id) => [.. lines.Where(line => line.Id == id).Select(line => line.Text)];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId.Id, formatter(state, exception)));
    }
}
