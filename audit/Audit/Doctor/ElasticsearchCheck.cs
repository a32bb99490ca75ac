using Backbone.Audit.Elasticsearch;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Doctor;

/// <summary>
/// Whether the cluster answers, who looks after its indices, how far the export is, what it would not take, and when the index was last held against
/// the log. Changes nothing.
/// </summary>
internal sealed class ElasticsearchCheck(ElasticsearchClient client, ExportTarget target, IOptions<ElasticsearchOptions> options) : IDoctorCheck
{
    public string Area => "elasticsearch";

    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        List<DoctorFinding> findings = [];
        try
        {
            findings.Add(await HealthAsync(cancellation));
            findings.Add(await LifecycleAsync(cancellation));
            findings.Add(await StreamAsync(cancellation));
        }
        catch (ClusterUnavailableException away)
        {
            findings.Add(DoctorFinding.Problem($"no node answers: {away.Message}", "The log goes on without it. Check the addresses, the certificate authority and the network."));
        }
        catch (ClusterRefusedException refused)
        {
            findings.Add(DoctorFinding.Problem(refused.Message, "Compare the credentials' privileges with docs/elasticsearch.md."));
        }

        findings.Add(DeadLetters());
        findings.Add(Reconciled());
        return findings;
    }

    private async Task<DoctorFinding> HealthAsync(CancellationToken cancellation)
    {
        var answer = await client.GetAsync("_cluster/health", cancellation);
        if (answer.Status == 403)
        {
            return DoctorFinding.Sound("the cluster answers; the credentials may not ask for its health");
        }

        var health = answer.Read(ElasticsearchJson.Default.HealthAnswer);
        return health.Status == "red"
            ? DoctorFinding.Problem($"cluster {health.ClusterName} is red: some of its data is not there", "Look at GET _cluster/allocation/explain. The log has everything.")
            : DoctorFinding.Sound($"cluster {health.ClusterName} is {health.Status}, {health.NumberOfNodes} nodes, {options.Value.UrlList.Count} of them named in the settings");
    }

    private async Task<DoctorFinding> LifecycleAsync(CancellationToken cancellation)
    {
        var lifecycle = new IndexLifecycle(client, options.Value.Index, options.Value.KeepDays);
        var offered = await lifecycle.OfferedAsync(cancellation);
        var used = target.Current() is { } stream ? await lifecycle.InForceAsync(offered, stream, cancellation) : offered;
        var kept = options.Value.KeepDays == 0 ? "nothing is deleted" : $"whole indices are deleted after {options.Value.KeepDays} days";
        var said = $"indices are rolled over by {IndexLifecycle.Said(used)}; {kept}";
        return used == offered ? DoctorFinding.Sound(said) : DoctorFinding.Warning(
            $"{said}. The cluster offers {IndexLifecycle.Said(offered)}, which is not set for them",
            "If it is to be used, give the credentials its privilege (docs/elasticsearch.md) and start the host again.");
    }

    private async Task<DoctorFinding> StreamAsync(CancellationToken cancellation)
    {
        if (target.Current() is not { } name)
        {
            return DoctorFinding.Sound("nothing exported yet; the first start begins it");
        }

        var range = await new IndexStream(client, target.Alias, name).RangeAsync(cancellation);
        var next = target.CursorOf(name).Read() ?? 0;
        var dead = target.DeadLetters.Waiting.Keys.Count(index => index < next);
        return range is { } found
            ? DoctorFinding.Sound($"{name} holds {found.Count} events, {found.First} to {found.Last}; the export has come to {next}, with {dead} refused")
            : next > dead
                ? DoctorFinding.Problem($"{name} is empty, but {next} events were exported", "Rebuild it: host audit reindex --from 0.")
                : DoctorFinding.Sound($"{name} is empty");
    }

    private DoctorFinding DeadLetters()
    {
        var waiting = target.DeadLetters.Waiting;
        return waiting.Count == 0 ? DoctorFinding.Sound("no event was refused") : DoctorFinding.Warning(
            $"{waiting.Count} events were refused, the first {waiting.Keys.First()}: {waiting.Values.First().Type}",
            $"Read why in {target.DeadLetters.FullPath}; when the cause is gone: host audit redeliver.");
    }

    private DoctorFinding Reconciled()
    {
        if (target.Reconciled.Read() is not { } last)
        {
            return DoctorFinding.Sound("the index was not held against the log so far");
        }

        var said = $"{last.Stream} was held against the log at {last.At:u}, events {last.From} to {last.End}: {last.Missing} were missing, {last.Surplus + last.Kept} there more than once";
        return last.Kept == 0 ? DoctorFinding.Sound(said) : DoctorFinding.Warning(
            $"{said}, of which {last.Kept} may not be removed", $"Give the credentials the privilege delete on {target.Alias}-*, then: host audit reconcile.");
    }
}
