using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching;

public abstract partial class EventIndexContract
{
    private static readonly EventSearch Everything = new(new KqlAll());

    private static async Task<List<long>> AllPagesAsync(
        IEventIndex index, EventSearch search, int size, bool newestFirst, Func<Task>? between = null)
    {
        List<long> found = [];
        EventPosition? after = null;
        while (true)
        {
            var page = await index.FindAsync(search, new PageRequest(size, newestFirst, after), Cancelled);
            found.AddRange(page.Events.Select(one => one.Index));
            Assert.True(page.Events.Length <= size);
            if (!page.More)
            {
                return found;
            }

            Assert.Equal(size, page.Events.Length);
            after = page.Events[^1].Position;
            if (between is not null)
            {
                await between();
            }
        }
    }

    [Fact]
    public async Task Order_is_time_then_index_and_pages_lose_and_repeat_nothing()
    {
        // Ties, and times that run backwards: 0, 3, 2, 1, 0, 3, …
        var index = await IndexOfAsync(Enumerable.Range(0, 40).Select(i => SampleLeaf.At((40 - i) % 4, ("event.action", i % 3 == 0 ? "x" : "y"))));
        long[] inOrder = [.. Enumerable.Range(0, 40).OrderBy(i => (40 - i) % 4).ThenBy(i => i)];
        foreach (var size in (int[])[1, 3, 7, 10, 39, 40, 41, PageRequest.MostRows])
        {
            Assert.Equal(inOrder, await AllPagesAsync(index, Everything, size, newestFirst: false));
            Assert.Equal(inOrder.Reverse(), await AllPagesAsync(index, Everything, size, newestFirst: true));
            Assert.Equal(
                inOrder.Where(i => i % 3 == 0).Reverse(),
                await AllPagesAsync(index, new EventSearch(Parse("event.action:x")), size, newestFirst: true));
        }
    }

    [Fact]
    public async Task A_position_says_time_and_index()
    {
        var index = await IndexOfAsync([SampleLeaf.At(5), SampleLeaf.At(1.0019999)]);

        var page = await index.FindAsync(Everything, new PageRequest(10, NewestFirst: false), Cancelled);

        Assert.Equal(
            [new EventPosition(SampleLeaf.Start.ToUnixTimeMilliseconds() + 1_001, 1), new EventPosition(SampleLeaf.Start.ToUnixTimeMilliseconds() + 5_000, 0)],
            page.Events.Select(found => found.Position));
        Assert.False(page.More);
        Assert.Equal(2, page.EndIndex);
    }

    [Fact]
    public async Task While_events_arrive_pages_towards_the_past_stay_as_they_were()
    {
        var index = await IndexOfAsync(Enumerable.Range(0, 25).Select(i => SampleLeaf.At(i)));
        var second = 100;

        var found = await AllPagesAsync(index, Everything, 5, newestFirst: true, () => AddAsync(index, [SampleLeaf.At(second++), SampleLeaf.At(second++)]));

        Assert.Equal(Enumerable.Range(0, 25).Select(i => (long)i).Reverse(), found);
    }

    [Fact]
    public async Task While_events_arrive_pages_towards_the_present_come_to_each_of_them_once()
    {
        var index = await IndexOfAsync(Enumerable.Range(0, 10).Select(i => SampleLeaf.At(i)));
        var added = 10;

        var found = await AllPagesAsync(index, Everything, 4, newestFirst: false, async () =>
        {
            if (added < 16)
            {
                await AddAsync(index, [SampleLeaf.At(added++), SampleLeaf.At(added++)]);
            }
        });

        Assert.Equal(Enumerable.Range(0, added).Select(i => (long)i), found);
    }

    [Fact]
    public async Task A_time_range_takes_its_start_and_leaves_its_end()
    {
        var index = await IndexOfAsync(Enumerable.Range(0, 10).Select(i => SampleLeaf.At(i)));
        var search = new EventSearch(new KqlAll(), SampleLeaf.Start.AddSeconds(2), SampleLeaf.Start.AddSeconds(5));

        Assert.Equal([2, 3, 4], await AllPagesAsync(index, search, 2, newestFirst: false));
        Assert.Equal([4, 3, 2], await AllPagesAsync(index, search, 2, newestFirst: true));
        Assert.Equal([7, 8, 9], await AllPagesAsync(index, search with { From = SampleLeaf.Start.AddSeconds(7), To = null }, 10, newestFirst: false));
        Assert.Equal([0, 1], await AllPagesAsync(index, search with { From = null, To = SampleLeaf.Start.AddSeconds(2) }, 10, newestFirst: false));
        Assert.Empty(await AllPagesAsync(index, search with { To = search.From }, 10, newestFirst: false));
    }

    [Fact]
    public async Task An_empty_store_and_an_empty_answer_are_answers()
    {
        var index = await IndexOfAsync([]);
        Assert.Equal(0, await index.EndIndexAsync(Cancelled));
        var page = await index.FindAsync(Everything, new PageRequest(10), Cancelled);
        Assert.Empty(page.Events);
        Assert.False(page.More);
        Assert.Equal(0, page.EndIndex);

        await AddAsync(index, [SampleLeaf.At(0)]);
        Assert.Equal(1, await index.EndIndexAsync(Cancelled));
        Assert.Equal("0", await FoundAsync(index, ""));
        Assert.Equal("", await FoundAsync(index, "event.action:nothing"));
    }

    [Fact]
    public async Task What_was_added_is_seen_and_counted_by_the_end_index()
    {
        var index = await IndexOfAsync([SampleLeaf.At(0), SampleLeaf.At(1)]);
        Assert.Equal(2, await index.EndIndexAsync(Cancelled));

        await AddAsync(index, [SampleLeaf.At(2, ("event.action", "late")), SampleLeaf.At(-5, ("event.action", "late"))]);

        Assert.Equal(4, await index.EndIndexAsync(Cancelled));
        Assert.Equal("2 3", await FoundAsync(index, "event.action:late"));
        Assert.Equal([3, 0, 1, 2], await AllPagesAsync(index, Everything, 3, newestFirst: false));
        Assert.Equal(4, (await index.SummarizeAsync(Everything, new SummaryRequest(), Cancelled)).EndIndex);
    }
}
