using System.Text.Json.Nodes;
using Backbone.Testing;

namespace Backbone.Audit.Tests.Elasticsearch;

public sealed class DocumentTests
{
    /// <summary>The privileges that the page tells are those the three-node test uses.</summary>
    [Fact]
    public void The_page_tells_the_privileges_that_were_tried()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "elasticsearch.md"));
        var start = page.IndexOf("```json\n", StringComparison.Ordinal) + 8;
        var told = JsonNode.Parse(page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(LeastPrivileges.Key("backbone-audit")), told));
    }
}
