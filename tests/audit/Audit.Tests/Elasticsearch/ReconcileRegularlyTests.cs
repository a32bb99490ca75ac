using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Backbone.Audit.Doctor;
using Backbone.Audit.Elasticsearch;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Elasticsearch.Reconciling;
using Backbone.Audit.Integrating;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>The host's own job that holds the index against the log.</summary>
[Collection(OneCluster.Name)]
public sealed class ReconcileRegularlyTests(SharedCluster cluster) : IDisposable
{
    /// <summary>Time goes by in hours here, and a request takes none of it.</summary>
    private static readonly ExportLimits Patient = ExportHost.Quick with
    {
        QuietBeforeReconcile = TimeSpan.FromHours(6),
        ReconcilePatience = TimeSpan.FromDays(40),
        ReconcileLag = 10,
    };

    private readonly ExportHost.Place place = new();
    private readonly string index = SharedCluster.NewIndex();
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task What_was_deleted_or_put_there_twice_is_put_right_by_itself_and_said_everywhere()
    {
        await using var host = await StartAsync((await cluster.ServerAsync()).Urls);
        await ExportedAsync(host, 700);
        await DeleteAsync(host, 3, 4, 699);
        await PutTwiceAsync(host, 100, 2);
        using var counted = new Counted();

        // A disk that refuses at the end: all is repaired, and told once.
        Directory.CreateDirectory(host.Target.Reconciled.FullPath);
        await PassAsync(() => Reconciling(host).State.Fault is not null, TimeSpan.FromMinutes(10), host);
        Directory.Delete(host.Target.Reconciled.FullPath);
        await DoneAsync(host, TimeSpan.FromMinutes(1));

        var found = Reconciling(host).Last!;
        Assert.Equal((0, 700, 3, 2, 0, 0), (found.From, found.End, found.Missing, found.Surplus, found.NewlyRefused, found.Kept));
        var leaf = JsonNode.Parse(Assert.Single(host.Log.Records.Read(700, 10)).Payload)!;
        Assert.Equal(("audit-index-repair", "success"), ((string)leaf["event"]!["action"]!, (string)leaf["event"]!["outcome"]!));
        var details = leaf["resource"]!;
        Assert.Equal((3, 700, 5), ((int)details["from"]!, (int)details["to"]!, (int)details["count"]!));
        Assert.Equal(["missing 3", "surplus 2", "refused 0", "kept 0"], details["ids"]!.AsArray().Select(one => (string)one!));
        Assert.Contains(host.Said, line => line.StartsWith("3332 ", StringComparison.Ordinal) && line.EndsWith("events 0 to 699: 3 were missing, 2 were there more than once", StringComparison.Ordinal));
        Assert.Contains(host.Said, line => line.StartsWith("3331 ", StringComparison.Ordinal) && line.Contains("Delivered 3, refused 0, removed 2", StringComparison.Ordinal));
        Assert.Equal(["missing 3", "refused 0", "surplus 2"], counted.Read(host));
        Assert.Equal(found.At.ToUnixTimeSeconds(), counted.LastRun(host));
        Assert.Null(Reconciling(host).State.Fault);

        // A day later all is as it should be, and nothing is told of it.
        await PassAsync(() => Reconciling(host).Last!.At - found.At > TimeSpan.FromHours(23), TimeSpan.FromMinutes(30), host);
        Assert.Equal((0, 701), (Reconciling(host).Last!.Found, Reconciling(host).Last!.End));
        Assert.Equal(701, host.Log.Records.EndIndex);
        await host.AssertNothingLostNothingTwiceAsync();
    }

    [Fact]
    public async Task What_it_may_not_remove_degrades_the_health_until_somebody_has_removed_it()
    {
        await using var proxy = await FaultProxy.StartAsync((await cluster.ServerAsync()).Urls);
        proxy.MayDelete = false;
        await using var host = await StartAsync(proxy.Url);
        await ExportedAsync(host, 30);
        await PutTwiceAsync(host, 7, 2);
        await DoneAsync(host, TimeSpan.FromMinutes(10));

        var leaf = JsonNode.Parse(Assert.Single(host.Log.Records.Read(30, 10)).Payload)!["event"]!;
        Assert.Equal(("failure", "not_repaired"), ((string)leaf["outcome"]!, (string)leaf["reason"]!));
        Assert.Contains("2 documents in", await HealthAsync(host), StringComparison.Ordinal);
        Assert.Equal(1, await DoctorAsync(host, "2 there more than once, of which 2 may not be removed"));

        proxy.MayDelete = true;
        // Its own event is the one at 30.
        await PassAsync(() => ExportedTo(host) > 30, TimeSpan.FromSeconds(1), host);
        var (code, said) = await host.RunAsync((upkeep, output) => upkeep.ReconcileAsync(output, CancellationToken.None));
        Assert.True(code == 0, said);
        Assert.Null(await HealthAsync(host));
        Assert.Equal(0, await DoctorAsync(host, "events 0 to 31: 0 were missing, 2 there more than once"));
    }

