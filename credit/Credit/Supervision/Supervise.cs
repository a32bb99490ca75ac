using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Events;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Storage;
using Backbone.Platform;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Supervision;

/// <summary>
/// What a supervisor does about a matter that was left undone: says who is to work on it, or gives an instruction. Decides nothing. History and event commit
/// with it or not at all.
/// </summary>
internal sealed class Supervise(CreditDb db, DeskOfficers officers, TimeProvider clock)
{
    /// <param name="entity">Whose: one of another is not found.</param>
    /// <param name="officer">Who is to work on it; null for an instruction alone.</param>
    /// <param name="words">The instruction, or why this officer; at most <see cref="CaseRow.LongestReason"/> characters.</param>
    /// <param name="seen">The version the supervisor decided by.</param>
    public async Task<StepOutcome> RunAsync(string entity, Guid id, Guid? officer, string words, CaseActor actor, int seen, CancellationToken cancellation)
    {
        if (await Matter.FindAsync(db, entity, id, cancellation) is not { } matter)
        {
            return StepOutcome.NotFound;
        }

        if (matter.Version != seen)
        {
            return StepOutcome.Changed;
        }

        if (!matter.IsWaiting || (officer is not null && (await officers.ListAsync(cancellation)).All(one => one.Person != officer)))
        {
            return StepOutcome.NotNow;
        }

        matter.AssignedTo = officer ?? matter.AssignedTo;
        matter.Move();
        if (matter.Notice is { } notice)
        {
            NoticeEvents.Note(db, officer is null ? NoticeKinds.Instruct : NoticeKinds.Assign, actor, notice, clock, words, officer);
        }
        else
        {
            Note(matter.Case!, officer, words, actor);
        }

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

    private void Note(CaseRow row, Guid? officer, string words, CaseActor actor)
    {
        var (now, kind) = (clock.GetUtcNow(), officer is null ? CaseKinds.Instruct : CaseKinds.Assign);
        db.CaseSteps.Add(new CaseStep { Entity = row.Entity, Id = Guid.CreateVersion7(now), Case = row.Id, Act = kind.Action, At = now, By = actor.Person, Reason = words });
        db.Record(CaseEvents.Of(kind, actor, row, clock) with { Target = officer is { } person ? new SubjectId(person) : null });
    }
}
