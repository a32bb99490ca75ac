using Backbone.Audit.Outbox;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Events;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>
/// Of one record that ends the use of a fact: finds who was told the fact, or a grade in which it could count, and writes each of them a notice, its event and
/// its message. Everything is added to the context; the caller's transaction commits it.
/// </summary>
internal static class WriteNotices
{
    /// <returns>How many.</returns>
    public static async Task<int> OfAsync(CreditDb db, FactRow record, FactCatalogue catalogue, Duties duties, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var told = await ToldAsync(db, record, catalogue, now.AddDays(-duties.NoticeReach), cancellation);
        if (told.Count == 0)
        {
            return 0;
        }

        var programs = told.Keys.ToList();
        var addresses = await db.WebhookSecrets.AsNoTracking().Where(one => programs.Contains(one.Client) && one.NoticeTarget != null)
            .ToDictionaryAsync(one => one.Client, one => one.NoticeTarget!, StringComparer.Ordinal, cancellation);
        var subscriptions = await db.Subscriptions.AsNoTracking()
            .Where(one => one.Entity == record.Entity && one.EndedAt == null && one.Until > now).ToListAsync(cancellation);
        foreach (var (program, named) in told)
        {
            var notice = NoticeOf(record, program, named, duties, now);
            db.Notices.Add(notice);
            db.Record(TellingKinds.Of(TellingKinds.NoticeGiven, notice, clock));
            if (addresses.TryGetValue(program, out var target))
            {
                db.Deliveries.Add(TellSubscribers.DeliveryOf(notice, target));
            }
            else if (subscriptions.Where(one => one.Client == program).MaxBy(one => one.At) is { } subscription)
            {
                db.Deliveries.Add(TellSubscribers.DeliveryOf(subscription, notice.Id, Notice.StopUsing, notice.Body, now));
            }
        }

        return told.Count;
    }

    /// <summary>The programs that asked while the fact was on record and in view, each with whether a report told it of the fact itself.</summary>
    private static async Task<Dictionary<string, bool>> ToldAsync(
        CreditDb db, FactRow record, FactCatalogue catalogue, DateTimeOffset oldest, CancellationToken cancellation)
    {
        var (entity, fact, ended) = (record.Entity, record.About!.Value, record.Recorded);
        var all = await ReadRecords.OfAsync(db, EntityCode.Parse(entity), cancellation);
        if (all.Records.FirstOrDefault(one => one.Id == fact)?.Recorded is not { } stated)
        {
            return [];
        }

        // One answer of each day for each program: a program that asks every minute is one.
        var asked = await db.Queries.AsNoTracking().Where(one => one.Entity == entity && one.Kind != AskReport.DeskKind && one.Known >= stated && one.Known < ended && one.At >= oldest)
            .GroupBy(one => new { one.Client, one.Kind, one.ValidOn })
            .Select(group => new { group.Key.Client, group.Key.Kind, group.Key.ValidOn, Known = group.Max(one => one.Known) }).ToListAsync(cancellation);
        Dictionary<string, bool> told = new(StringComparer.Ordinal);
        foreach (var question in asked)
        {
            if (ReadFacts.AsOf(all.Records, question.ValidOn, question.Known).FirstOrDefault(one => one.Id == fact) is { } read && IsInView(read, catalogue, question.ValidOn))
            {
                told[question.Client] = told.GetValueOrDefault(question.Client) || question.Kind == AskReport.ReportKind;
            }
        }

        return told;
    }

    /// <summary>Neither ended before, by whatever record, nor before or after its lawful time.</summary>
    private static bool IsInView(ReadFact fact, FactCatalogue catalogue, DateOnly on)
    {
        const FactMarks Left = FactMarks.Excluded | FactMarks.Repaired | FactMarks.Withdrawn;
        return (fact.Marks & Left) == 0
            && catalogue.Find(fact.Content.Type) is { } type
            && catalogue.TimeOf(type, fact.Content.Dates, fact.Content.Class, on) is var time && time.From <= on && (time.Until is null || on < time.Until);
    }

    private static Notice NoticeOf(FactRow record, string program, bool named, Duties duties, DateTimeOffset now)
    {
        var (id, fact, today) = (Guid.CreateVersion7(now), record.About!.Value, ChinaDay.Of(now));
        var since = record.Kind == RecordKind.Repaired ? record.Decided : ChinaDay.Of(KnowledgeTime.At(record.Recorded));
        var due = duties.Of(Duties.NoticeAcknowledge, today).Day;
        return new()
        {
            Entity = record.Entity,
            Id = id,
            Client = program,
            Fact = fact,
            Record = record.Id,
            Named = named,
            Kind = record.Kind,
            Since = since,
            At = now,
            Body = Notice.Write(record.Entity, program, id, named ? fact : null, record.Kind, since, due, now),
            DueOn = due,
        };
    }
}
