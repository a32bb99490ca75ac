using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backbone.Audit.Elasticsearch.Client;

/// <summary>The answers this client reads; a closed set.</summary>
[JsonSerializable(typeof(ClusterError))]
[JsonSerializable(typeof(BulkAnswer))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(ResolveAnswer))]
[JsonSerializable(typeof(RolloverAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(Dictionary<string, MappingAnswer>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ElasticsearchJson : JsonSerializerContext;

/// <summary><c>_bulk</c>: the items in the order of the request.</summary>
internal sealed record BulkAnswer(bool Errors, IReadOnlyList<BulkItem>? Items);

internal sealed record BulkItem(BulkItemAnswer? Create, BulkItemAnswer? Delete);

/// <param name="Status">As of an HTTP request of its own.</param>
/// <param name="Error">Why not.</param>
/// <param name="FailureStore">"used" when the document went into the failure store: answered as success, and is none.</param>
internal readonly record struct BulkItemAnswer(int Status, ClusterError? Error, string? FailureStore);

internal sealed record SearchAnswer(
    [property: JsonPropertyName("timed_out")] bool TimedOut, SearchHits? Hits, JsonElement Aggregations, [property: JsonPropertyName("_shards")] ShardCounts? Shards);

internal sealed record ShardCounts(int Total, int Successful, int Failed);

internal sealed record SearchHits(HitTotal? Total, IReadOnlyList<SearchHit>? Hits);

internal sealed record HitTotal(long Value, string? Relation);

internal sealed record SearchHit(
    [property: JsonPropertyName("_index")] string Index,
    [property: JsonPropertyName("_id")] string Id,
    IReadOnlyList<JsonElement>? Sort,
    IReadOnlyDictionary<string, IReadOnlyList<JsonElement>>? Fields);

/// <summary><c>_resolve/index</c>.</summary>
internal sealed record ResolveAnswer(
    IReadOnlyList<ResolvedAlias>? Aliases,
    [property: JsonPropertyName("data_streams")] IReadOnlyList<ResolvedStream>? DataStreams,
    IReadOnlyList<ResolvedIndex>? Indices);

internal sealed record ResolvedAlias(string Name, IReadOnlyList<string> Indices);

internal sealed record ResolvedIndex(string Name);

/// <param name="Name">The data stream.</param>
/// <param name="BackingIndices">Oldest first; the last one is written.</param>
internal sealed record ResolvedStream(string Name, [property: JsonPropertyName("backing_indices")] IReadOnlyList<string> BackingIndices);

internal sealed record RolloverAnswer(
    [property: JsonPropertyName("rolled_over")] bool RolledOver, [property: JsonPropertyName("new_index")] string? NewIndex);

internal sealed record HealthAnswer(
    string Status, [property: JsonPropertyName("number_of_nodes")] int NumberOfNodes, [property: JsonPropertyName("cluster_name")] string ClusterName);

internal sealed record MappingAnswer(MappingBody Mappings);

internal sealed record MappingBody([property: JsonPropertyName("_meta")] MappingMeta? Meta);

/// <param name="Log">The log whose events these are.</param>
/// <param name="Fields">The fingerprint of the mappings.</param>
internal sealed record MappingMeta(string? Log, string? Fields);
