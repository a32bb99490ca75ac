namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>Clusters that are not at hand, by what they are documented to answer.</summary>
public sealed class OtherVersionsTests : IDisposable
{
    private readonly ExportHost.Place place = new();

    public void Dispose() => place.Dispose();

    private static readonly (string, string, int, string)[] Empty =
    [
        ("GET", "/_alias/", 404, """{"error":"alias [a] missing","status":404}"""),
        ("GET", "/_resolve/index/", 200, """{"indices":[],"aliases":[],"data_streams":[]}"""),
        ("POST", "/_search", 200, """{"took":0,"timed_out":false,"_shards":{"total":0,"successful":0,"skipped":0,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"max_score":0.0,"hits":[]}}"""),
        ("POST", "/_bulk", 200, "BULK"),
    ];

    private async Task<RecordedCluster> ExportToAsync(bool isPlain, int keepDays, params (string, string, int, string)[] answers)
    {
        var cluster = await RecordedCluster.StartAsync(isPlain, [.. answers, .. Empty]);
        await using var host = await ExportHost.StartAsync(
            place.Folder, cluster.Url, "a", ExportHost.Quick with { UpkeepEvery = TimeSpan.FromMilliseconds(50) }, ("Backbone:Elasticsearch:KeepDays", $"{keepDays}"));
        await host.AppendAsync(100);
        await host.WaitAsync();
        await host.AppendAsync(10);
        await host.WaitAsync();
        await Task.Delay(300);
        Assert.Empty(host.Target.DeadLetters.Waiting);
        Assert.Null(host.Progress.Fault);
        return cluster;
    }

