using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Client;

namespace Backbone.Audit.Elasticsearch.Indexing;

/// <summary>
/// Installs the composable template and its parts: <c>NAME@mappings</c>, <c>NAME@settings</c>, and <c>NAME@custom</c>, which is the operator's
/// own and wins. Repeated at every start; needs the privilege <c>manage_index_templates</c>, or somebody who had it before.
/// </summary>
internal sealed class IndexTemplate(ElasticsearchClient client, string name, string log)
{
    /// <summary>Above the templates that come with Elasticsearch (100 to 200).</summary>
    private const int Priority = 500;

    /// <summary>Installs all parts. False when the credentials may not: then what was installed before is in force.</summary>
    /// <exception cref="ClusterRefusedException">Refused for another reason.</exception>
    /// <exception cref="ClusterUnavailableException">No node answers.</exception>
    public async Task<bool> InstallAsync(string? lifecyclePolicy, CancellationToken cancellation)
    {
        var mappings = new JsonObject { ["template"] = new JsonObject { ["mappings"] = IndexMappings.Make(log) } };
        if (!await PutAsync($"_component_template/{name}@mappings", mappings, cancellation))
        {
            return false;
        }

        await PutAsync($"_component_template/{name}@settings", Settings(lifecyclePolicy), cancellation);
        var answer = await client.PutAsync($"_index_template/{name}", Template(mayMiss: true), cancellation);
        if (answer.Status == 400)
        {
            // Before 8.7, and OpenSearch: no part may be missing, so the operator's is left out.
            answer = await client.PutAsync($"_index_template/{name}", Template(mayMiss: false), cancellation);
        }

        return answer.IsSuccess ? true : throw new ClusterRefusedException(answer);
    }

    private async Task<bool> PutAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        var answer = await client.PutAsync(path, body, cancellation);
        return answer.IsSuccess || (answer.Status == 403 ? false : throw new ClusterRefusedException(answer));
    }

    private static JsonObject Settings(string? lifecyclePolicy)
    {
        var index = new JsonObject
        {
            ["number_of_shards"] = 1,

            // A single node has nowhere to put a copy, and is not to be yellow for it.
            ["auto_expand_replicas"] = "0-1",

            // Said outright: a shard that nobody searches would otherwise stop refreshing, and what is exported would not be seen.
            ["refresh_interval"] = "1s",
        };
        if (lifecyclePolicy is not null)
        {
            index["lifecycle"] = new JsonObject { ["name"] = lifecyclePolicy };
        }

        return new JsonObject { ["template"] = new JsonObject { ["settings"] = new JsonObject { ["index"] = index } } };
    }

    private JsonObject Template(bool mayMiss)
    {
        var parts = new JsonArray($"{name}@mappings", $"{name}@settings");
        var template = new JsonObject
        {
            ["index_patterns"] = new JsonArray($"{name}-*"),
            ["data_stream"] = new JsonObject(),
            ["priority"] = Priority,
            ["composed_of"] = parts,
        };
        if (mayMiss)
        {
            parts.Add((JsonNode)$"{name}@custom");
            template["ignore_missing_component_templates"] = new JsonArray($"{name}@custom");
        }

        return template;
    }
}
