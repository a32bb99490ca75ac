using Backbone.Audit.Contracts.Events;
using Backbone.Credit.Cases;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.PriorNotices;

/// <summary>
/// One step of a person in a notice: the organisation's answer, what the office makes of it, and the decision not to wait for the end. State, history and
/// event commit together or not at all. The grade itself is published by the scoring of all alone.
/// </summary>
internal sealed class TakeNoticeStep(CreditDb db, NoticeClocks clocks, TimeProvider clock)
{
    /// <summary>The organisation answers, once, within its time.</summary>
    /// <param name="seen">The version the person decided by.</param>
    public Task<StepOutcome> AnswerAsync(EntityCode entity, Guid id, NoticeAnswer answer, string text, CaseActor actor, int seen, CancellationToken cancellation) =>
        StepAsync(entity, id, seen, NoticeKinds.Answer, actor, text, notice =>
        {
            if (!notice.IsOpen || notice.Answer != NoticeAnswer.None || notice.DueOn < clocks.Today)
            {
                return Task.FromResult(false);
            }

            (notice.Answer, notice.AnswerText, notice.AnsweredAt) = (answer, text, clock.GetUtcNow());
            return Task.FromResult(true);
        }, cancellation);

    /// <summary>The office says what it makes of what the organisation said; owed also when the grade was published meanwhile.</summary>
    public Task<StepOutcome> ReplyAsync(EntityCode entity, Guid id, string reason, CaseActor actor, int seen, CancellationToken cancellation) =>
        StepAsync(entity, id, seen, NoticeKinds.Reply, actor, reason, notice =>
        {
            if (notice.Answer == NoticeAnswer.None || notice.RepliedAt is not null)
            {
                return Task.FromResult(false);
            }

            notice.RepliedAt = clock.GetUtcNow();
            return Task.FromResult(true);
        }, cancellation);

    /// <summary>The grade is published with the next scoring. Only after an answer, and while no objection to what it tells of is open.</summary>
    public Task<StepOutcome> DecideAsync(EntityCode entity, Guid id, string reason, CaseActor actor, int seen, CancellationToken cancellation) =>
        StepAsync(entity, id, seen, NoticeKinds.Decide, actor, reason, async notice =>
        {
            if (!notice.IsOpen || notice.Answer == NoticeAnswer.None || notice.EndsOn <= clocks.Today || await IsContestedAsync(notice, cancellation))
            {
                return false;
            }

            notice.EndsOn = clocks.Today;
            notice.RepliedAt ??= clock.GetUtcNow();
            return true;
        }, cancellation);

    /// <summary>Notes that somebody who acts for the organisation opened it, the first time.</summary>
    public async Task OpenAsync(EntityCode entity, Guid id, CaseActor actor, CancellationToken cancellation) =>
        await StepAsync(entity, id, null, NoticeKinds.Open, actor, "", notice =>
        {
            var first = notice.ReadAt is null;
            notice.ReadAt ??= clock.GetUtcNow();
            return Task.FromResult(first);
        }, cancellation);

    /// <summary>Whether an objection to a fact it tells of is open.</summary>
    public async Task<bool> IsContestedAsync(PriorNotice notice, CancellationToken cancellation)
    {
        // Its facts may be thousands, its open objections are few.
        var contested = await db.Cases.Where(one => one.Entity == notice.Entity && one.Kind == CaseKind.Objection && one.State < CaseState.Granted)
            .Select(one => one.Fact).ToListAsync(cancellation);
        var facts = notice.FactIds;
        return contested.Exists(fact => facts.Contains(fact.ToString("D")));
    }

    private async Task<StepOutcome> StepAsync(
        EntityCode entity, Guid id, int? seen, EventKind kind, CaseActor actor, string reason, Func<PriorNotice, Task<bool>> apply, CancellationToken cancellation)
    {
        var code = entity.ToString();
        var notice = await db.PriorNotices.SingleOrDefaultAsync(one => one.Entity == code && one.Id == id, cancellation);
        if (notice is null)
        {
            return StepOutcome.NotFound;
        }

        if (seen is not null && notice.Version != seen)
        {
            return StepOutcome.Changed;
        }

        if (!await apply(notice))
        {
            return StepOutcome.NotNow;
        }

        notice.Version++;
        NoticeEvents.Note(db, kind, actor, notice, clock, reason);
        try
        {
            await db.SaveChangesAsync(cancellation);
            return StepOutcome.Done;
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return StepOutcome.Changed;
        }
    }
}
