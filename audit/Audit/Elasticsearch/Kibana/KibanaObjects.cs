using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backbone.Audit.Elasticsearch.Kibana;

/// <summary>
/// The data view, saved searches and dashboards for Kibana 8 and later, as the lines of an importable file. Ids never change, so that a second
/// import replaces the first. Charts are the aggregation-based ones, whose form has been stable for many versions.
/// </summary>
public static class KibanaObjects
{
    private const string DataView = "backbone-audit";
    private const string IndexReference = "kibanaSavedObjectMeta.searchSourceJSON.index";

    /// <summary>The file's text; the same at every call.</summary>
    public static string Write()
    {
        List<JsonObject> objects = [View()];
        foreach (var subject in KibanaSubject.All)
        {
            objects.Add(Search(subject));
            objects.Add(Histogram(subject));
            objects.AddRange(subject.Tops.Select(top => Top(subject, top)));
            objects.Add(Dashboard(subject));
        }

        var text = new StringBuilder();
        foreach (var one in objects)
        {
            text.Append(Line(one)).Append('\n');
        }

        return text.ToString();
    }

    private static string Line(JsonObject one)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            one.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static JsonObject Object(string type, string id, JsonObject attributes, params JsonObject[] references) => new()
    {
        ["type"] = type,
        ["id"] = id,
        ["attributes"] = attributes,
        ["references"] = new JsonArray([.. references]),
        ["coreMigrationVersion"] = "8.8.0",
    };

    private static JsonObject Reference(string name, string type, string id) => new() { ["name"] = name, ["type"] = type, ["id"] = id };

    private static JsonObject View() => Object("index-pattern", DataView, new JsonObject
    {
        ["title"] = DataView,
        ["name"] = "Backbone audit 审计",
        ["timeFieldName"] = "@timestamp",
    });

    private static JsonObject Source(string query) => new()
    {
        ["searchSourceJSON"] = new JsonObject
        {
            ["query"] = new JsonObject { ["language"] = "kuery", ["query"] = query },
            ["filter"] = new JsonArray(),
            ["indexRefName"] = IndexReference,
        }.ToJsonString(),
    };

    private static JsonObject Search(KibanaSubject subject) => Object(
        "search", $"{DataView}-{subject.Id}", new JsonObject
        {
            ["title"] = $"Backbone: {subject.Title}",
            ["description"] = subject.Description,
            ["columns"] = new JsonArray([.. subject.Columns.Select(column => (JsonNode)column)]),
            ["sort"] = new JsonArray(new JsonArray("@timestamp", "desc")),
            ["kibanaSavedObjectMeta"] = Source(subject.Query),
        },
        Reference(IndexReference, "index-pattern", DataView));

    private static JsonObject Histogram(KibanaSubject subject) => Visualization(subject, "time", $"{subject.Title}: 时间 over time", "histogram", new JsonArray(
        Aggregation("1", "count", "metric", []),
        Aggregation("2", "date_histogram", "segment", new JsonObject { ["field"] = "@timestamp", ["interval"] = "auto", ["min_doc_count"] = 1 }),
        Aggregation("3", "terms", "group", TermsOf(subject.SplitBy, 5))));

    private static JsonObject Top(KibanaSubject subject, string field) => Visualization(subject, field, $"{subject.Title}: {field}", "table", new JsonArray(
        Aggregation("1", "count", "metric", []),
        Aggregation("2", "terms", "bucket", TermsOf(field, 20))));

    private static JsonObject Visualization(KibanaSubject subject, string part, string title, string type, JsonArray aggregations) => Object(
        "visualization", IdOf(subject, part), new JsonObject
        {
            ["title"] = $"Backbone: {title}",
            ["description"] = "",
            ["version"] = 1,
            ["uiStateJSON"] = "{}",
            ["visState"] = new JsonObject
            {
                ["title"] = $"Backbone: {title}",
                ["type"] = type,
                ["aggs"] = aggregations,
                ["params"] = type == "table" ? new JsonObject { ["perPage"] = 10, ["showTotal"] = false } : Bars(),
            }.ToJsonString(),
            ["kibanaSavedObjectMeta"] = Source(subject.Query),
        },
        Reference(IndexReference, "index-pattern", DataView));

