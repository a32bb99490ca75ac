using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Log;
using Backbone.Audit.Storage;
using Backbone.Platform.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>
/// What an operator does to the index by hand: <c>host audit reconcile</c>, <c>reindex</c>, <c>redeliver</c>. Each works beside a running
/// host or without one, reads the log as far as it is published, and answers an exit code: 0 when all is well now, 1 when not.
/// </summary>
public sealed class IndexUpkeep
{
    private readonly BackboneOptions platform;
    private readonly ElasticsearchClient client;
    private readonly ExportTarget target;
    private readonly ExportLimits limits;
    private readonly ElasticsearchOptions options;
    private readonly ExportMetrics metrics;
    private readonly TimeProvider clock;
    private readonly ILogger<AuditModule> logger;

    internal IndexUpkeep(
        BackboneOptions platform, ElasticsearchClient client, ExportTarget target, ExportLimits limits, IOptions<ElasticsearchOptions> options,
        ExportMetrics metrics, TimeProvider clock, ILogger<AuditModule> logger)
    {
        this.platform = platform;
        this.client = client;
        this.target = target;
        this.limits = limits;
        this.options = options.Value;
        this.metrics = metrics;
        this.clock = clock;
        this.logger = logger;
    }

    private IndexLifecycle Lifecycle => new(client, target.Alias, options.KeepDays);

    /// <summary>Holds the index against the log as far as it was exported, and puts right what is not.</summary>
    public Task<int> ReconcileAsync(TextWriter output, CancellationToken cancellation) => GuardedAsync(output, async () =>
    {
        var log = await VerifiedLog.OpenAsync(platform, clock, cancellation);
        if (target.Current() is not { } name)
        {
            await output.WriteLineAsync("Nothing has been exported yet.");
            return 0;
        }

        var stream = new IndexStream(client, target.Alias, name);
        var exported = Math.Min(log.End, target.CursorOf(name).Read() ?? 0);
        var from = await FirstWantedAsync(log, stream, exported, cancellation);
        var report = await new ReconcileIndex(client, target, log, stream, Sender(stream, log), limits).RunAsync(from, exported, output, cancellation);
        await output.WriteLineAsync(
            $"{name}, events {report.From} to {report.End}: {report.Missing - report.NewlyRefused} delivered that were missing, {report.Surplus} removed that were there "
            + $"more than once, {report.Refused + report.NewlyRefused} refused (host audit redeliver)");
        if (report.Kept > 0)
        {
            await output.WriteLineAsync($"{report.Kept} are there more than once: these credentials may not delete them (privilege delete on {target.Alias}-*)");
        }

        return report.Refused + report.NewlyRefused + report.Kept == 0 ? 0 : 1;
    });

    /// <summary>
    /// Makes a new index of the events from <paramref name="from"/> on, beside the old one, then lets searches, Kibana's alias and the export
    /// change over to it. The old one stays until it is deleted by hand.
    /// </summary>
    public Task<int> ReindexAsync(long from, TextWriter output, CancellationToken cancellation) => GuardedAsync(output, async () =>
    {
        var log = await VerifiedLog.OpenAsync(platform, clock, cancellation);
        from = from == 0 ? log.Records.StartIndex : from;
        if (from < log.Records.StartIndex || from > log.End)
        {
            await output.WriteLineAsync($"--from: {log.Records.StartIndex} to {log.End}, is {from}");
            return 1;
        }

        using var lease = target.Lease(clock);

        // The exporter's first choice is made here, where it has not been made yet: it may begin to write any moment, and must not write to this stream.
        var written = target.ChooseFirst(await target.FindAsync(client, cancellation));
        if (await new IndexStream(client, target.Alias, written).MetaAsync(cancellation) is { } meta)
        {
            ForeignIndexException.ThrowIfOfAnother(written, meta, log.Origin);
        }

        var kind = await InstallAsync(log, cancellation);
        var streams = await IndexStream.AllAsync(client, target.Alias, cancellation);
        var number = streams.Select(one => one.Name).Append(written).Max(name => IndexStream.NumberOf(target.Alias, name) ?? 0);
        var stream = new IndexStream(client, target.Alias, IndexStream.NameOf(target.Alias, number + 1));
        await output.WriteLineAsync($"making {stream.Name} of events {from} to {log.End}");
        var next = await CopyAsync(stream, log, from, cancellation);

        // What came in meanwhile: a second time around there is little.
        log = await VerifiedLog.OpenAsync(platform, clock, cancellation);
        next = await CopyAsync(stream, log, next, cancellation);
        await Lifecycle.ApplyAsync(kind, stream.Name, cancellation);
        await MarkDeliveredAsync(stream, from, cancellation);

        // The pointer last: whoever sees it finds the others.
        target.StartOf(stream.Name).Write(from);
        target.CursorOf(stream.Name).Write(next);
        target.Choose(stream.Name);
        var alias = next > from ? await stream.TakeAliasAsync(streams.Select(one => one.Name), cancellation) : null;
        await output.WriteLineAsync(alias is { IsSuccess: false }
            ? $"{stream.Name} is in use; the alias {target.Alias} could not be set: {alias}"
            : $"{stream.Name} is in use and {target.Alias} means it");
        foreach (var old in streams)
        {
            await output.WriteLineAsync($"{old.Name} is no longer used and can be deleted");
        }

        return alias is { IsSuccess: false } ? 1 : 0;
    });

