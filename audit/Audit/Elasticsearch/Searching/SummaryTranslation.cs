using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Searching;

namespace Backbone.Audit.Elasticsearch.Searching;

/// <summary>
/// The aggregations of a summary, and their answer read back. A shard tells only its own most frequent values; how many it tells is raised
/// until none can have been left out, so that counts are exact over any number of backing indices.
/// </summary>
internal sealed class SummaryTranslation(SummaryRequest request, int shardSize)
{
    private const string Histogram = "histogram";
    private const string Split = "split";
    private const string None = "none";

    private ImmutableArray<EventField> Facets => request.Facets.IsDefault ? [] : request.Facets;

    public JsonObject Aggregations()
    {
        var all = new JsonObject();
        for (var i = 0; i < Facets.Length; i++)
        {
            all[FacetName(i)] = Terms(Facets[i], request.FacetSize);
            all[FacetName(i) + None] = Missing(Facets[i]);
        }

        if (request.Interval is not { } interval)
        {
            return all;
        }

        var histogram = new JsonObject
        {
            ["date_histogram"] = new JsonObject
            {
                ["field"] = "@timestamp",
                ["fixed_interval"] = Milliseconds(interval),
                ["offset"] = Milliseconds(request.Offset),
                ["min_doc_count"] = 1,
            },
        };
        if (request.SplitBy is { } field)
        {
            histogram["aggs"] = new JsonObject { [Split] = Terms(field, request.FacetSize), [None] = Missing(field) };
        }

        all[Histogram] = histogram;
        return all;
    }

    /// <summary>The answer; null when a shard may have left a value out.</summary>
    public (ImmutableArray<TimeBucket> Buckets, ImmutableArray<Facet> Facets)? Read(JsonElement aggregations)
    {
        var facets = ImmutableArray.CreateBuilder<Facet>();
        for (var i = 0; i < Facets.Length; i++)
        {
            if (Values(Facets[i], aggregations.GetProperty(FacetName(i))) is not { } values)
            {
                return null;
            }

            facets.Add(new Facet(Facets[i], values, Count(aggregations.GetProperty(FacetName(i) + None))));
        }

        var buckets = ImmutableArray.CreateBuilder<TimeBucket>();
        if (request.Interval is not null)
        {
            foreach (var bucket in aggregations.GetProperty(Histogram).GetProperty("buckets").EnumerateArray())
            {
                if (SplitOf(bucket) is not { } split)
                {
                    return null;
                }

                buckets.Add(new TimeBucket(DateTimeOffset.FromUnixTimeMilliseconds(bucket.GetProperty("key").GetInt64()), Count(bucket), split));
            }
        }

        return (buckets.ToImmutable(), facets.ToImmutable());
    }

    private static string FacetName(int number) => FormattableString.Invariant($"facet{number}");

    private static string Milliseconds(TimeSpan time) => FormattableString.Invariant($"{(long)time.TotalMilliseconds}ms");

    private static JsonObject Missing(EventField field) => new() { ["missing"] = new JsonObject { ["field"] = field.Name } };

    private JsonObject Terms(EventField field, int size) => new()
    {
        ["terms"] = new JsonObject
        {
            ["field"] = field.Name,
            ["size"] = size,
            ["shard_size"] = Math.Max(size, shardSize),
            ["order"] = new JsonArray(new JsonObject { ["_count"] = "desc" }, new JsonObject { ["_key"] = "asc" }),
        },
    };

    private ImmutableArray<ValueCount>? SplitOf(JsonElement bucket)
    {
        if (request.SplitBy is not { } field)
        {
            return [];
        }

        if (Values(field, bucket.GetProperty(Split)) is not { } values)
        {
            return null;
        }

        // Those without a value count under "", together with those whose value is that.
        var none = Count(bucket.GetProperty(None));
        var empty = values.FirstOrDefault(value => value.Value.Length == 0);
        if (none == 0)
        {
            return values;
        }

        // A stable sort: the others keep their order, "" comes first among equals.
        return [.. values.Where(value => value.Value.Length > 0).Prepend(new ValueCount("", none + empty.Count)).OrderByDescending(value => value.Count).Take(request.FacetSize)];
    }

    private static ImmutableArray<ValueCount>? Values(EventField field, JsonElement terms) =>
        terms.GetProperty("doc_count_error_upper_bound").GetInt64() > 0 ? null
            : [.. terms.GetProperty("buckets").EnumerateArray().Select(bucket => new ValueCount(Text(field, bucket), Count(bucket)))];

    private static long Count(JsonElement bucket) => bucket.GetProperty("doc_count").GetInt64();

    private static string Text(EventField field, JsonElement bucket)
    {
        var key = bucket.GetProperty("key");
        return field.Type switch
        {
            FieldType.Date => DateTimeOffset.FromUnixTimeMilliseconds(key.GetInt64()).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            FieldType.Real => key.GetDouble().ToString(CultureInfo.InvariantCulture),
            FieldType.Boolean => key.GetInt64() == 0 ? "false" : "true",
            FieldType.Number => key.GetInt64().ToString(CultureInfo.InvariantCulture),
            FieldType.Ip => System.Net.IPAddress.Parse(key.GetString()!).ToString(),
            _ => key.GetString()!,
        };
    }
}
