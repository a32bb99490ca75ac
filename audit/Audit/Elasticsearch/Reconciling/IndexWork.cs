using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>What the host's own job and what an operator does by hand both need to work on an index beside the export.</summary>
internal sealed class IndexWork(
    ElasticsearchClient client, ExportTarget target, ExportLimits limits, IOptions<ElasticsearchOptions> options,
    ExportMetrics metrics, TimeProvider clock, ILogger<AuditModule> logger)
{
    private readonly int keepDays = options.Value.KeepDays;

    public ElasticsearchClient Client => client;

    public ExportTarget Target => target;

    public ExportLimits Limits => limits;

    public TimeProvider Clock => clock;

    public IndexLifecycle Lifecycle { get; } = new(client, target.Alias, options.Value.KeepDays);

    public IndexStream Stream(string name) => new(client, target.Alias, name);

    /// <summary>One past the last event that must be in the stream: published, and passed by the export's cursor.</summary>
    public long ExportedOf(VerifiedLog log, string stream) => Math.Min(log.End, target.CursorOf(stream).Read() ?? 0);

    /// <summary>Where the index is to begin, as far as this machine knows: its rebuilding, its own retention, the log's.</summary>
    public long StartOf(VerifiedLog log, string stream) => Math.Max(target.StartOf(stream).Read() ?? 0, log.Records.StartIndex);

    /// <summary>Where the index is to begin. Of what the cluster's own retention deleted nobody was told: there it is the first that is left.</summary>
    /// <param name="log">As far as it is published.</param>
    /// <param name="stream">The index.</param>
    /// <param name="otherwise">The answer where the cluster deletes and left nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<long> FirstWantedAsync(VerifiedLog log, IndexStream stream, long otherwise, CancellationToken cancellation)
    {
        if (keepDays == 0 || await Lifecycle.OfferedAsync(cancellation) == LifecycleKind.Own)
        {
            return StartOf(log, stream.Name);
        }

        var first = (await stream.RangeAsync(cancellation))?.First ?? otherwise;
        return Math.Max(StartOf(log, stream.Name), first);
    }

    /// <summary>The template, with the policy where the cluster has policies. Answers who looks after the indices.</summary>
    public async Task<LifecycleKind> InstallAsync(string origin, CancellationToken cancellation)
    {
        var kind = await Lifecycle.PrepareAsync(cancellation);
        await new IndexTemplate(client, target.Alias, origin).InstallAsync(kind == LifecycleKind.Policy ? Lifecycle.PolicyName : null, cancellation);
        return kind;
    }

    /// <summary>With progress of its own: the export's cursor is the export's.</summary>
    public SendBatch Sender(IndexStream stream, VerifiedLog log) => new(
        stream, token => InstallAsync(log.Origin, token), new ExportProgress(clock), target.DeadLetters,
        new BatchBudget(limits), limits, metrics, clock, logger);
}