    /// <summary>Sends every dead letter once more.</summary>
    public Task<int> RedeliverAsync(TextWriter output, CancellationToken cancellation) => GuardedAsync(output, async () =>
    {
        var waiting = target.DeadLetters.Waiting;
        if (waiting.Count == 0 || target.Current() is not { } name)
        {
            await output.WriteLineAsync("No event was refused.");
            return 0;
        }

        var log = await VerifiedLog.OpenAsync(platform, clock, cancellation);
        var stream = new IndexStream(client, target.Alias, name);
        var send = Sender(stream, log);
        var over = waiting.Values.Where(letter => letter.Index < log.Records.StartIndex).ToList();
        target.DeadLetters.Append(over.Select(letter => letter with { At = clock.GetUtcNow(), Delivered = true }).ToList());
        if (over.Count > 0)
        {
            await output.WriteLineAsync($"{over.Count} have been deleted from the log, their time was over: they are not sent");
        }

        foreach (var batch in FillBatch.Of(waiting.Keys.Where(index => index >= log.Records.StartIndex && index < log.End).Select(index => log.Records.Read(index, 1).Single()), limits))
        {
            // Some may be there: a crash between the delivery and its line.
            await send.RunAsync(batch, isUncertain: true, cancellation);
        }

        var delivered = await MarkDeliveredAsync(stream, 0, cancellation);
        var left = target.DeadLetters.Waiting;
        await output.WriteLineAsync($"{delivered} of {waiting.Count - over.Count} delivered");
        foreach (var reason in left.Values.GroupBy(letter => letter.Type).OrderByDescending(group => group.Count()))
        {
            var first = reason.First();
            await output.WriteLineAsync($"{reason.Count()} still refused with {first.Status} {reason.Key}, the first is event {first.Index}: {first.Reason}");
        }

        return left.Count == 0 ? 0 : 1;
    });

    private static async Task<int> GuardedAsync(TextWriter output, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is ClusterUnavailableException or ClusterRefusedException or ForeignIndexException
            or AuditLogCorruptException or LogFormatException or IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync($"It was not done: {failure.Message}");
            return 1;
        }
    }

    /// <summary>Where the index is to begin. Of what the cluster's own retention deleted nobody was told: there it is the first that is left.</summary>
    private async Task<long> FirstWantedAsync(VerifiedLog log, IndexStream stream, long exported, CancellationToken cancellation)
    {
        var start = Math.Max(target.StartOf(stream.Name).Read() ?? 0, log.Records.StartIndex);
        return options.KeepDays == 0 || await Lifecycle.OfferedAsync(cancellation) == LifecycleKind.Own
            ? start
            : Math.Max(start, (await stream.RangeAsync(cancellation))?.First ?? exported);
    }

    /// <summary>The template, with the policy where the cluster has policies. Answers who looks after the indices.</summary>
    private async Task<LifecycleKind> InstallAsync(VerifiedLog log, CancellationToken cancellation)
    {
        var kind = await Lifecycle.PrepareAsync(cancellation);
        await new IndexTemplate(client, target.Alias, log.Origin).InstallAsync(kind == LifecycleKind.Policy ? Lifecycle.PolicyName : null, cancellation);
        return kind;
    }

    private async Task<long> CopyAsync(IndexStream stream, VerifiedLog log, long from, CancellationToken cancellation)
    {
        var send = Sender(stream, log);
        List<Task> flying = [];
        for (var next = from; next < log.End;)
        {
            var batch = FillBatch.From(log.Records, next, log.End, limits);
            next = batch.End;
            if (flying.Count >= limits.InFlight)
            {
                var ended = await Task.WhenAny(flying);
                flying.Remove(ended);
                await ended;
            }

            flying.Add(send.RunAsync(batch, isUncertain: false, cancellation));
        }

        await Task.WhenAll(flying);
        return Math.Max(from, log.End);
    }

    /// <summary>Dead letters that are in the index after all are letters no longer.</summary>
    private async Task<int> MarkDeliveredAsync(IndexStream stream, long from, CancellationToken cancellation)
    {
        await stream.RefreshAsync(cancellation);
        List<DeadLetter> delivered = [];
        foreach (var letter in target.DeadLetters.Waiting.Values.Where(letter => letter.Index >= from))
        {
            if (await stream.CountAsync(letter.Index, letter.Index + 1, cancellation) > 0)
            {
                delivered.Add(letter with { At = clock.GetUtcNow(), Delivered = true });
            }
        }

        target.DeadLetters.Append(delivered);
        return delivered.Count;
    }

    /// <summary>With progress of its own: the export's cursor is the export's.</summary>
    private SendBatch Sender(IndexStream stream, VerifiedLog log) => new(
        stream, token => InstallAsync(log, token), new ExportProgress(clock), target.DeadLetters,
        new BatchBudget(limits), limits, metrics, clock, logger);
}
