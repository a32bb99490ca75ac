using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Elasticsearch.Searching;

/// <summary>
/// A condition as the query DSL writes it. Everything filters and nothing is scored; values go in as values, never as text of a query. Only
/// queries that a minimal cluster has: no scripts, no query strings.
/// </summary>
internal static class QueryTranslation
{
    /// <summary>More words begin alike only in a log that somebody filled to that end; then some are not found.</summary>
    private const int MostWordsOfOnePrefix = 50_000;

    /// <summary>The condition and the time range together.</summary>
    public static JsonObject Of(EventSearch search)
    {
        var filter = new JsonArray(Of(search.Query));
        if (search.From is not null || search.To is not null)
        {
            var bounds = new JsonObject { ["format"] = "epoch_millis" };
            if (search.From is { } from)
            {
                bounds["gte"] = from.ToUnixTimeMilliseconds();
            }

            if (search.To is { } to)
            {
                bounds["lt"] = to.ToUnixTimeMilliseconds();
            }

            filter.Add(On("range", "@timestamp", bounds));
        }

        return Bool("filter", filter);
    }

    private static JsonObject Of(KqlNode node) => node switch
    {
        KqlAll => new JsonObject { ["match_all"] = new JsonObject() },
        KqlAnd and => Bool("filter", All(and.Parts)),
        KqlOr or => Bool("should", All(or.Parts)),
        KqlNot not => Bool("must_not", new JsonArray(Of(not.Part))),
        KqlExists exists => new JsonObject { ["exists"] = new JsonObject { ["field"] = exists.Field.Name } },
        KqlEquals equals => Equal(equals.Field.Name, equals.Value),
        KqlWildcard wildcard => On("wildcard", wildcard.Field.Name, new JsonObject { ["value"] = string.Join('*', wildcard.Parts.Select(Escaped)) }),
        KqlRange range => Range(range),
        KqlNetwork network => Network(network.Field.Name, network.Network),
        KqlWords words => Words(words),
        _ => throw new InvalidOperationException($"{node.GetType().Name} has no translation"),
    };

    private static JsonArray All(IEnumerable<KqlNode> parts) => new([.. parts.Select(part => (JsonNode)Of(part))]);

    private static JsonObject Bool(string clause, JsonArray parts)
    {
        var inner = new JsonObject { [clause] = parts };
        if (clause == "should")
        {
            inner["minimum_should_match"] = 1;
        }

        return new JsonObject { ["bool"] = inner };
    }

    private static JsonObject On(string query, string field, JsonNode what) => new() { [query] = new JsonObject { [field] = what } };

    private static JsonObject Equal(string field, in KqlValue value) => value.Time is { } time
        ? On("range", field, new JsonObject { ["gte"] = time.ToUnixTimeMilliseconds(), ["lte"] = time.ToUnixTimeMilliseconds(), ["format"] = "epoch_millis" })
        : On("term", field, new JsonObject { ["value"] = Json(value) });

    private static JsonObject Range(KqlRange range)
    {
        var bounds = new JsonObject
        {
            [range.Comparison switch
            {
                KqlComparison.Less => "lt",
                KqlComparison.LessOrEqual => "lte",
                KqlComparison.Greater => "gt",
                _ => "gte",
            }] = Json(range.Bound),
        };
        if (range.Bound.Time is not null)
        {
            bounds["format"] = "epoch_millis";
        }

        return On("range", range.Field.Name, bounds);
    }

    private static JsonValue Json(in KqlValue value) =>
        value.Text is { } text ? JsonValue.Create(WellFormed(text))
        : value.Number is { } number ? JsonValue.Create(number)
        : value.Real is { } real ? JsonValue.Create(real)
        : value.Truth is { } truth ? JsonValue.Create(truth)
        : value.Time is { } time ? JsonValue.Create(time.ToUnixTimeMilliseconds())
        : JsonValue.Create(value.Address!.ToString());

    /// <summary>An IPv4 network lies in the mapped part of IPv6; first and last address say it for both, whatever the prefix.</summary>
    private static JsonObject Network(string field, IPNetwork network)
    {
        var first = network.BaseAddress.GetAddressBytes();
        var last = (byte[])first.Clone();
        for (var bit = network.PrefixLength; bit < last.Length * 8; bit++)
        {
            last[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return On("range", field, new JsonObject { ["gte"] = new IPAddress(first).ToString(), ["lte"] = new IPAddress(last).ToString() });
    }

    private static JsonObject Words(KqlWords words)
    {
        var field = words.Field is { } one ? IndexedEvent.WordsOf(one) : IndexedEvent.AllWords;
        if (words is { LastIsPrefix: true, Words.Length: 1 })
        {
            return On("prefix", field, new JsonObject { ["value"] = words.Words[0] });
        }

        var phrase = new JsonObject { ["query"] = string.Join(' ', words.Words) };
        if (words.LastIsPrefix)
        {
            phrase["max_expansions"] = MostWordsOfOnePrefix;
        }

        return On(words.LastIsPrefix ? "match_phrase_prefix" : "match_phrase", field, phrase);
    }

    private static string Escaped(string part)
    {
        var escaped = new StringBuilder(part.Length);
        foreach (var sign in WellFormed(part))
        {
            escaped.Append(sign is '*' or '?' or '\\' ? "\\" : "").Append(sign);
        }

        return escaped.ToString();
    }

    /// <summary>Half a character cannot be written in UTF-8, and stands in no event.</summary>
    private static string WellFormed(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text
            : string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
}