    private static string IdOf(KibanaSubject subject, string part) => $"{DataView}-{subject.Id}-{part.Replace('.', '-').Replace("@", "", StringComparison.Ordinal)}";

    private static JsonObject Aggregation(string id, string type, string schema, JsonObject parameters) => new()
    {
        ["id"] = id,
        ["enabled"] = true,
        ["type"] = type,
        ["schema"] = schema,
        ["params"] = parameters,
    };

    private static JsonObject TermsOf(string field, int size) => new()
    {
        ["field"] = field,
        ["orderBy"] = "1",
        ["order"] = "desc",
        ["size"] = size,
        ["otherBucket"] = false,
        ["missingBucket"] = false,
    };

    private static JsonObject Bars() => new()
    {
        ["type"] = "histogram",
        ["addTooltip"] = true,
        ["addLegend"] = true,
        ["legendPosition"] = "right",
        ["categoryAxes"] = new JsonArray(new JsonObject
        {
            ["id"] = "CategoryAxis-1",
            ["type"] = "category",
            ["position"] = "bottom",
            ["show"] = true,
            ["scale"] = new JsonObject { ["type"] = "linear" },
            ["labels"] = new JsonObject { ["show"] = true, ["filter"] = true },
            ["title"] = new JsonObject(),
        }),
        ["valueAxes"] = new JsonArray(new JsonObject
        {
            ["id"] = "ValueAxis-1",
            ["name"] = "LeftAxis-1",
            ["type"] = "value",
            ["position"] = "left",
            ["show"] = true,
            ["scale"] = new JsonObject { ["type"] = "linear", ["mode"] = "normal" },
            ["labels"] = new JsonObject { ["show"] = true },
            ["title"] = new JsonObject(),
        }),
        ["seriesParams"] = new JsonArray(new JsonObject
        {
            ["show"] = true,
            ["type"] = "histogram",
            ["mode"] = "stacked",
            ["valueAxis"] = "ValueAxis-1",
            ["data"] = new JsonObject { ["id"] = "1", ["label"] = "Count" },
        }),
    };

    private static JsonObject Dashboard(KibanaSubject subject)
    {
        var panels = new JsonArray();
        List<JsonObject> references = [];
        Add("visualization", IdOf(subject, "time"), x: 0, y: 0, width: 48, height: 12);
        for (var i = 0; i < subject.Tops.Count; i++)
        {
            Add("visualization", IdOf(subject, subject.Tops[i]), x: i % 3 * 16, y: 12 + i / 3 * 14, width: 16, height: 14);
        }

        Add("search", $"{DataView}-{subject.Id}", x: 0, y: 12 + (subject.Tops.Count + 2) / 3 * 14, width: 48, height: 20);
        return Object(
            "dashboard", $"{DataView}-{subject.Id}-dashboard", new JsonObject
            {
                ["title"] = $"Backbone: {subject.Title}",
                ["description"] = subject.Description,
                ["panelsJSON"] = panels.ToJsonString(),
                ["optionsJSON"] = """{"useMargins":true,"hidePanelTitles":false}""",
                ["timeRestore"] = true,
                ["timeFrom"] = "now-7d",
                ["timeTo"] = "now",
                ["version"] = 1,
                ["kibanaSavedObjectMeta"] = new JsonObject
                {
                    ["searchSourceJSON"] = """{"query":{"language":"kuery","query":""},"filter":[]}""",
                },
            },
            [.. references]);

        void Add(string type, string id, int x, int y, int width, int height)
        {
            var place = $"{panels.Count + 1}";
            panels.Add(new JsonObject
            {
                ["type"] = type,
                ["panelIndex"] = place,
                ["gridData"] = new JsonObject { ["x"] = x, ["y"] = y, ["w"] = width, ["h"] = height, ["i"] = place },
                ["embeddableConfig"] = new JsonObject(),
                ["panelRefName"] = $"panel_{place}",
            });
            references.Add(Reference($"{place}:panel_{place}", type, id));
        }
    }
}