    [Fact]
    public async Task It_waits_while_the_export_is_behind_and_while_another_has_the_index()
    {
        await using var proxy = await FaultProxy.StartAsync((await cluster.ServerAsync()).Urls);
        await using var host = await StartAsync(proxy.Url);
        await ExportedAsync(host, 20);
        await DeleteAsync(host, 5);
        proxy.Stuck = host.Stream.Name;
        await host.AppendAsync(5);
        await PassAsync(() => host.Progress.Fault is not null, TimeSpan.FromSeconds(1), host);
        await PassAsync(TimeSpan.FromDays(2));
        Assert.Null(Reconciling(host).Last);
        Assert.Null(Reconciling(host).State.Due);

        using (Assert.IsType<IndexLease>(host.Target.TryLease(IndexLease.Rebuild, clock, out _)))
        {
            proxy.Stuck = null;
            await PassAsync(() => host.Said.Any(line => line.StartsWith("3333 ", StringComparison.Ordinal)), TimeSpan.FromMinutes(10), host);
            Assert.Contains(host.Said, line => line.EndsWith("to rebuild it has it", StringComparison.Ordinal) && line.Contains($"process {Environment.ProcessId} since", StringComparison.Ordinal));
            await PassAsync(TimeSpan.FromDays(1));
            Assert.Null(Reconciling(host).Last);
        }

        await DoneAsync(host, TimeSpan.FromMinutes(10));
        Assert.Equal((1, 25), (Reconciling(host).Last!.Missing, Reconciling(host).Last!.End));
    }

