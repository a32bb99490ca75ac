using Backbone.Audit.Searching;

namespace Backbone.Audit.Tests.Searching;

public abstract partial class EventIndexContract
{
    private static readonly TimeSpan[] Intervals = [TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7), TimeSpan.FromDays(1)];

    /// <summary>How many random searches; a slow store may ask fewer.</summary>
    private protected virtual int RandomSearches => 100;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_searches_of_random_events_find_what_looking_at_each_event_finds(int seed)
    {
        var random = new RandomEvents(seed);
        var leaves = Enumerable.Range(0, 400).Select(_ => random.Leaf()).ToList();
        var naive = new NaiveIndex();
        naive.Add(leaves);
        var index = await IndexOfAsync(leaves[..250]);
        await AddAsync(index, leaves[250..]);
        for (var round = 0; round < RandomSearches; round++)
        {
            var search = random.Search();
            var told = $"seed {seed}, round {round}: {RandomEvents.Show(search.Query)} from {search.From:O} to {search.To:O}";
            await SamePagesAsync(naive, index, search, random, told);
            await SameSummaryAsync(naive, index, search, random, told);
        }
    }

    private static async Task SamePagesAsync(NaiveIndex naive, IEventIndex index, EventSearch search, RandomEvents random, string told)
    {
        var newestFirst = random.OneIn(2);
        var size = random.Any([7, 50, 400]);
        var wanted = await naive.FindAsync(search, new PageRequest(400, newestFirst), Cancelled);
        var found = await AllPagesAsync(index, search, size, newestFirst);
        Assert.True(
            wanted.Events.Select(one => one.Index).SequenceEqual(found),
            $"{told}\nwanted {string.Join(' ', wanted.Events.Select(one => one.Index))}\nfound  {string.Join(' ', found)}");
    }

    private static async Task SameSummaryAsync(NaiveIndex naive, IEventIndex index, EventSearch search, RandomEvents random, string told)
    {
        var request = new SummaryRequest(
            random.OneIn(4) ? null : random.Any(Intervals),
            TimeSpan.FromSeconds(random.Below(20) - 10),
            random.OneIn(2) ? random.Any(RandomEvents.Counted) : null,
            [.. Enumerable.Range(0, random.Below(4)).Select(_ => random.Any(RandomEvents.Counted)).Distinct()],
            1 + random.Below(12));
        var wanted = await naive.SummarizeAsync(search, request, Cancelled);
        var found = await index.SummarizeAsync(search, request, Cancelled);
        Assert.True(Show(wanted) == Show(found), $"{told}\n{request}\nwanted\n{Show(wanted)}\nfound\n{Show(found)}");
    }

    private static string Show(EventSummary summary) => string.Join('\n',
    [
        FormattableString.Invariant($"{summary.Total} of {summary.EndIndex}"),
        .. summary.Buckets.Select(bucket => FormattableString.Invariant($"{bucket.Start:O} {bucket.Count}: {Show(bucket.Split)}")),
        .. summary.Facets.Select(facet => $"{facet.Field.Name} -{facet.Missing}: {Show(facet.Values)}"),
    ]);
}
