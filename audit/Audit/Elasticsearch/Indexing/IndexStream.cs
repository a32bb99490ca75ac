using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Client;

namespace Backbone.Audit.Elasticsearch.Indexing;

/// <summary>
/// One data stream of events: what is known about it, and what is done to it as a whole. Streams are called NAME-000001 and so on; a
/// rebuilt index is the next number. Searches of people go by the alias NAME.
/// </summary>
internal sealed class IndexStream(ElasticsearchClient client, string alias, string name)
{
    /// <summary>Enough of an answer's items to know what became of each.</summary>
    private const string BulkAnswerPath = "filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.failure_store";

    public string Name => name;

    public static string NameOf(string alias, int number) => FormattableString.Invariant($"{alias}-{number:D6}");

    /// <summary>The number in a stream's name; null when it is not one of this alias.</summary>
    public static int? NumberOf(string alias, string stream) =>
        stream.Length == alias.Length + 7 && stream.StartsWith(alias + "-", StringComparison.Ordinal) && int.TryParse(stream.AsSpan(alias.Length + 1), out var number)
            ? number : null;

    /// <summary>All streams of the alias that exist, oldest first.</summary>
    public static async Task<IReadOnlyList<ResolvedStream>> AllAsync(ElasticsearchClient client, string alias, CancellationToken cancellation)
    {
        var answer = await client.GetAsync($"_resolve/index/{alias}-*", cancellation);
        return answer.Status == 404 ? [] :
        [
            .. (answer.Read(ElasticsearchJson.Default.ResolveAnswer).DataStreams ?? [])
                .Where(stream => NumberOf(alias, stream.Name) is not null).OrderBy(stream => stream.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Sends lines of <see cref="IndexedEvent"/>.</summary>
    public async Task<ClusterAnswer> BulkAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        if (!client.KnowsRequireDataStream)
        {
            return await client.BulkAsync($"{name}/_bulk?{BulkAnswerPath}", lines, cancellation);
        }

        var answer = await client.BulkAsync($"{name}/_bulk?require_data_stream=true&{BulkAnswerPath}", lines, cancellation);
        if (answer.Status == 400 && answer.Error()?.Reason?.Contains("require_data_stream", StringComparison.Ordinal) == true)
        {
            client.KnowsRequireDataStream = false;
            return await BulkAsync(lines, cancellation);
        }

        return answer;
    }

    /// <summary>From now on a search sees everything that was acknowledged.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var answer = await client.PostAsync($"{name}/_refresh?ignore_unavailable=true", null, cancellation);
        if (!answer.IsSuccess)
        {
            throw new ClusterRefusedException(answer);
        }
    }

    /// <summary>The lowest and highest <c>event.sequence</c> a search sees, and how many events; null when there is none.</summary>
    public async Task<(long First, long Last, long Count)?> RangeAsync(CancellationToken cancellation)
    {
        var found = await SearchAsync(
            new JsonObject
            {
                ["size"] = 0,
                ["track_total_hits"] = true,
                ["aggs"] = new JsonObject
                {
                    ["first"] = new JsonObject { ["min"] = new JsonObject { ["field"] = "event.sequence" } },
                    ["last"] = new JsonObject { ["max"] = new JsonObject { ["field"] = "event.sequence" } },
                },
            },
            cancellation);
        var count = found.Hits?.Total?.Value ?? 0;

        // Documents that somebody else put there may have no sequence: then it has no events of this log.
        return count > 0 && Value("first") is { } first && Value("last") is { } last ? (first, last, count) : null;

        // Exact up to 2^53, which is more than a log will ever hold.
        long? Value(string name) =>
            found.Aggregations.GetProperty(name).GetProperty("value") is { ValueKind: JsonValueKind.Number } value ? (long)value.GetDouble() : null;
    }

    /// <summary>How many documents have a sequence from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public async Task<long> CountAsync(long from, long to, CancellationToken cancellation) =>
        (await SearchAsync(new JsonObject { ["size"] = 0, ["track_total_hits"] = true, ["query"] = Between(from, to) }, cancellation)).Hits?.Total?.Value ?? 0;

    /// <summary>Every document of the range, in order of sequence, each as often as it is there.</summary>
    public async Task<IReadOnlyList<(long Sequence, SearchHit Hit)>> FindAsync(long from, long to, CancellationToken cancellation)
    {
        const int Page = 10_000;
        List<(long, SearchHit)> all = [];
        while (true)
        {
            var body = new JsonObject
            {
                ["size"] = Page,
                ["track_total_hits"] = false,
                ["_source"] = false,
                ["query"] = Between(from, to),
                ["sort"] = new JsonArray(new JsonObject { ["event.sequence"] = "asc" }, new JsonObject { ["@timestamp"] = "asc" }),
            };
            var hits = (await SearchAsync(body, cancellation)).Hits?.Hits ?? [];
            all.AddRange(hits.Select(hit => (hit.Sort![0].GetInt64(), hit)));
            if (hits.Count < Page)
            {
                return all;
            }

            // Two of one event have one sequence and one time: the page may end between them, and the second is then looked for again.
            from = hits[^1].Sort![0].GetInt64();
            all.RemoveAll(found => found.Item1 == from);
        }
    }

    /// <exception cref="ClusterRefusedException">Refused, or some shards did not answer: half an answer is none.</exception>
    public async Task<SearchAnswer> SearchAsync(JsonObject body, CancellationToken cancellation)
    {
        var answer = await client.PostAsync($"{name}/_search?ignore_unavailable=true&allow_partial_search_results=false", body, cancellation);
        return answer.Read(ElasticsearchJson.Default.SearchAnswer);
    }

    /// <summary>The log whose events the newest backing index holds, and the fingerprint of its mappings; null when there is no such stream.</summary>
    public async Task<MappingMeta?> MetaAsync(CancellationToken cancellation)
    {
        var answer = await client.GetAsync($"{name}/_mapping?ignore_unavailable=true&filter_path=*.mappings._meta", cancellation);
        if (answer.Status == 404)
        {
            return null;
        }

        var indices = answer.Read(ElasticsearchJson.Default.DictionaryStringMappingAnswer);
        return indices.Count == 0 ? null : indices.MaxBy(index => index.Key, StringComparer.Ordinal).Value.Mappings.Meta;
    }

    /// <summary>The alias means this stream from now on, and no other.</summary>
    public async Task<ClusterAnswer> TakeAliasAsync(IEnumerable<string> from, CancellationToken cancellation)
    {
        var actions = new JsonArray();
        foreach (var other in from.Where(other => other != name))
        {
            actions.Add(new JsonObject { ["remove"] = new JsonObject { ["index"] = other, ["alias"] = alias, ["must_exist"] = false } });
        }

        actions.Add(new JsonObject { ["add"] = new JsonObject { ["index"] = name, ["alias"] = alias } });
        return await client.PostAsync("_aliases", new JsonObject { ["actions"] = actions }, cancellation);
    }

    private static JsonObject Between(long from, long to) => new()
    {
        ["range"] = new JsonObject { ["event.sequence"] = new JsonObject { ["gte"] = from, ["lt"] = to } },
    };
}
