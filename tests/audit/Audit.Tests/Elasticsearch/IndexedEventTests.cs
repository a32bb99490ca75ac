using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Searching;
using Backbone.Audit.Tests.Searching;

namespace Backbone.Audit.Tests.Elasticsearch;

public sealed class IndexedEventTests
{
    private static JsonObject DocumentOf(string leaf)
    {
        var output = new ArrayBufferWriter<byte>();
        IndexedEvent.Write(output, 42, Encoding.UTF8.GetBytes(leaf));
        var lines = Encoding.UTF8.GetString(output.WrittenSpan).Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal("""{"create":{"_id":"00000000000000000042"}}""", lines[0]);
        return JsonNode.Parse(lines[1])!.AsObject();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"event":{}}""")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":{"event":{"x":1}},"event":{"y":[1,"z"]}}""")]
    [InlineData("""{"event":"no object"}""", true)]
    public void Place_and_hash_stand_in_the_event(string leaf, bool isStrange = false)
    {
        if (isStrange)
        {
            // Two members of one name: the cluster refuses it, and it becomes a dead letter.
            Assert.ThrowsAny<Exception>(() => DocumentOf(leaf)["event"]!["sequence"]);
            return;
        }

        var document = DocumentOf(leaf);
        Assert.Equal(42, document["event"]!["sequence"]!.GetValue<long>());
        document["event"]!.AsObject().Remove("sequence");
        document["event"]!.AsObject().Remove("hash");
        document.Remove("words");
        var wanted = JsonNode.Parse(leaf)!.AsObject();
        wanted["event"] ??= new JsonObject();
        Assert.True(JsonNode.DeepEquals(wanted, document));
    }

    [Fact]
    public void Words_of_random_events_are_those_of_the_search()
    {
        var random = new RandomEvents(7);
        for (var i = 0; i < 500; i++)
        {
            var leaf = random.Leaf();
            var root = JsonDocument.Parse(leaf).RootElement;
            var words = DocumentOf(leaf)["words"]!.AsObject();
            Assert.Equal(
                SearchText.TextsOf(root).Select(text => string.Join(' ', SearchText.Words(text))),
                words["all"]!.AsArray().Select(text => string.Join(' ', text!.GetValue<string>().Split(' ', StringSplitOptions.RemoveEmptyEntries))));
            Assert.Equal(root.TryGetProperty("message", out _), words.ContainsKey("message"));
            Assert.Equal(root.TryGetProperty("error", out _), words.ContainsKey("error_message"));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("{\"a\":\n1}")]
    [InlineData("""{"a":1} {"b":2}""")]
    public void What_is_no_document_is_said_to_be_none(string leaf) => Assert.ThrowsAny<JsonException>(() => DocumentOf(leaf));
}
