using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Facts;

public sealed class ReceiveFactsTests
{
    private const string Ndjson = "application/x-ndjson";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_line_is_taken_or_refused_by_itself_and_sent_again_it_is_known(bool postgres)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => (settings.Demo, settings.Postgres) = (true, postgres));
        using var agency = await backbone.NewProgramAsync("machine", "credit.facts.report", "urn:backbone:api:credit");
        var batch = string.Join('\n', Line("a"), "", Line("b").Replace("91370200264574251E", "92350100M000100Y40", StringComparison.Ordinal), Line("c"), "{");

        var (status, first) = await SendAsync(agency, batch);
        var (again, second) = await SendAsync(agency, batch);

        Assert.Equal(((HttpStatusCode)207, (HttpStatusCode)207), (status, again));
        Assert.Equal([(1, "accepted"), (3, "refused"), (4, "accepted"), (5, "refused")], first.Select(State));
        Assert.Equal([(1, "known"), (3, "refused"), (4, "known"), (5, "refused")], second.Select(State));
        Assert.Equal(first[0].GetProperty("id").GetGuid(), second[0].GetProperty("id").GetGuid());
        Assert.StartsWith("natural-person", first[1].GetProperty("violations")[0].GetProperty("rule").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_taken_is_one_event_with_its_source_its_number_and_its_digest()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Demo = true);
        using var agency = await backbone.NewProgramAsync("machine", "credit.facts.report", "urn:backbone:api:credit");
        await SendAsync(agency, Line("a") + "\n" + Line("b"));
        await SendAsync(agency, Line("a"));
        var folder = backbone.DataDirectory;
        await backbone.StopAsync();

        var log = OpenFile.ReadLog(folder);
        Assert.Equal(1, Count(log, "\"facts-receive\""));
        Assert.Contains("\"count\":2", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_fact_may_come_as_json()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Demo = true);
        using var agency = await backbone.NewProgramAsync("machine", "credit.facts.report", "urn:backbone:api:credit");

        var (status, answer) = await SendAsync(agency, ReadDraftTests.Penalty, "application/json");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((1, "accepted"), State(answer.Single()));
    }

    internal static string Line(string key) =>
        ReadDraftTests.Penalty.Replace("\n", " ", StringComparison.Ordinal).Replace("jn-2026-1", key, StringComparison.Ordinal);

    private static (int, string?) State(JsonElement line) => (line.GetProperty("line").GetInt32(), line.GetProperty("state").GetString());

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static async Task<(HttpStatusCode Status, List<JsonElement> Lines)> SendAsync(HttpClient client, string body, string type = Ndjson)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var answer = await client.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        })]);
    }
}
