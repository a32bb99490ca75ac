using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>A file is written beside feeding: until it is there its events are searched in their table, and never in both.</summary>
public sealed class WriteBesideTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_files_are_written_each_event_is_found_once_and_counted_once()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 10 });
        for (var end = 6; end <= 120; end += 6)
        {
            store.AddBeside(Enumerable.Range(end - 6, 6).Select(i => SampleLeaf.At(i)));
            await HasAsync(store, end);
        }

        store.Writer.Settle(wait: true);
        await HasAsync(store, 120);
        Assert.Equal(10, store.Files.Count);
    }

    [Fact]
    public async Task Each_event_is_seen_once_by_searches_beside_feeding_and_writing()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 60 });
        var feeding = Task.Run(() =>
        {
            for (var i = 0; i < 40; i++)
            {
                store.AddBeside(Enumerable.Range(i * 30, 30).Select(n => SampleLeaf.At(n)));
            }
        }, Cancelled);
        var seen = new HashSet<long>();
        for (var last = false; !last;)
        {
            last = feeding.IsCompleted;
            var page = await store.Index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(1_000, NewestFirst: false), Cancelled);
            var summary = await store.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(), Cancelled);
            Assert.Equal(Enumerable.Range(0, (int)Math.Min(1_000, page.EndIndex)), page.Events.Select(found => (int)found.Index));
            Assert.Equal(summary.EndIndex, summary.Total);
            seen.Add(summary.EndIndex);
        }

        await feeding;
        store.Writer.Settle(wait: true);
        Assert.Equal(1_200, seen.Max());
        Assert.Equal(20, store.Files.Count);
    }

    [Fact]
    public async Task A_search_that_began_before_the_file_was_there_still_has_its_table()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 10 });
        store.AddBeside(Enumerable.Range(0, 10).Select(i => SampleLeaf.At(i)));
        using (var lease = store.Index.Views.Take())
        {
            store.Writer.Settle(wait: true);
            store.AddBeside(Enumerable.Range(10, 10).Select(i => SampleLeaf.At(i)));
            var table = Assert.Single(lease.View.Parts.OfType<SeenRows>()).Table;
            Assert.Equal([10L], store.Index.Database.Read($"SELECT count(*) FROM {table}", row => row.GetInt64(0)));
            await HasAsync(store, 20);
        }

        store.Writer.Settle(wait: true);
        await HasAsync(store, 20);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told_and_its_events_are_asked_for_again()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 10 });
        store.Add(Enumerable.Range(0, 10).Select(i => SampleLeaf.At(i)));
        var aside = store.Folder + ".away";
        Directory.Move(store.Folder, aside);
        store.AddBeside(Enumerable.Range(10, 10).Select(i => SampleLeaf.At(i)));

        Assert.ThrowsAny<Exception>(() => store.Writer.Settle(wait: true));
        Directory.Move(aside, store.Folder);
        store.Writer.ForgetNewest();

        Assert.Equal(10, store.Writer.End);
        await HasAsync(store, 10);
    }

    private static async Task HasAsync(EmbeddedStore store, int events)
    {
        var page = await store.Index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(1_000, NewestFirst: false), Cancelled);
        Assert.Equal(Enumerable.Range(0, events), page.Events.Select(found => (int)found.Index));
        Assert.Equal(events, (await store.Index.SummarizeAsync(new EventSearch(new KqlAll()), new SummaryRequest(), Cancelled)).Total);
    }
}
