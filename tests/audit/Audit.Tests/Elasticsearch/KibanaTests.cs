using System.Text.Json.Nodes;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Elasticsearch.Kibana;
using Backbone.Audit.Searching.Kql;
using Backbone.Testing;

namespace Backbone.Audit.Tests.Elasticsearch;

public sealed class KibanaTests
{
    private static readonly string File = Path.Combine(Repository.Root, "deploy", "kibana", "audit.ndjson");

    private static List<JsonNode> Objects() => [.. KibanaObjects.Write().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static string Key(JsonNode one) => $"{one["type"]}/{one["id"]}";

    [Fact]
    public void The_file_is_what_the_program_writes()
    {
        if (RealServers.MayWriteDocuments)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            System.IO.File.WriteAllText(File, KibanaObjects.Write());
        }

        Assert.Equal(KibanaObjects.Write(), System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Every_reference_leads_to_an_object_of_the_file_that_comes_before_it()
    {
        HashSet<string> known = [];
        foreach (var one in Objects())
        {
            Assert.All(one["references"]!.AsArray(), reference => Assert.Contains(Key(reference!), known));
            Assert.True(known.Add(Key(one)), $"{Key(one)} is there twice");
        }

        foreach (var kind in (string[])["sign-ins", "refusals", "staff", "credit", "certificates"])
        {
            Assert.Contains($"dashboard/backbone-audit-{kind}-dashboard", known);
            Assert.Contains($"search/backbone-audit-{kind}", known);
        }
    }

    [Fact]
    public void Every_panel_and_search_source_names_a_reference_it_has()
    {
        foreach (var one in Objects())
        {
            var names = one["references"]!.AsArray().Select(reference => reference!["name"]!.ToString()).ToList();
            if (one["attributes"]!["panelsJSON"] is { } panels)
            {
                Assert.All(JsonNode.Parse(panels.ToString())!.AsArray(), panel => Assert.Contains($"{panel!["panelIndex"]}:{panel["panelRefName"]}", names));
            }

            if (one["attributes"]!["kibanaSavedObjectMeta"] is { } meta && JsonNode.Parse(meta["searchSourceJSON"]!.ToString())!["indexRefName"] is { } index)
            {
                Assert.Contains(index.ToString(), names);
            }
        }
    }

    [Fact]
    public void Every_field_exists_and_every_query_is_one_our_own_search_understands()
    {
        foreach (var subject in KibanaSubject.All)
        {
            Assert.All(subject.Tops.Concat(subject.Columns).Append(subject.SplitBy), field => Assert.NotNull(EventFields.Find(field)));
            var (node, fault) = KqlParser.Parse(subject.Query, TimeProvider.System.GetUtcNow(), TimeSpan.Zero);
            Assert.True(node is not null, $"{subject.Query}: {fault}");
        }
    }
}
