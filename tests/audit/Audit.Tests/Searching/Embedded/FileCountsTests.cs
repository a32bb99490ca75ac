using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>What is kept of whole files: exact whatever is added, merged or dropped meanwhile, and bounded.</summary>
public sealed class FileCountsTests
{
    private static readonly EventSearch Everything = new(new KqlAll());

    private static readonly SummaryRequest Dashboard = new(
        TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(7), EventFields.Find("event.outcome"), [.. RandomEvents.Counted.Where((_, i) => i % 4 == 0)], FacetSize: 5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_summary_is_right_each_time_it_is_asked_while_events_come_and_files_merge()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 20, MergedEvents = 45 });
        var naive = new NaiveIndex();
        var random = new RandomEvents(5);
        for (var round = 0; round < 4; round++)
        {
            List<string> leaves = [.. Enumerable.Range(0, 27).Select(_ => random.Leaf())];
            store.Add(leaves);
            naive.Add(leaves);
            for (var asked = 0; asked < 2; asked++)
            {
                await SameAsync(Everything);
                await SameAsync(Everything with { From = SampleLeaf.Start.AddSeconds(40) });
                await SameAsync(Everything with { Query = new KqlExists(EventFields.Find("user.id")!) });
            }
        }

        async Task SameAsync(EventSearch search)
        {
            var (wanted, found) = (await naive.SummarizeAsync(search, Dashboard, Cancelled), await store.Index.SummarizeAsync(search, Dashboard, Cancelled));
            Assert.Equal(wanted.Total, found.Total);
            Assert.Equal(
                wanted.Buckets.Select(bucket => (bucket.Start, bucket.Count, string.Join('|', bucket.Split))),
                found.Buckets.Select(bucket => (bucket.Start, bucket.Count, string.Join('|', bucket.Split))));
            Assert.Equal(
                wanted.Facets.Select(facet => (facet.Field.Name, facet.Missing, string.Join('|', facet.Values))),
                found.Facets.Select(facet => (facet.Field.Name, facet.Missing, string.Join('|', facet.Values))));
        }
    }

    [Fact]
    public async Task Values_that_are_too_many_to_be_added_up_are_counted_by_the_engine_and_as_right()
    {
        using var store = new EmbeddedStore(new() { NewestEvents = 70, MergedEvents = 70 });
        store.Add(Enumerable.Range(0, 300).Select(i => SampleLeaf.At(i, ("user.id", $"u{(i < 100 ? i % 5 : i)}"), ("tags", (string[])[$"t{i}"]))));
        var summarize = new SummarizeEvents(store.Index.Database, store.Index.Folder, mostAdded: 20, mostValues: 100);

        var request = new SummaryRequest(Facets: [EventFields.Find("user.id")!], FacetSize: 6);
        for (var asked = 0; asked < 2; asked++)
        {
            var summary = await summarize.RunAsync(store.Index.Views.Newest, Everything, request, Cancelled);
            Assert.Equal(["u0 20", "u1 20", "u2 20", "u3 20", "u4 20", "u100 1"], summary.Facets[0].Values.Select(value => $"{value.Value} {value.Count}"));
            Assert.Equal(300, summary.Total);
        }

        var told = await Assert.ThrowsAsync<IndexUnavailableException>(() => summarize.RunAsync(
            store.Index.Views.Newest, Everything, request with { Facets = [EventFields.Find("tags")!] }, Cancelled));
        Assert.Contains("tags has more than 100 different values", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_too_many_groups_is_known_as_such_and_what_was_not_asked_for_longest_goes_first()
    {
        var counts = new FileCounts();
        var set = new SummarySet(SummaryKind.Facet, "user.id", [0]);
        counts.Keep(File(0), set, null);
        for (var i = 1; i <= 20; i++)
        {
            counts.Keep(File(i), set, [.. Enumerable.Range(0, 32_000).Select(n => new CountedGroup(0, new FacetKey($"u{n}"), 1))]);
            Assert.True(counts.Knows(File(1), set, out _));
        }

        Assert.True(counts.Knows(File(1), set, out var kept));
        Assert.Equal(32_000, kept!.Count);
        Assert.True(counts.Knows(File(20), set, out _));
        Assert.False(counts.Knows(File(2), set, out _));
        Assert.InRange(Enumerable.Range(1, 20).Sum(i => counts.Knows(File(i), set, out var some) ? some!.Count : 0), 200_000, 400_000);

    }

    [Fact]
    public void Of_files_that_come_and_go_it_does_not_remember_each_for_ever_though_nothing_is_kept_of_them()
    {
        var counts = new FileCounts();
        var set = new SummarySet(SummaryKind.Facet, "user.id", [0]);
        for (var i = 0; i < 60_000; i++)
        {
            counts.Keep(File(i), set, null);
        }

        Assert.True(counts.Knows(File(59_999), set, out _));
        Assert.InRange(Enumerable.Range(0, 60_000).Count(i => counts.Knows(File(i), set, out _)), 30_000, 50_000);
    }

    private static IndexFile File(int number) => new(number, number + 1, 0, 0, 1, "00000000", "0000000000000000");
}