    [Fact]
    public async Task Elasticsearch_9_with_ILM_gets_a_policy_and_is_left_to_it()
    {
        await using var cluster = await ExportToAsync(false, keepDays: 90,
            ("GET", "/_ilm/policy/a", 404, """{"error":{"root_cause":[{"type":"resource_not_found_exception","reason":"Lifecycle policy not found: [a]"}],"type":"resource_not_found_exception","reason":"Lifecycle policy not found: [a]"},"status":404}"""),
            ("PUT", "/_ilm/policy/a", 200, """{"acknowledged":true}"""),
            ("GET", "/a-000001/_ilm/explain", 200, """{"indices":{".ds-a-000001-2026.09.01-000001":{"managed":false},".ds-a-000001-2026.09.30-000002":{"managed":true}}}"""));

        Assert.Contains(cluster.Asked, asked => asked.StartsWith("PUT /_ilm/policy/a ", StringComparison.Ordinal) && asked.Contains("\"min_age\":\"90d\"", StringComparison.Ordinal));
        Assert.Contains(cluster.Asked, asked => asked.StartsWith("PUT /_component_template/a@settings ", StringComparison.Ordinal) && asked.Contains("\"lifecycle\":{\"name\":\"a\"}", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Asked, asked => asked.Contains("_rollover", StringComparison.Ordinal) || asked.StartsWith("DELETE", StringComparison.Ordinal));
        Assert.Contains(cluster.Asked, asked => asked.StartsWith("POST /_aliases ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("index", 200)]
    [InlineData("template", 403)]
    public async Task An_index_that_no_policy_looks_after_is_looked_after_by_the_exporter_though_there_is_ILM(string cause, int template)
    {
        await using var cluster = await ExportToAsync(false, keepDays: 0,
            ("GET", "/_ilm/policy/a", 200, """{"a":{"version":1,"modified_date":"2026-09-01T08:00:00.000Z","policy":{"phases":{}},"in_use_by":{"indices":[],"data_streams":[],"composable_templates":[]}}}"""),
            ("PUT", "/_ilm/policy/a", 200, """{"acknowledged":true}"""),
            ("PUT", "/_component_template/", template, """{"acknowledged":true}"""),
            ("GET", "/a-000001/_ilm/explain", 200, """{"indices":{".ds-a-000001-2026.09.01-000001":{"managed":false}}}"""),
            ("POST", "/_rollover", 200, """{"acknowledged":false,"shards_acknowledged":false,"old_index":"x","new_index":"y","rolled_over":false,"dry_run":false,"conditions":{}}"""));

        Assert.True(cluster.Asked.Any(asked => asked.Contains("/_rollover", StringComparison.Ordinal)), cause);
    }

    [Fact]
    public async Task A_policy_that_somebody_with_more_privileges_made_is_used()
    {
        await using var cluster = await ExportToAsync(false, keepDays: 0,
            ("GET", "/_ilm/policy/a", 200, """{"a":{"version":7,"modified_date":"2026-09-01T08:00:00.000Z","policy":{"phases":{}}}}"""),
            ("PUT", "/_ilm/policy/a", 403, """{"error":{"type":"security_exception","reason":"action [cluster:admin/ilm/put] is unauthorized for API key"},"status":403}"""),
            ("GET", "/a-000001/_ilm/explain", 200, """{"indices":{".ds-a-000001-2026.09.01-000001":{"managed":true}}}"""));

        Assert.Contains(cluster.Asked, asked => asked.StartsWith("PUT /_component_template/a@settings ", StringComparison.Ordinal) && asked.Contains("\"lifecycle\":{\"name\":\"a\"}", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Asked, asked => asked.Contains("_rollover", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Elasticsearch_without_ILM_and_with_a_data_stream_lifecycle_gets_that()
    {
        await using var cluster = await ExportToAsync(false, keepDays: 30,
            ("GET", "/_ilm/", 400, """{"error":"no handler found for uri [/_ilm/policy/a] and method [GET]"}"""),
            ("GET", "/_lifecycle", 200, """{"data_streams":[]}"""),
            ("PUT", "/_data_stream/a-000001/_lifecycle", 200, """{"acknowledged":true}"""));

        Assert.Contains(cluster.Asked, asked => asked.StartsWith("PUT /_data_stream/a-000001/_lifecycle ", StringComparison.Ordinal) && asked.Contains("30d", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Asked, asked => asked.Contains("_rollover", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenSearch_2_gets_plain_JSON_and_nothing_it_does_not_know()
    {
        await using var cluster = await ExportToAsync(true, keepDays: 0,
            ("GET", "/_ilm/", 400, """{"error":"no handler found for uri [/_ilm/policy/a] and method [GET]"}"""),
            ("GET", "/_lifecycle", 400, """{"error":"no handler found for uri [/_data_stream/a-*/_lifecycle] and method [GET]"}"""),
            ("POST", "require_data_stream", 400, """{"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"request [/a-000001/_bulk] contains unrecognized parameter: [require_data_stream]"}],"type":"illegal_argument_exception","reason":"request [/a-000001/_bulk] contains unrecognized parameter: [require_data_stream]"},"status":400}"""),
            ("POST", "max_primary_shard_size", 400, """{"error":{"root_cause":[{"type":"x_content_parse_exception","reason":"[1:32] [conditions] unknown field [max_primary_shard_size]"}],"type":"x_content_parse_exception","reason":"[1:32] [rollover] failed to parse field [conditions]"},"status":400}"""),
            ("POST", "/_rollover", 200, """{"acknowledged":true,"shards_acknowledged":true,"old_index":".ds-a-000001-000001","new_index":".ds-a-000001-000002","rolled_over":true,"dry_run":false,"conditions":{"[max_docs: 200000000]":true,"[max_age: 30d]":false,"[max_size: 50gb]":false}}"""),
            ("POST", "/_aliases", 404, """{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [a-000001]","index":"a-000001"}],"type":"index_not_found_exception","reason":"no such index [a-000001]","index":"a-000001"},"status":404}"""));

        var bulks = cluster.Asked.Where(asked => asked.Contains("/_bulk", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain("require_data_stream", bulks[^1], StringComparison.Ordinal);

        // It knows three conditions; with any other it would never begin another index.
        var rollovers = cluster.Asked.Where(asked => asked.Contains("/_rollover", StringComparison.Ordinal)).ToList();
        Assert.Contains("\"max_size\":\"50gb\"", rollovers[1], StringComparison.Ordinal);
        Assert.Single(rollovers, asked => asked.Contains("max_primary_shard_size", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Asked, asked => asked.Contains("_ism", StringComparison.Ordinal) || asked.StartsWith("PUT /_ilm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_address_of_policies_is_taken_for_an_index_the_exporter_looks_after_its_indices_itself()
    {
        await using var cluster = await ExportToAsync(false, keepDays: 0,
            ("GET", "/_ilm/", 404, """{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [_ilm]"}],"type":"index_not_found_exception","reason":"no such index [_ilm]"},"status":404}"""),
            ("GET", "/_lifecycle", 404, """{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [_data_stream]"}],"type":"index_not_found_exception","reason":"no such index [_data_stream]"},"status":404}"""),
            ("POST", "/_rollover", 200, """{"acknowledged":false,"shards_acknowledged":false,"old_index":".ds-a-000001-2026.09.01-000001","new_index":".ds-a-000001-2026.09.01-000002","rolled_over":false,"dry_run":false,"conditions":{}}"""));

        Assert.DoesNotContain(cluster.Asked, asked => asked.StartsWith("PUT /_ilm", StringComparison.Ordinal) || asked.StartsWith("PUT /_data_stream", StringComparison.Ordinal));
        Assert.Contains(cluster.Asked, asked => asked.Contains("/_rollover", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_template_with_a_part_that_may_be_missing_is_sent_without_it_where_that_is_not_known()
    {
        await using var cluster = await ExportToAsync(false, keepDays: 0,
            ("GET", "/_ilm/", 400, "{}"), ("GET", "/_lifecycle", 400, "{}"), ("POST", "/_rollover", 200, """{"rolled_over":false}"""),
            ("PUT", "/_index_template/a", 200, "{}"));
        Assert.Contains(cluster.Asked, asked => asked.Contains("ignore_missing_component_templates", StringComparison.Ordinal));

        using var elsewhere = new ExportHost.Place();
        await using var old = await RecordedCluster.StartAsync(false, [("PUT", "/_index_template/a", 400, """{"error":{"type":"x_content_parse_exception","reason":"[index_template] unknown field [ignore_missing_component_templates]"},"status":400}"""), .. Empty]);
        await using var host = await ExportHost.StartAsync(elsewhere.Folder, old.Url, "a");
        for (var i = 0; i < 200 && host.Progress.Fault is null; i++)
        {
            await Task.Delay(50);
        }

        // This one refuses both; the second attempt was without.
        var templates = old.Asked.Where(asked => asked.StartsWith("PUT /_index_template/", StringComparison.Ordinal)).ToList();
        Assert.Contains("ignore_missing", templates[0], StringComparison.Ordinal);
        Assert.DoesNotContain("ignore_missing", templates[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_in_the_failure_store_is_no_success()
    {
        await using var cluster = await RecordedCluster.StartAsync(false,
            [("GET", "/_ilm/", 400, "{}"), ("GET", "/_lifecycle", 400, "{}"),
             ("POST", "/_bulk", 200, """{"errors":false,"items":[{"create":{"status":201,"failure_store":"used"}}]}"""), .. Empty]);
        await using var host = await ExportHost.StartAsync(place.Folder, cluster.Url, "a");
        await host.AppendAsync(1);
        await host.WaitAsync();

        Assert.Equal("failure_store", Assert.Single(host.Target.DeadLetters.Waiting).Value.Type);
    }
}
