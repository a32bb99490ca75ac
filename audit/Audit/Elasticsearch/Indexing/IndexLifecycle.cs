using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Client;

namespace Backbone.Audit.Elasticsearch.Indexing;

/// <summary>Who rolls backing indices over and deletes old ones.</summary>
internal enum LifecycleKind
{
    /// <summary>Index lifecycle management of the cluster, by a policy of ours.</summary>
    Policy,

    /// <summary>The cluster's data-stream lifecycle.</summary>
    DataStream,

    /// <summary>The exporter itself: the cluster has neither, or does not let us.</summary>
    Own,
}

/// <summary>
/// Finds out what the cluster offers and uses it. Whatever deletes, deletes only what the log has integrated: nothing else is ever exported.
/// </summary>
internal sealed class IndexLifecycle(ElasticsearchClient client, string alias, int keepDays)
{
    /// <summary>Lucene's bound is 2 billion, and a search of one shard uses one core.</summary>
    public const long MostEvents = 200_000_000;

    /// <summary>Elastic's advice for a shard.</summary>
    private const string LargestShard = "50gb";

    private const string OldestIndex = "30d";

    private const string SizeOfShard = "max_primary_shard_size";
    private const string SizeOfAll = "max_size";

    /// <summary>The type of a policy's absence.</summary>
    private const string NotFound = "resource_not_found_exception";

    /// <summary>Which of the two this cluster knows; found out by its refusal.</summary>
    private volatile string sizeCondition = SizeOfShard;

    public string PolicyName => alias;

    /// <summary>"ILM", "data stream lifecycle" or "the exporter itself".</summary>
    public static string Said(LifecycleKind kind) => kind switch
    {
        LifecycleKind.Policy => "ILM",
        LifecycleKind.DataStream => "data stream lifecycle",
        _ => "the exporter itself",
    };

    /// <summary>
    /// What there is; asked by GET, since an absent feature's POST is taken for an index of that name. So may its GET be, by some versions: then it is
    /// an index that is missing, not a policy.
    /// </summary>
    public async Task<LifecycleKind> OfferedAsync(CancellationToken cancellation)
    {
        var policy = await client.GetAsync($"_ilm/policy/{PolicyName}", cancellation);
        if (policy.Status == 200 || (policy.Status == 404 && policy.Error()?.Type == NotFound))
        {
            return LifecycleKind.Policy;
        }

        // By a pattern: no stream of it is no stream, not a fault.
        return (await client.GetAsync($"_data_stream/{alias}-*/_lifecycle", cancellation)).Status == 200 ? LifecycleKind.DataStream : LifecycleKind.Own;
    }

    /// <summary>What is set for the stream: what is offered may be more than the exporter's credentials may use.</summary>
    /// <param name="offered">As <see cref="OfferedAsync"/> says.</param>
    /// <param name="stream">The stream that is written.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LifecycleKind> InForceAsync(LifecycleKind offered, string stream, CancellationToken cancellation)
    {
        var isInForce = offered switch
        {
            LifecycleKind.Policy => (await client.GetAsync($"_ilm/policy/{PolicyName}", cancellation)).IsSuccess && await IsManagedAsync(stream, cancellation),
            LifecycleKind.DataStream => IsEnabled(await client.GetAsync($"_data_stream/{stream}/_lifecycle?filter_path=data_streams.lifecycle", cancellation)),
            _ => true,
        };
        return isInForce ? offered : LifecycleKind.Own;
    }

    /// <summary>Before the template is installed: makes the policy, or uses the one that somebody with more privileges has made. Answers what will be in force.</summary>
    public async Task<LifecycleKind> PrepareAsync(CancellationToken cancellation)
    {
        var offered = await OfferedAsync(cancellation);
        if (offered != LifecycleKind.Policy)
        {
            return offered;
        }

        var answer = await client.PutAsync($"_ilm/policy/{PolicyName}", Policy(), cancellation);
        return answer.IsSuccess || (answer.Status == 403 && (await client.GetAsync($"_ilm/policy/{PolicyName}", cancellation)).IsSuccess)
            ? LifecycleKind.Policy
            : LifecycleKind.Own;
    }