    [Fact]
    public async Task A_cluster_that_fails_ends_neither_the_host_nor_the_export_and_is_said_and_asked_again()
    {
        await using var broken = await RecordedCluster.StartAsync(
            false, [("POST", "cardinality", 500, """{"error":{"type":"search_phase_execution_exception","reason":"all shards failed"},"status":500}"""), .. StreamChoiceTests.Empty]);
        await using var host = await StartAsync(broken.Url, "a");
        await ExportedAsync(host, 20);
        await PassAsync(() => Reconciling(host).State.Fault is not null, TimeSpan.FromMinutes(10), host);
        var asked = Asked();
        await PassAsync(() => Asked() > asked + 1, TimeSpan.FromMinutes(1), host);

        Assert.Contains("all shards failed", Assert.Single(host.Said, line => line.StartsWith("3335 ", StringComparison.Ordinal)), StringComparison.Ordinal);
        await PassAsync(TimeSpan.FromHours(2));
        Assert.Contains("could not be held against the log since", await HealthAsync(host), StringComparison.Ordinal);
        Assert.False(host.App.Lifetime.ApplicationStopping.IsCancellationRequested);
        await ExportedAsync(host, 10);

        int Asked() => broken.Asked.Count(request => request.Contains("cardinality", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Turned_off_it_never_runs()
    {
        await using var quiet = await RecordedCluster.StartAsync(false, StreamChoiceTests.Empty);
        await using var host = await StartAsync(quiet.Url, "a", ("Backbone:Elasticsearch:ReconcileHours", "0"));
        await ExportedAsync(host, 5);

        // Its loop has ended, and so nothing is to be waited for.
        await host.App.Services.GetServices<IHostedService>().OfType<ReconcileRegularly>().Single().ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.DoesNotContain(quiet.Asked, request => request.Contains("cardinality", StringComparison.Ordinal));
        Assert.False(Reconciling(host).IsOn);
    }

    private Task<ExportHost> StartAsync(string urls, string? alias = null, params (string, string)[] settings) =>
        ExportHost.StartAsync(place.Folder, urls, alias ?? index, clock, Patient, settings);

    private static ReconcileProgress Reconciling(ExportHost host) => host.App.Services.GetRequiredService<ReconcileProgress>();

    /// <summary>What the health says of the index; null when it is well.</summary>
    private static async Task<string?> HealthAsync(ExportHost host)
    {
        var entry = (await host.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["audit-elasticsearch"];
        return entry.Status == HealthStatus.Healthy ? null : entry.Description;
    }

    /// <summary>How many cures the doctor names; one of its findings says this.</summary>
    private static async Task<int> DoctorAsync(ExportHost host, string said)
    {
        var findings = await new ElasticsearchCheck(host.Client, host.Target, host.App.Services.GetRequiredService<IOptions<ElasticsearchOptions>>())
            .ExamineAsync(CancellationToken.None);
        Assert.Contains(findings, finding => finding.What.EndsWith(said, StringComparison.Ordinal));
        return findings.Count(finding => finding.Advice is not null);
    }

    /// <summary>More events, until all are published and exported.</summary>
    private async Task ExportedAsync(ExportHost host, int events)
    {
        await host.AppendAsync(events);
        await PassAsync(() => ExportedTo(host) >= host.Log.Records.EndIndex, TimeSpan.FromMilliseconds(200), host);
    }

    /// <summary>One past the last event that is published and that the export's cursor on the disk has passed.</summary>
    private static long ExportedTo(ExportHost host) =>
        Math.Min(host.Target.CursorOf(host.Stream.Name).Read() ?? 0, host.App.Services.GetRequiredService<PublishedLog>().State.Published);

    private static async Task DeleteAsync(ExportHost host, params long[] places)
    {
        var backing = (await IndexStream.AllAsync(host.Client, host.Target.Alias, CancellationToken.None)).Single().BackingIndices[0];
        foreach (var gone in places)
        {
            Assert.True((await host.Client.DeleteAsync($"{backing}/_doc/{IndexedEvent.IdOf(gone)}", CancellationToken.None)).IsSuccess);
        }
    }

    /// <summary>In the next backing index, as a retry across a rollover would leave them.</summary>
    private static async Task PutTwiceAsync(ExportHost host, long first, int count)
    {
        await host.AskAsync(HttpMethod.Post, $"{host.Stream.Name}/_rollover", "{}");
        var lines = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var record in host.Log.Records.Read(first, count))
        {
            IndexedEvent.Write(lines, record.Index, record.Payload);
        }

        Assert.Equal(200, (await host.Stream.BulkAsync(lines.WrittenMemory, CancellationToken.None)).Status);
    }

    /// <summary>Until it has come to its end once, and the next is due a day later.</summary>
    private Task DoneAsync(ExportHost host, TimeSpan step) =>
        PassAsync(() => Reconciling(host).Last is { } last && Reconciling(host).State.Due - last.At > TimeSpan.FromHours(23), step, host);

    /// <summary>Lets the clock go on, step by step, until it is so.</summary>
    private async Task PassAsync(Func<bool> isSo, TimeSpan step, ExportHost? host = null)
    {
        for (var steps = 0; steps < 2_000 && !isSo(); steps++)
        {
            clock.Advance(step);
            await Task.Delay(5);
        }

        Assert.True(isSo(), $"it did not come; the host said:\n{string.Join('\n', host?.Said ?? [])}");
    }

    private async Task PassAsync(TimeSpan time)
    {
        var end = clock.GetUtcNow() + time;
        await PassAsync(() => clock.GetUtcNow() >= end, time / 40);
    }

    /// <summary>What the instruments of this process counted.</summary>
    private sealed class Counted : IDisposable
    {
        private const string Prefix = "backbone.audit.reconcile.";
        private readonly MeterListener listener = new();
        private readonly Dictionary<(object? Meter, string Name), long> seen = [];

        public Counted()
        {
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name.StartsWith(Prefix, StringComparison.Ordinal))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            {
                lock (seen)
                {
                    var key = (instrument.Meter.Scope, instrument.Name[Prefix.Length..]);
                    seen[key] = instrument.IsObservable ? value : seen.GetValueOrDefault(key) + value;
                }
            });
            listener.Start();
        }

        public IReadOnlyList<string> Read(ExportHost host)
        {
            lock (seen)
            {
                return [.. seen.Where(one => IsOf(host, one.Key.Meter)).Select(one => $"{one.Key.Name} {one.Value}").Order(StringComparer.Ordinal)];
            }
        }

        public long LastRun(ExportHost host)
        {
            listener.RecordObservableInstruments();
            lock (seen)
            {
                return seen.Single(one => IsOf(host, one.Key.Meter) && one.Key.Name == "last_run").Value;
            }
        }

        public void Dispose() => listener.Dispose();

        private static bool IsOf(ExportHost host, object? scope) => ReferenceEquals(scope, host.App.Services.GetRequiredService<IMeterFactory>());
    }
}
