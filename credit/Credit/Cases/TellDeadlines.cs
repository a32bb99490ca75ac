using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Platform;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Cases;

/// <summary>Tells of some cases what their time owes: history, event and the note that it was told commit together, and of two hosts the second's do not.</summary>
internal sealed class TellDeadlines(CreditDb db, Duties duties)
{
    /// <returns>None when nothing is left to tell.</returns>
    /// <exception cref="DbUpdateConcurrencyException">Somebody was faster with one of them; nothing is told.</exception>
    public async Task<Told> RunAsync(TimeProvider clock, CancellationToken cancellation)
    {
        foreach (var alarm in duties.Alarms.Where(one => one.Duty != Duties.NoticeReply))
        {
            var days = AlarmDays.Of(alarm, duties.WorkingDays, ChinaDay.Today(clock));
            var rows = await db.Cases.ForAllOrganisations("cases whose time ends or is over")
                .Where(row => row.State < CaseState.Granted && row.Duty == alarm.Duty
                    && ((row.RemindedAt == null && row.DueOn >= days.Today && row.DueOn <= days.Soon)
                        || (row.OverdueAt == null && row.DueOn < days.Today) || (row.EscalatedAt == null && row.DueOn <= days.Over)))
                .OrderBy(row => row.DueOn).Take(WatchDeadlines.AtOnce).ToListAsync(cancellation);
            if (rows.Count > 0)
            {
                var overdue = rows.Count(row => Tell(row, days, clock));
                await db.SaveChangesAsync(cancellation);
                return new(rows.Count, overdue);
            }
        }

        return default;
    }

    /// <returns>Whether it was noted that its time is over.</returns>
    private bool Tell(CaseRow row, AlarmDays days, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var isOverdue = days.IsOverdue(row.DueOn, row.OverdueAt is not null);
        if (days.IsReminder(row.DueOn, row.RemindedAt is not null))
        {
            row.RemindedAt = now;
            Note(row, CaseKinds.Remind, clock);
        }

        if (isOverdue)
        {
            row.OverdueAt = now;
            Note(row, CaseKinds.Overdue, clock);
        }

        if (days.IsEscalation(row.DueOn, row.EscalatedAt is not null))
        {
            row.EscalatedAt = now;
            Note(row, CaseKinds.Escalate, clock);
        }

        return isOverdue;
    }

    private void Note(CaseRow row, EventKind kind, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        db.CaseSteps.Add(new CaseStep { Entity = row.Entity, Id = Guid.CreateVersion7(now), Case = row.Id, Act = kind.Action, At = now });

        // Whom it concerns, where one is in charge; else all officers.
        db.Record(CaseEvents.Of(kind, CaseActor.Program, row, clock) with { Target = row.AssignedTo is { } officer ? new SubjectId(officer) : null });
    }
}
