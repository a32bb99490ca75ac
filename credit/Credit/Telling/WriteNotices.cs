using Backbone.Audit.Outbox;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Events;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>
/// Writes notices, each with its event and its message, in one transaction. Who has one of the same record already gets none: to write them again is safe.
/// </summary>
internal static class WriteNotices
{
    /// <param name="told">Some hundred, for that long nobody else writes. Each program and record is in it once.</param>
    /// <returns>How many were written now and are on disk.</returns>
    public static async Task<int> RunAsync(CreditDb db, IReadOnlyCollection<ToldProgram> told, Duties duties, TimeProvider clock, CancellationToken cancellation)
    {
        // The mark is held and not moved: of two hosts the second waits here, and then finds the notices of the first.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.NoticeMarks.Where(row => row.Id == NoticeMark.MarkId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Known, row => row.Known), cancellation);
        var missing = await MissingAsync(db, told, cancellation);
        if (missing.Count == 0)
        {
            return 0;
        }

        var now = clock.GetUtcNow();
        var (programs, entities) = (missing.Select(one => one.Program).Distinct().ToList(), missing.Select(one => one.Record.Entity).Distinct().ToList());
        var addresses = await db.WebhookSecrets.AsNoTracking().Where(one => programs.Contains(one.Client) && one.NoticeTarget != null)
            .ToDictionaryAsync(one => one.Client, one => one.NoticeTarget!, StringComparer.Ordinal, cancellation);
        var subscriptions = (await db.Subscriptions.AsNoTracking()
            .Where(one => entities.Contains(one.Entity) && programs.Contains(one.Client) && one.EndedAt == null && one.Until > now)
            .ForAllOrganisations("subscriptions of those who are noticed").ToListAsync(cancellation)).ToLookup(one => (one.Entity, one.Client));
        foreach (var one in missing)
        {
            var notice = NoticeOf(one.Record, one.Program, one.Named, duties, now);
            db.Notices.Add(notice);
            db.Record(TellingKinds.Of(TellingKinds.NoticeGiven, notice, clock));
            if (addresses.TryGetValue(one.Program, out var target))
            {
                db.Deliveries.Add(TellSubscribers.DeliveryOf(notice, target));
            }
            else if (subscriptions[(notice.Entity, one.Program)].MaxBy(one => one.At) is { } subscription)
            {
                db.Deliveries.Add(TellSubscribers.DeliveryOf(subscription, notice.Id, Notice.StopUsing, notice.Body, now));
            }
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return missing.Count;
    }

    private static async Task<List<ToldProgram>> MissingAsync(CreditDb db, IReadOnlyCollection<ToldProgram> told, CancellationToken cancellation)
    {
        var (entities, records) = (told.Select(one => one.Record.Entity).Distinct().ToList(), told.Select(one => one.Record.Id).Distinct().ToList());
        var written = (await db.Notices.AsNoTracking().Where(one => entities.Contains(one.Entity) && records.Contains(one.Record))
            .Select(one => new { one.Entity, one.Record, one.Client }).ForAllOrganisations("notices that are written already").ToListAsync(cancellation))
            .Select(one => (one.Entity, one.Record, one.Client)).ToHashSet();
        return [.. told.Where(one => !written.Contains((one.Record.Entity, one.Record.Id, one.Program)))];
    }

    private static Notice NoticeOf(EndedFact record, string program, bool named, Duties duties, DateTimeOffset now)
    {
        var (id, today) = (Guid.CreateVersion7(now), ChinaDay.Of(now));
        var since = record.Kind == RecordKind.Repaired ? record.Decided : ChinaDay.Of(KnowledgeTime.At(record.Recorded));
        var due = duties.Of(Duties.NoticeAcknowledge, today).Day;
        return new()
        {
            Entity = record.Entity,
            Id = id,
            Client = program,
            Fact = record.Fact,
            Record = record.Id,
            Named = named,
            Kind = record.Kind,
            Since = since,
            At = now,
            Body = Notice.Write(record.Entity, program, id, named ? record.Fact : null, record.Kind, since, due, now),
            DueOn = due,
        };
    }
}
