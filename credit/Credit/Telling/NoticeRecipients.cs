using Backbone.Audit.Outbox;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Events;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Credit.Telling;

/// <summary>
/// Finds who was told what was corrected, withdrawn or repaired since, by whomever, and writes each of them a notice: with its event, its message where there
/// is an address, and the mark up to which it was looked, in one transaction. Notes once of each notice that nobody acknowledged it in time.
/// </summary>
internal sealed partial class NoticeRecipients(
    IServiceScopeFactory scopes, FactCatalogue catalogue, Duties duties, TimeProvider clock, ILogger<CreditModule> logger) : BackgroundService
{
    private const int AtOnce = 200;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    /// <summary>From reading the store until the question is on record, an answer has at most so long; later it does not leave. Less than <see cref="Settled"/>.</summary>
    public static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();

    /// <summary>When this host saw how far the store was; guarded by the gate.</summary>
    private readonly Queue<(long At, long Last)> seen = [];

    /// <returns>How many notices were written now.</returns>
    /// <param name="settled">How long ago a record must have been seen in the store.</param>
    /// <param name="cancellation">What was written stays.</param>
    public async Task<int> RunAsync(TimeSpan settled, CancellationToken cancellation)
    {
        long last;
        await using (var scope = scopes.CreateAsyncScope())
        {
            last = await scope.ServiceProvider.GetRequiredService<CreditDb>().Clock.AsNoTracking()
                .Where(row => row.Id == KnowledgeClock.OnlyId).Select(row => row.Last).SingleAsync(cancellation);
        }

        var (written, more) = (0, true);
        for (var until = Settle(last, settled); until is { } known && more && !cancellation.IsCancellationRequested;)
        {
            await using var scope = scopes.CreateAsyncScope();
            (var some, more) = await WriteAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), known, cancellation);
            written += some;
        }

        return written;
    }

    /// <returns>How many were found to be overdue now.</returns>
    public async Task<int> NoteOverdueAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        var now = clock.GetUtcNow();
        var today = ChinaDay.Of(now);
        var rows = await db.Notices.Where(one => one.DueOn < today && one.AcknowledgedAt == null && one.OverdueAt == null)
            .OrderBy(one => one.DueOn).Take(AtOnce).ForAllOrganisations("notices that are overdue").ToListAsync(cancellation);
        foreach (var row in rows)
        {
            row.OverdueAt = now;
            db.Record(TellingKinds.Of(TellingKinds.NoticeOverdue, row, clock));
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Acknowledged meanwhile, or another host noted the same: the next round looks again.
            return 0;
        }

        if (rows.Count > 0)
        {
            Overdue(logger, rows.Count);
        }

        return rows.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = First;
        while (true)
        {
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            wait = Between;
            try
            {
                await RunAsync(Settled, stoppingToken);
                await NoteOverdueAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A database that is away: it is told, and tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                wait = AfterFailure;
                Failed(logger, failure.Message, failure);
            }
        }
    }

    /// <summary>
    /// Up to which knowledge may be looked now. Not by the time that stands in a record: a long upload commits long after it, and until then questions are answered
    /// without it. But by what this host saw in the store so long ago that every answer made before that is on record.
    /// </summary>
    private long? Settle(long last, TimeSpan settled)
    {
        lock (gate)
        {
            seen.Enqueue((clock.GetTimestamp(), last));
            long? until = null;
            while (seen.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.At) >= settled)
            {
                until = seen.Dequeue().Last;
            }

            return until;
        }
    }

    /// <summary>The next records, each time of the store whole: what is known at once is noticed at once.</summary>
    private async Task<(int Written, bool More)> WriteAsync(CreditDb db, long until, CancellationToken cancellation)
    {
        var mark = await db.NoticeMarks.AsNoTracking().Select(row => row.Known).SingleAsync(cancellation);
        if (until <= mark)
        {
            return (0, false);
        }

        var records = await Ended(db).Where(fact => fact.Recorded > mark && fact.Recorded <= until)
            .OrderBy(fact => fact.Recorded).Take(AtOnce + 1).ForAllOrganisations("facts that were ended since").ToListAsync(cancellation);
        var more = records.Count > AtOnce;
        if (more)
        {
            var (first, last) = (records[0].Recorded, records[^1].Recorded);
            until = first == last ? first : last - 1;
            records = first == last
                ? await Ended(db).Where(fact => fact.Recorded == first).ForAllOrganisations("facts that were ended at once").ToListAsync(cancellation)
                : [.. records.Where(one => one.Recorded <= until)];
        }

        // The mark first: of two hosts the second waits here, and finds that it is done.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.NoticeMarks.Where(row => row.Known == mark).ExecuteUpdateAsync(set => set.SetProperty(row => row.Known, until), cancellation) == 0)
        {
            return (0, false);
        }

        var written = 0;
        foreach (var record in records)
        {
            written += await WriteNotices.OfAsync(db, record, catalogue, duties, clock, cancellation);
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return (written, more);
    }

    private static IQueryable<FactRow> Ended(CreditDb db) => db.Facts.AsNoTracking()
        .Where(fact => fact.About != null && (fact.Kind == RecordKind.Corrected || fact.Kind == RecordKind.Withdrawn || fact.Kind == RecordKind.Repaired));

    [LoggerMessage(2702, LogLevel.Error, "Who was told what is no longer to be used could not be looked for: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception failure);

    [LoggerMessage(2703, LogLevel.Warning, "{Count} notices to stop using a fact were not acknowledged in time")]
    private static partial void Overdue(ILogger logger, int count);
}
