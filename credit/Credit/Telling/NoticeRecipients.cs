using System.Linq.Expressions;
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
/// Finds who was told what was corrected, withdrawn or repaired since, by whomever, and writes each of them a notice: with its event, and its message where there
/// is an address. It looks while others write, and writes some hundred at a time; the mark up to which it was looked moves when all are on disk, and what
/// fails before that is looked for again. A record that fails by itself is set aside and tried again each hour. Notes once of each notice that nobody acknowledged it in time.
/// </summary>
internal sealed partial class NoticeRecipients(
    IServiceScopeFactory scopes, FactCatalogue catalogue, Duties duties, TimeProvider clock, ILogger<CreditModule> logger) : BackgroundService
{
    /// <summary>Records that are looked for together, and notices of one transaction.</summary>
    public const int AtOnce = 200;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AgainEvery = TimeSpan.FromHours(1);

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
            (var some, more) = await NextAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), known, cancellation);
            written += some;
        }

        return written;
    }

    /// <summary>Looks again at the times of the store in which a record failed, and forgets those in which none fails any more.</summary>
    /// <returns>How many notices were written now.</returns>
    public async Task<int> TryAgainAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        var written = 0;
        foreach (var row in await db.NoticeMarks.AsNoTracking().Where(row => row.Id != NoticeMark.MarkId).OrderBy(row => row.Known).ToListAsync(cancellation))
        {
            var (some, aside) = await NoticeAsync(await EndedAtAsync(db, row.Known, cancellation), cancellation);
            written += some;
            if (aside.Count == 0)
            {
                // With its time: another host may have forgotten it already, and given its number to another.
                await db.NoticeMarks.Where(one => one.Id == row.Id && one.Known == row.Known).ExecuteDeleteAsync(cancellation);
            }
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
        var (wait, tried) = (First, (long?)null);
        while (true)
        {
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            // Each by itself: what one of them fails at keeps back none of the others.
            var well = await IsDoneAsync(() => RunAsync(Settled, stoppingToken), stoppingToken);
            if (tried is null || clock.GetElapsedTime(tried.Value) >= AgainEvery)
            {
                var again = await IsDoneAsync(() => TryAgainAsync(stoppingToken), stoppingToken);
                (tried, well) = (again ? clock.GetTimestamp() : tried, well && again);
            }

            well &= await IsDoneAsync(() => NoteOverdueAsync(stoppingToken), stoppingToken);
            wait = well ? Between : AfterFailure;
        }
    }

    private async Task<bool> IsDoneAsync(Func<Task> work, CancellationToken stopping)
    {
        try
        {
            await work();
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // A database that is away: it is told, and tried again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failed(logger, failure.Message, failure);
            return false;
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

    /// <summary>The next records, each time of the store whole: the mark stands between two.</summary>
    private async Task<(int Written, bool More)> NextAsync(CreditDb db, long until, CancellationToken cancellation)
    {
        var mark = await db.NoticeMarks.AsNoTracking().Where(row => row.Id == NoticeMark.MarkId).Select(row => row.Known).SingleAsync(cancellation);
        if (until <= mark)
        {
            return (0, false);
        }

        var records = await Ended(db, fact => fact.Recorded > mark && fact.Recorded <= until)
            .Take(AtOnce + 1).ForAllOrganisations("facts that were ended since").ToListAsync(cancellation);
        var more = records.Count > AtOnce;
        if (more)
        {
            var (first, last) = (records[0].Recorded, records[^1].Recorded);
            until = first == last ? first : last - 1;
            records = first == last ? await EndedAtAsync(db, first, cancellation) : [.. records.Where(one => one.Recorded <= until)];
        }

        var (written, aside) = await NoticeAsync(records, cancellation);
        return (written, await IsMovedAsync(db, mark, until, aside, cancellation) && more);
    }

    /// <summary>Writes whoever was told one of these a notice, unless it has it. Not in one transaction: who calls again after a failure gets the rest.</summary>
    /// <returns>How many were written, and the times of the store of records that failed.</returns>
    private async Task<(int Written, HashSet<long> Aside)> NoticeAsync(IReadOnlyList<EndedFact> records, CancellationToken cancellation)
    {
        var (written, waiting, aside) = (0, new List<ToldProgram>(), new HashSet<long>());
        var oldest = clock.GetUtcNow().AddDays(-duties.NoticeReach);
        foreach (var some in records.GroupBy(one => one.Entity, StringComparer.Ordinal).Chunk(AtOnce))
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
            var asked = await FindTold.AskedAboutAsync(db, [.. some.Select(one => one.Key)], oldest, cancellation);
            foreach (var entity in some.Where(one => asked.Contains(one.Key)))
            {
                try
                {
                    waiting.AddRange(await FindTold.OfAsync(
                        db, entity.Key, [.. entity], oldest, catalogue, (record, failure) => SetAside(record, failure, aside), cancellation));
                }
                catch (Exception failure) when (IsOfFew(failure))
                {
                    foreach (var record in entity)
                    {
                        SetAside(record, failure, aside);
                    }
                }

                var whole = waiting.Count - (waiting.Count % AtOnce);
                foreach (var full in waiting[..whole].Chunk(AtOnce))
                {
                    written += await WriteAsync(full, aside, cancellation);
                }

                waiting.RemoveRange(0, whole);
            }
        }

        return (written + await WriteAsync(waiting, aside, cancellation), aside);
    }

    /// <summary>In one transaction; where one of them fails by itself, in several without it.</summary>
    private async Task<int> WriteAsync(IReadOnlyList<ToldProgram> told, HashSet<long> aside, CancellationToken cancellation)
    {
        if (told.Count == 0)
        {
            return 0;
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await WriteNotices.RunAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), told, duties, clock, cancellation);
        }
        catch (Exception failure) when (IsOfFew(failure))
        {
            if (told.Count == 1)
            {
                SetAside(told[0].Record, failure, aside);
                return 0;
            }
        }

        var half = told.Count / 2;
        return await WriteAsync([.. told.Take(half)], aside, cancellation) + await WriteAsync([.. told.Skip(half)], aside, cancellation);
    }

    /// <summary>Together with what is to be tried again: a record is behind the mark when its notices are on disk, or it is set aside there.</summary>
    /// <returns>False where another host was first; it has noticed the same, or set it aside.</returns>
    private static async Task<bool> IsMovedAsync(CreditDb db, long mark, long until, HashSet<long> aside, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var moved = await db.NoticeMarks.Where(row => row.Id == NoticeMark.MarkId && row.Known == mark)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Known, until), cancellation);
        if (moved == 0)
        {
            return false;
        }

        if (aside.Count > 0)
        {
            var number = await db.NoticeMarks.MaxAsync(row => row.Id, cancellation);
            db.NoticeMarks.AddRange(aside.Order().Select(known => new NoticeMark { Id = ++number, Known = known }));
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>What would come again for the same records, however often it is tried, and not for others: neither the end of this host nor a database that is away.</summary>
    private static bool IsOfFew(Exception failure) => failure is not OperationCanceledException && (!StoreAway.Is(failure) || StoreAway.RefusesRow(failure));

    private void SetAside(EndedFact record, Exception failure, HashSet<long> aside)
    {
        aside.Add(record.Recorded);
        IsSetAside(logger, record.Id, failure.Message, failure);
    }

    private static Task<List<EndedFact>> EndedAtAsync(CreditDb db, long recorded, CancellationToken cancellation) =>
        Ended(db, fact => fact.Recorded == recorded).ForAllOrganisations("facts that were ended at once").ToListAsync(cancellation);

    private static IQueryable<EndedFact> Ended(CreditDb db, Expression<Func<FactRow, bool>> when) => db.Facts.AsNoTracking()
        .Where(fact => fact.About != null && (fact.Kind == RecordKind.Corrected || fact.Kind == RecordKind.Withdrawn || fact.Kind == RecordKind.Repaired))
        .Where(when).OrderBy(fact => fact.Recorded).Select(fact => new EndedFact(fact.Entity, fact.Id, fact.About!.Value, fact.Kind, fact.Recorded, fact.Decided));

    [LoggerMessage(2702, LogLevel.Error, "Who was told what is no longer to be used could not be looked for: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception failure);

    [LoggerMessage(2703, LogLevel.Warning, "{Count} notices to stop using a fact were not acknowledged in time")]
    private static partial void Overdue(ILogger logger, int count);

    [LoggerMessage(2704, LogLevel.Error, "Who was told what record {Record} ends could not be looked for or noticed; the others were. It is tried again at the next start and each hour: {Reason}")]
    private static partial void IsSetAside(ILogger logger, Guid record, string reason, Exception failure);
}
