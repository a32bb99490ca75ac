using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.PriorNotices;

/// <summary>
/// Tells of some notices that what the organisation said about them waits for a reply, and those above when it waits still after the last day; also when the
/// grade was published meanwhile. As cases are told of.
/// </summary>
internal sealed class TellReplies(CreditDb db, Duties duties)
{
    /// <returns>None when nothing is left to tell.</returns>
    /// <exception cref="DbUpdateConcurrencyException">Somebody was faster with one of them; nothing is told.</exception>
    public async Task<Told> RunAsync(TimeProvider clock, CancellationToken cancellation)
    {
        var (now, alarm) = (clock.GetUtcNow(), duties.Alarms.Single(one => one.Duty == Duties.NoticeReply));
        var days = AlarmDays.Of(alarm, duties.WorkingDays, ChinaDay.Of(now));
        var notices = await db.PriorNotices.ForAllOrganisations("replies whose time ends or is over").Unanswered()
            .Where(one => (one.RemindedAt == null && one.DueOn >= days.Today && one.DueOn <= days.Soon) || (one.EscalatedAt == null && one.DueOn <= days.Over))
            .OrderBy(one => one.DueOn).Take(WatchDeadlines.AtOnce).ToListAsync(cancellation);
        var overdue = 0;
        foreach (var notice in notices)
        {
            if (days.IsReminder(notice.DueOn, notice.RemindedAt is not null))
            {
                notice.RemindedAt = now;
                NoticeEvents.Note(db, NoticeKinds.Remind, CaseActor.Program, notice, clock, assigned: notice.AssignedTo);
            }

            if (days.IsEscalation(notice.DueOn, notice.EscalatedAt is not null))
            {
                notice.EscalatedAt = now;
                overdue++;
                NoticeEvents.Note(db, NoticeKinds.Escalate, CaseActor.Program, notice, clock, assigned: notice.AssignedTo);
            }
        }

        await db.SaveChangesAsync(cancellation);
        return new(notices.Count, overdue);
    }
}
