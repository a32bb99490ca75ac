using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Elasticsearch.Indexing;

/// <summary>
/// The mappings of every field an event may have, made from the one list. Nothing is mapped by guessing: what is not in the list stays in
/// the document and is not indexed. Only types that a minimal cluster has.
/// </summary>
internal static class IndexMappings
{
    /// <summary>ECS <c>ignore_above</c>, in UTF-16 units.</summary>
    private const int LongestKeyword = 1_024;

    /// <summary>Changes when the mappings do: then the next backing index is begun at once.</summary>
    public static string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Properties().ToJsonString())))[..16];

    /// <param name="log">The log whose events these are: an index of another log is never written.</param>
    public static JsonObject Make(string log) => new()
    {
        ["dynamic"] = false,
        ["_meta"] = new JsonObject { ["log"] = log, ["fields"] = Fingerprint },
        ["_source"] = new JsonObject { ["excludes"] = new JsonArray(IndexedEvent.Words) },
        ["properties"] = Properties(),
    };

    private static JsonObject Properties()
    {
        var root = new JsonObject();
        foreach (var field in EventFields.All)
        {
            var path = field.Name.Split('.');
            var place = root;
            for (var i = 0; i < path.Length - 1; i++)
            {
                place = ObjectIn(place, path[i], isOwn: i == 0 && field.IsOwn);
            }

            place[path[^1]] = Field(field.Type);
        }

        var words = ObjectIn(root, IndexedEvent.Words, isOwn: true);
        words["all"] = WordField();
        foreach (var text in EventFields.All.Where(field => field.Type == FieldType.Text))
        {
            words[IndexedEvent.WordsOf(text)[(IndexedEvent.Words.Length + 1)..]] = WordField();
        }

        return root;
    }

    private static JsonObject ObjectIn(JsonObject place, string name, bool isOwn)
    {
        if (place[name] is not JsonObject existing)
        {
            existing = isOwn ? new JsonObject { ["dynamic"] = false } : [];
            existing["properties"] = new JsonObject();
            place[name] = existing;
        }

        return existing["properties"]!.AsObject();
    }

    private static JsonObject Field(FieldType type) => type switch
    {
        FieldType.Keyword => new JsonObject { ["type"] = "keyword", ["ignore_above"] = LongestKeyword },
        FieldType.Text => new JsonObject { ["type"] = "text", ["norms"] = false },
        FieldType.Ip => new JsonObject { ["type"] = "ip" },
        FieldType.Date => new JsonObject { ["type"] = "date" },
        FieldType.Number => new JsonObject { ["type"] = "long" },
        FieldType.Real => new JsonObject { ["type"] = "double" },
        FieldType.Boolean => new JsonObject { ["type"] = "boolean" },
        _ => throw new InvalidOperationException($"{type} has no mapping"),
    };

    /// <summary>Words that were cut here, so that spaces are all that part them.</summary>
    private static JsonObject WordField() => new() { ["type"] = "text", ["analyzer"] = "whitespace", ["norms"] = false };
}
