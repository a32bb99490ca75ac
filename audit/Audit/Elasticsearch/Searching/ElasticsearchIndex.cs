using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Searching;

namespace Backbone.Audit.Elasticsearch.Searching;

/// <summary>Searches what the exporter of this host has brought to Elasticsearch. Any number of callers.</summary>
internal sealed class ElasticsearchIndex(ElasticsearchClient client, ExportTarget target, ExportProgress progress) : IEventIndex
{
    private const int FirstShardSize = 2_000;
    private const int LargestShardSize = 2_000_000;
    private readonly Lock gate = new();

    /// <summary>Events of that stream below the end were all seen by a search once; what is visible stays so.</summary>
    private (string Stream, long End) seen = ("", 0);

    public string Kind => "elasticsearch";

    public async ValueTask<long> EndIndexAsync(CancellationToken cancellation)
    {
        return await Guarded(() => EndAsync(Stream(), cancellation));
    }

    public IndexedState StateOf(long index) =>
        target.DeadLetters.Waiting.ContainsKey(index) ? IndexedState.Refused : index < progress.Next ? IndexedState.Indexed : IndexedState.Waiting;

    public async ValueTask<EventPage> FindAsync(EventSearch search, PageRequest page, CancellationToken cancellation)
    {
        return await Guarded(async () =>
        {
            var stream = Stream();

            // Before the search: what was visible then is visible in it.
            var end = await EndAsync(stream, cancellation);
            var order = page.NewestFirst ? "desc" : "asc";
            var body = new JsonObject
            {
                ["size"] = page.Size + 1,
                ["track_total_hits"] = false,
                ["_source"] = false,
                ["query"] = QueryTranslation.Of(search),
                ["sort"] = new JsonArray(new JsonObject { ["@timestamp"] = order }, new JsonObject { ["event.sequence"] = order }),
            };
            if (page.After is { } after)
            {
                body["search_after"] = new JsonArray(after.Milliseconds, after.Index);
            }

            var hits = (await stream.SearchAsync(body, cancellation)).Hits?.Hits ?? [];
            return new EventPage(
                [.. hits.Take(page.Size).Select(hit => new FoundEvent(new EventPosition(hit.Sort![0].GetInt64(), hit.Sort[1].GetInt64())))],
                hits.Count > page.Size, end);
        });
    }

    public async ValueTask<EventSummary> SummarizeAsync(EventSearch search, SummaryRequest request, CancellationToken cancellation)
    {
        return await Guarded(async () =>
        {
            var stream = Stream();
            var end = await EndAsync(stream, cancellation);
            for (var shardSize = FirstShardSize; ; shardSize *= 10)
            {
                var translation = new SummaryTranslation(request, shardSize);
                var body = new JsonObject { ["size"] = 0, ["track_total_hits"] = true, ["query"] = QueryTranslation.Of(search) };
                if (translation.Aggregations() is { Count: > 0 } aggregations)
                {
                    body["aggs"] = aggregations;
                }

                var answer = await stream.SearchAsync(body, cancellation);
                var total = answer.Hits?.Total?.Value ?? 0;
                if (answer.Aggregations.ValueKind == System.Text.Json.JsonValueKind.Undefined)
                {
                    // No index yet, or nothing to aggregate.
                    return new EventSummary(total, [], [.. (request.Facets.IsDefault ? [] : request.Facets).Select(field => new Facet(field, [], 0))], end);
                }

                if (translation.Read(answer.Aggregations) is { } read)
                {
                    return new EventSummary(total, read.Buckets, read.Facets, end);
                }

                if (shardSize >= LargestShardSize)
                {
                    throw new IndexUnavailableException($"more than {LargestShardSize} values in one field: counts would not be exact; narrow the search");
                }
            }
        });
    }

    private IndexStream Stream() => new(client, target.Alias, progress.Stream ?? target.Current() ?? IndexStream.NameOf(target.Alias, 1));

    /// <summary>
    /// One past the newest event such that it and all below it are seen. Two requests are under way at a time and an index shows what it has
    /// from time to time, so neither the newest event nor the cursor says it: the events up to there are counted.
    /// </summary>
    private async Task<long> EndAsync(IndexStream stream, CancellationToken cancellation)
    {
        var known = Known(stream.Name);
        var decided = progress.Next;
        if (known == decided)
        {
            return known;
        }

        if (await stream.RangeAsync(cancellation) is not { } range)
        {
            return 0;
        }

        var end = Math.Min(range.Last + 1, decided);
        var first = Math.Max(known, range.First);
        var dead = target.DeadLetters.Waiting.Keys;
        if (end <= first || await stream.CountAsync(first, end, cancellation) < end - first - dead.Count(index => index >= first && index < end))
        {
            return known;
        }

        // Dead letters that follow are decided too.
        while (end < decided && dead.Contains(end))
        {
            end++;
        }

        lock (gate)
        {
            seen = (stream.Name, seen.Stream == stream.Name ? Math.Max(seen.End, end) : end);
            return seen.End;
        }
    }

    private long Known(string stream)
    {
        lock (gate)
        {
            return seen.Stream == stream ? seen.End : 0;
        }
    }

    private static async Task<T> Guarded<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is ClusterUnavailableException or ClusterRefusedException
            or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException)
        {
            // The latter four: a state file of this host that cannot be read, and an answer that lacks what it should have.
            throw new IndexUnavailableException(failure.Message, failure) { IsRefusal = failure is ClusterRefusedException { Answer.Status: 400 } };
        }
    }
}
