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

    public string PolicyName => alias;

    /// <summary>"ILM", "data stream lifecycle" or "the exporter itself".</summary>
    public static string Said(LifecycleKind kind) => kind switch
    {
        LifecycleKind.Policy => "ILM",
        LifecycleKind.DataStream => "data stream lifecycle",
        _ => "the exporter itself",
    };

    /// <summary>What there is; asked by GET, since an absent feature's POST is taken for an index of that name.</summary>
    public async Task<LifecycleKind> OfferedAsync(CancellationToken cancellation)
    {
        if ((await client.GetAsync($"_ilm/policy/{PolicyName}", cancellation)).Status is 200 or 404)
        {
            return LifecycleKind.Policy;
        }

        return (await client.GetAsync($"_data_stream/{alias}-*/_lifecycle", cancellation)).Status is 200 or 404 ? LifecycleKind.DataStream : LifecycleKind.Own;
    }

    /// <summary>What is set for the stream: what is offered may be more than the exporter's credentials may use.</summary>
    /// <param name="offered">As <see cref="OfferedAsync"/> says.</param>
    /// <param name="stream">The stream that is written.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LifecycleKind> InForceAsync(LifecycleKind offered, string stream, CancellationToken cancellation)
    {
        var answer = offered switch
        {
            LifecycleKind.Policy => await client.GetAsync($"_ilm/policy/{PolicyName}", cancellation),
            LifecycleKind.DataStream => await client.GetAsync($"_data_stream/{stream}/_lifecycle?filter_path=data_streams.lifecycle", cancellation),
            _ => null,
        };
        return answer is { IsSuccess: true } && (offered == LifecycleKind.Policy || answer.Body.AsSpan().IndexOf("\"lifecycle\""u8) >= 0)
            ? offered : LifecycleKind.Own;
    }

    /// <summary>Before the template is installed: makes the policy. Answers what will be in force.</summary>
    public async Task<LifecycleKind> PrepareAsync(CancellationToken cancellation)
    {
        var offered = await OfferedAsync(cancellation);
        if (offered != LifecycleKind.Policy)
        {
            return offered;
        }

        var answer = await client.PutAsync($"_ilm/policy/{PolicyName}", Policy(), cancellation);
        return answer.IsSuccess ? LifecycleKind.Policy : LifecycleKind.Own;
    }

    /// <summary>Once the stream is there: gives it the lifecycle. Answers what is in force.</summary>
    public async Task<LifecycleKind> ApplyAsync(LifecycleKind kind, string stream, CancellationToken cancellation)
    {
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
        var body = new JsonObject();
        if (!always)
        {
            body["conditions"] = new JsonObject { ["max_age"] = OldestIndex, ["max_primary_shard_size"] = LargestShard, ["max_docs"] = events };
        }

        var answer = await client.PostOnceAsync($"{stream}/_rollover", body, cancellation);
        var said = answer.Read(ElasticsearchJson.Default.RolloverAnswer);
        return said.RolledOver ? said.NewIndex : null;
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
