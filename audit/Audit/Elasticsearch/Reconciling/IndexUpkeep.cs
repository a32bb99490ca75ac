using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Log;
using Backbone.Audit.Storage;
using Backbone.Platform.Web;

namespace Backbone.Audit.Elasticsearch.Reconciling;

/// <summary>
/// What an operator does to the index by hand: <c>host audit reconcile</c>, <c>reindex</c>, <c>redeliver</c>. Each works beside a running
/// host or without one, reads the log as far as it is published, and answers an exit code: 0 when all is well now, 1 when not.
/// </summary>
public sealed class IndexUpkeep
{
    private readonly BackboneOptions platform;
    private readonly IndexWork work;

    internal IndexUpkeep(BackboneOptions platform, IndexWork work)
    {
        this.platform = platform;
        this.work = work;
    }

    private ExportTarget Target => work.Target;

    /// <summary>Holds the index against the log as far as it was exported, and puts right what is not.</summary>
    public Task<int> ReconcileAsync(TextWriter output, CancellationToken cancellation) => GuardedAsync(output, async () =>
    {
        var log = await VerifiedLog.OpenAsync(platform, work.Clock, cancellation);
        if (Target.Current() is not { } name)
        {
            await output.WriteLineAsync("Nothing has been exported yet.");
            return 0;
        }

        using var lease = Target.Lease(IndexLease.Reconcile, work.Clock);
        var index = new ReconcileIndex(work, log, await ReconcileIndex.BeginAsync(work, log, name, cancellation));
        await index.RefreshAsync(cancellation);
        while (!index.Report.IsDone)
        {
            await index.NextAsync(
                range => output.WriteLine($"events {range.First} to {range.Last}: {range.Missing} were missing, {range.Twice} were there more than once"), cancellation);
        }

        var report = index.Report with { At = work.Clock.GetUtcNow() };
        Target.Reconciled.Write(report);
        var refused = report.Refused + report.NewlyRefused;
        await output.WriteLineAsync(
            $"{name}, events {report.From} to {report.End}: {report.Delivered} delivered that were missing, {report.Surplus} removed that were there "
            + $"more than once, {refused} refused (host audit redeliver)");
        if (report.Kept > 0)
        {
            await output.WriteLineAsync($"{report.Kept} are there more than once: these credentials may not delete them (privilege delete on {Target.Alias}-*)");
        }

        return refused + report.Kept == 0 ? 0 : 1;
    });

    /// <summary>
    /// Makes a new index of the events from <paramref name="from"/> on, beside the old one, then lets searches, Kibana's alias and the export
    /// change over to it. The old one stays until it is deleted by hand.
    /// </summary>
    public Task<int> ReindexAsync(long from, TextWriter output, CancellationToken cancellation) => GuardedAsync(output, async () =>
    {
        var log = await VerifiedLog.OpenAsync(platform, work.Clock, cancellation);
        from = from == 0 ? log.Records.StartIndex : from;
        if (from < log.Records.StartIndex || from > log.End)
        {
            await output.WriteLineAsync($"--from: {log.Records.StartIndex} to {log.End}, is {from}");
            return 1;
        }

        using var lease = Target.Lease(IndexLease.Rebuild, work.Clock);

        // The exporter's first choice is made here, where it has not been made yet: it may begin to write any moment, and must not write to this stream.
        var written = Target.ChooseFirst(await Target.FindAsync(work.Client, cancellation));
        if (await new IndexStream(work.Client, Target.Alias, written).MetaAsync(cancellation) is { } meta)
        {
            ForeignIndexException.ThrowIfOfAnother(written, meta, log.Origin);
        }

        var kind = await work.InstallAsync(log.Origin, cancellation);
        var streams = await IndexStream.AllAsync(work.Client, Target.Alias, cancellation);
        var number = streams.Select(one => one.Name).Append(written).Max(name => IndexStream.NumberOf(Target.Alias, name) ?? 0);
        var stream = work.Stream(IndexStream.NameOf(Target.Alias, number + 1));
        await output.WriteLineAsync($"making {stream.Name} of events {from} to {log.End}");
        var next = await CopyAsync(stream, log, from, cancellation);

        // What came in meanwhile: a second time around there is little.
        log = await VerifiedLog.OpenAsync(platform, work.Clock, cancellation);
        next = await CopyAsync(stream, log, next, cancellation);
        await work.Lifecycle.ApplyAsync(kind, stream.Name, cancellation);
        await MarkDeliveredAsync(stream, from, cancellation);

        // The pointer last: whoever sees it finds the others.
        Target.StartOf(stream.Name).Write(from);
        Target.CursorOf(stream.Name).Write(next);
        Target.Choose(stream.Name);
        var alias = next > from ? await stream.TakeAliasAsync(streams.Select(one => one.Name), cancellation) : null;
        await output.WriteLineAsync(alias is { IsSuccess: false }
            ? $"{stream.Name} is in use; the alias {Target.Alias} could not be set: {alias}"
            : $"{stream.Name} is in use and {Target.Alias} means it");
        foreach (var old in streams)
        {
            await output.WriteLineAsync($"{old.Name} is no longer used and can be deleted");
        }

        return alias is { IsSuccess: false } ? 1 : 0;
    });

    /// <summary>Sends every dead letter once more.</summary>
    public Task<int> RedeliverAsync(TextWriter output, CancellationToken cancellation) => GuardedAsync(output, async () =>
    {
        var waiting = Target.DeadLetters.Waiting;
        if (waiting.Count == 0 || Target.Current() is not { } name)
        {
            await output.WriteLineAsync("No event was refused.");
            return 0;
        }

        var log = await VerifiedLog.OpenAsync(platform, work.Clock, cancellation);
        var stream = work.Stream(name);
        var send = work.Sender(stream, log);
        var over = waiting.Values.Where(letter => letter.Index < log.Records.StartIndex).ToList();
        Target.DeadLetters.Append(over.Select(letter => letter with { At = work.Clock.GetUtcNow(), Delivered = true }).ToList());
        if (over.Count > 0)
        {
            await output.WriteLineAsync($"{over.Count} have been deleted from the log, their time was over: they are not sent");
        }

        foreach (var batch in FillBatch.Of(waiting.Keys.Where(index => index >= log.Records.StartIndex && index < log.End).Select(index => log.Records.Read(index, 1).Single()), work.Limits))
        {
            // Some may be there: a crash between the delivery and its line.
            await send.RunAsync(batch, isUncertain: true, cancellation);
        }

        var delivered = await MarkDeliveredAsync(stream, 0, cancellation);
        var left = Target.DeadLetters.Waiting;
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

    private async Task<long> CopyAsync(IndexStream stream, VerifiedLog log, long from, CancellationToken cancellation)
    {
        var send = work.Sender(stream, log);
        List<Task> flying = [];
        for (var next = from; next < log.End;)
        {
            var batch = FillBatch.From(log.Records, next, log.End, work.Limits);
            next = batch.End;
            if (flying.Count >= work.Limits.InFlight)
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
        foreach (var letter in Target.DeadLetters.Waiting.Values.Where(letter => letter.Index >= from))
        {
            if (await stream.CountAsync(letter.Index, letter.Index + 1, cancellation) > 0)
            {
                delivered.Add(letter with { At = work.Clock.GetUtcNow(), Delivered = true });
            }
        }

        Target.DeadLetters.Append(delivered);
        return delivered.Count;
    }
}
