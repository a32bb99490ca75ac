using Backbone.Audit.Doctor;
using Backbone.Audit.Elasticsearch;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>What <c>host doctor</c> says of the export, and the cure it names.</summary>
[Collection(OneCluster.Name)]
public sealed class ElasticsearchCheckTests(SharedCluster cluster) : IDisposable
{
    private readonly ExportHost.Place place = new();
    private readonly string index = SharedCluster.NewIndex();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task Says_who_rolls_over_how_far_the_export_is_and_that_nothing_was_refused()
    {
        await using var host = await ExportHost.StartAsync(place.Folder, (await cluster.ServerAsync()).Urls, index);
        await host.AppendAsync(12);
        await host.WaitAsync();
        await host.Stream.RefreshAsync(CancellationToken.None);

        var findings = await ExamineAsync(host);

        Assert.All(findings, finding => Assert.Null(finding.Advice));
        Assert.Contains(findings, finding => finding.What == "indices are rolled over by the exporter itself; nothing is deleted");
        Assert.Contains(findings, finding => finding.What == $"{index}-000001 holds 12 events, 0 to 11; the export has come to 12, with 0 refused");
        Assert.Contains(findings, finding => finding.What == "no event was refused");
    }

    [Fact]
    public async Task An_emptied_index_and_refused_events_are_found_with_their_cures()
    {
        await using var host = await ExportHost.StartAsync(place.Folder, (await cluster.ServerAsync()).Urls, index);
        await host.AppendAsync(12);
        await host.WaitAsync();
        host.Target.DeadLetters.Append([new DeadLetter(4, DateTimeOffset.UnixEpoch, 400, "document_parsing_exception", "no number")]);
        host.Target.Choose($"{index}-000002");
        host.Target.CursorOf($"{index}-000002").Write(12);

        var findings = await ExamineAsync(host);

        Assert.Contains(findings, finding => finding.What == $"{index}-000002 is empty, but 12 events were exported" && finding.Advice == "Rebuild it: host audit reindex --from 0.");
        Assert.Contains(findings, finding => finding.What == "1 events were refused, the first 4: document_parsing_exception"
            && finding.Advice!.Contains("host audit redeliver", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lifecycle_that_is_offered_and_not_in_force_is_told_apart_from_one_that_is()
    {
        await using var without = await RecordedCluster.StartAsync(
            false, ("GET", "/_ilm/policy/", 404, """{"error":{"type":"resource_not_found_exception","reason":"Lifecycle policy not found: [a]"},"status":404}"""), ("PUT", "/_ilm/policy/", 403, "{}"), ("POST", "/_rollover", 200, """{"rolled_over":false}"""));
        await using var off = await RecordedCluster.StartAsync(
            false, ("GET", "/_ilm/policy/", 403, """{"error":{"type":"security_exception","reason":"action [cluster:admin/ilm/get] is unauthorized"},"status":403}"""),
            ("GET", "/_lifecycle", 200, """{"data_streams":[{"name":"a-000001","lifecycle":{"enabled":false}}]}"""),
            ("PUT", "/_lifecycle", 403, "{}"), ("POST", "/_rollover", 200, """{"rolled_over":false}"""));
        await using var with = await RecordedCluster.StartAsync(false, ("GET", "/_ilm/policy/", 200, """{"a":{"version":1}}"""));

        Assert.Contains(
            await LifecycleAsync(without.Url),
            finding => finding.What.StartsWith("indices are rolled over by the exporter itself", StringComparison.Ordinal)
                && finding.What.EndsWith("The cluster offers ILM, which is not set for them", StringComparison.Ordinal) && finding.Advice is not null);
        Assert.Contains(
            await LifecycleAsync(off.Url),
            finding => finding.What.EndsWith("The cluster offers data stream lifecycle, which is not set for them", StringComparison.Ordinal) && finding.Advice is not null);
        Assert.Contains(await LifecycleAsync(with.Url), finding => finding.What == "indices are rolled over by ILM; nothing is deleted" && finding.Advice is null);
    }

    [Fact]
    public async Task A_cluster_out_of_reach_is_a_problem_with_a_way_out()
    {
        await using var host = await ExportHost.StartAsync(place.Folder, "http://127.0.0.1:9", index);

        var finding = (await ExamineAsync(host))[0];

        Assert.StartsWith("no node answers: ", finding.What, StringComparison.Ordinal);
        Assert.Contains("The log goes on without it", finding.Advice!, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<DoctorFinding>> LifecycleAsync(string url)
    {
        using var elsewhere = new ExportHost.Place();
        // Before the exporter looks, which chooses too.
        new ExportTarget(Path.Combine(elsewhere.Folder, "audit", "elasticsearch"), "a").Choose("a-000001");
        await using var host = await ExportHost.StartAsync(elsewhere.Folder, url, "a");
        return await ExamineAsync(host);
    }

    private static Task<IReadOnlyList<DoctorFinding>> ExamineAsync(ExportHost host) =>
        new ElasticsearchCheck(host.Client, host.Target, host.App.Services.GetRequiredService<IOptions<ElasticsearchOptions>>()).ExamineAsync(CancellationToken.None);
}