    /// <summary>
    /// Once the stream is there: gives it the lifecycle. Answers what is in force: a policy does nothing for an index that began before the template
    /// named it, or whose template could not be installed.
    /// </summary>
    public async Task<LifecycleKind> ApplyAsync(LifecycleKind kind, string stream, CancellationToken cancellation)
    {
        if (kind == LifecycleKind.Policy)
        {
            return await IsManagedAsync(stream, cancellation) ? LifecycleKind.Policy : LifecycleKind.Own;
        }

        if (kind != LifecycleKind.DataStream)
        {
            return kind;
        }

        var body = new JsonObject();
        if (keepDays > 0)
        {
            body["data_retention"] = $"{keepDays}d";
        }

        return (await client.PutAsync($"_data_stream/{stream}/_lifecycle", body, cancellation)).IsSuccess ? LifecycleKind.DataStream : LifecycleKind.Own;
    }

    /// <summary>Begins another backing index when the newest is full or old, or in any case. Null when it was not.</summary>
    public async Task<string?> RollOverAsync(string stream, long events, bool always, CancellationToken cancellation)
    {
        var answer = await client.PostOnceAsync($"{stream}/_rollover", Conditions(), cancellation);
        if (answer.Status == 400 && !always && sizeCondition == SizeOfShard)
        {
            // OpenSearch knows the size of all primaries only; of one shard that is the same.
            sizeCondition = SizeOfAll;
            answer = await client.PostOnceAsync($"{stream}/_rollover", Conditions(), cancellation);
        }

        var said = answer.Read(ElasticsearchJson.Default.RolloverAnswer);
        return said.RolledOver ? said.NewIndex : null;

        JsonObject Conditions() => always ? [] : new()
        {
            ["conditions"] = new JsonObject { ["max_age"] = OldestIndex, [sizeCondition] = LargestShard, ["max_docs"] = events },
        };
    }

    /// <summary>Whether the cluster's policies look after the index that is written. Where it will not say, they are trusted to.</summary>
    private async Task<bool> IsManagedAsync(string stream, CancellationToken cancellation)
    {
        var answer = await client.GetAsync($"{stream}/_ilm/explain?filter_path=indices.*.managed", cancellation);
        if (!answer.IsSuccess)
        {
            return true;
        }

        using var read = JsonDocument.Parse(answer.Body);
        return !read.RootElement.TryGetProperty("indices", out var indices)
            || indices.EnumerateObject().MaxBy(index => index.Name, StringComparer.Ordinal).Value is not { ValueKind: JsonValueKind.Object } written
            || !written.TryGetProperty("managed", out var managed) || managed.ValueKind != JsonValueKind.False;
    }

    /// <summary>One that is set and turned off rolls nothing over.</summary>
    private static bool IsEnabled(ClusterAnswer answer)
    {
        if (!answer.IsSuccess)
        {
            return false;
        }

        using var read = JsonDocument.Parse(answer.Body);
        return read.RootElement.TryGetProperty("data_streams", out var streams) && streams.EnumerateArray().Any(
            stream => stream.TryGetProperty("lifecycle", out var lifecycle) && !(lifecycle.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.False));
    }

    private JsonObject Policy()
    {
        var phases = new JsonObject
        {
            ["hot"] = new JsonObject
            {
                ["actions"] = new JsonObject
                {
                    ["rollover"] = new JsonObject { ["max_age"] = OldestIndex, ["max_primary_shard_size"] = LargestShard, ["max_docs"] = MostEvents },
                },
            },
        };
        if (keepDays > 0)
        {
            phases["delete"] = new JsonObject { ["min_age"] = $"{keepDays}d", ["actions"] = new JsonObject { ["delete"] = new JsonObject() } };
        }

        return new JsonObject { ["policy"] = new JsonObject { ["phases"] = phases } };
    }
}
