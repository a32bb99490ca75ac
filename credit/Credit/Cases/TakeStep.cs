using Backbone.Audit.Outbox;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Facts;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Cases;

/// <param name="Entity">Whose case: one of another is not found.</param>
/// <param name="Seen">The version the person decided by; another means somebody took a step meanwhile.</param>
/// <param name="Remedy">Of a proposal.</param>
/// <param name="Content">Of a proposed correction: the whole content as JSON.</param>
/// <param name="Days">Of an extension: working days.</param>
internal sealed record StepRequest(
    EntityCode Entity, Guid Case, CaseAct Act, CaseActor Actor, int Seen, string Reason = "", Remedy Remedy = Remedy.None, string? Content = null,
    int Days = 0);

internal enum StepOutcome
{
    Done,
    NotFound,

    /// <summary>The state does not allow it.</summary>
    NotNow,

    /// <summary>More time is given once, and while it runs.</summary>
    NotExtended,

    /// <summary>Another step came first.</summary>
    Changed,

    /// <summary>Who proposed a change does not approve it.</summary>
    SamePerson,
}

/// <summary>
/// Takes one step in a case. Case, records of the fact, history and audit event commit together or not at all. A change of the record takes two people:
/// one proposes, another approves.
/// </summary>
internal sealed class TakeStep(CreditDb db, Duties duties, FactCatalogue catalogue, TimeProvider clock)
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellation)
    {
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var (outcome, row, records) = await StepAsync(request, cancellation);
            if (row is not null)
            {
                // The case first: of two at once, the second stops here and has written no record.
                await db.SaveChangesAsync(cancellation);
                await CaseRecords.WriteAsync(db, row, records, clock, cancellation);
                await transaction.CommitAsync(cancellation);
            }

            return outcome;
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return StepOutcome.Changed;
        }
    }

    /// <returns>With the outcome the case, where something is to be saved, and the records that follow it.</returns>
    private async Task<(StepOutcome Outcome, CaseRow? Row, IReadOnlyList<FactDraft> Records)> StepAsync(StepRequest request, CancellationToken cancellation)
    {
        var entity = request.Entity.ToString();
        var row = await db.Cases.SingleOrDefaultAsync(one => one.Entity == entity && one.Id == request.Case, cancellation);
        if (row is null)
        {
            return (StepOutcome.NotFound, null, []);
        }

        if (row.Version != request.Seen)
        {
            return (StepOutcome.Changed, null, []);
        }

        if (CaseRules.Next(row.Kind, row.State, row.Duty, request.Act) is not { } next
            || (request.Act == CaseAct.Propose && !CaseRules.Answers(row.Kind, request.Remedy)))
        {
            return (StepOutcome.NotNow, null, []);
        }

        var kind = CaseRules.EventOf(request.Act);
        if (request.Act == CaseAct.Approve && (request.Actor.Person is null || request.Actor.Person == row.ProposedBy))
        {
            db.Record(CaseEvents.Of(kind, request.Actor, row, clock, "same_person"));
            return (StepOutcome.SamePerson, row, []);
        }

        var now = clock.GetUtcNow();
        var today = ChinaDay.Of(now);
        if (request.Act == CaseAct.Extend && CaseRules.WhyNotExtended(row, request.Days, duties.On(Duties.RepairExtend, row.RunsFrom).Days, today) is { } why)
        {
            db.Record(CaseEvents.Of(kind, request.Actor, row, clock, why));
            return (StepOutcome.NotExtended, row, []);
        }

        FactContent? corrected = null;
        if (request.Act == CaseAct.Approve && row.Proposed == Remedy.Correction)
        {
            // Read again: what was sound when it was proposed may not be by the catalogue of today.
            corrected = CaseRecords.Read(row.ProposedContent ?? "", catalogue, today).Content;
            if (corrected is null)
            {
                return (StepOutcome.NotNow, null, []);
            }
        }

        row.State = next;
        row.Version++;
        Apply(row, request, now, today);
        List<FactDraft> drafts = row.IsOpen ? [] : [.. CaseRecords.Closing(row, corrected, today)];
        db.CaseSteps.Add(new CaseStep
        {
            Entity = entity,
            Id = Guid.CreateVersion7(now),
            Case = row.Id,
            Act = kind.Action,
            At = now,
            By = request.Actor.Person,
            IsOrganisation = request.Actor.IsOrganisation,
            Reason = request.Act == CaseAct.Approve ? row.ProposedReason ?? "" : request.Reason,
        });
        var told = CaseEvents.Of(kind, request.Actor, row, clock);
        db.Record(request.Act == CaseAct.Extend ? told.With("resource.count", request.Days) : told);
        if (request.Act == CaseAct.Return)
        {
            Forget(row);
        }

        return (StepOutcome.Done, row, drafts);
    }

    private void Apply(CaseRow row, StepRequest request, DateTimeOffset now, DateOnly today)
    {
        switch (request.Act)
        {
            case CaseAct.Refer:
                // From receipt, like the shorter one: that another must check adds days, and begins nothing anew.
                Run(row, Duties.ObjectionOther, row.RunsFrom);
                break;
            case CaseAct.Accept:
                Run(row, Duties.RepairDecide, today);
                break;
            case CaseAct.Propose:
                (row.Proposed, row.ProposedContent, row.ProposedReason, row.ProposedBy) = (request.Remedy, request.Content, request.Reason, request.Actor.Person);
                break;
            case CaseAct.Extend:
                // From the last day that was told, so that whatever became of the calendar since, the new one is later.
                (row.Extension, row.ExtendedAt, row.DueOn) = ((short)request.Days, now, duties.WorkingDays.After(row.DueOn, request.Days).Day);
                Forgive(row);
                break;
            case CaseAct.Approve:
                (row.Done, row.ClosedAt) = (row.Proposed, now);
                break;
            case CaseAct.Reject:
            case CaseAct.TakeBack:
                Forget(row);
                row.ClosedAt = now;
                break;
            default:
                break;
        }
    }

    private void Run(CaseRow row, string duty, DateOnly from)
    {
        (row.Duty, row.RunsFrom, row.DueOn) = (duty, from, duties.Of(duty, from).Day);
        Forgive(row);
    }

    /// <summary>Another last day: what was told of the former is told anew.</summary>
    private static void Forgive(CaseRow row) => (row.RemindedAt, row.OverdueAt, row.EscalatedAt) = (null, null, null);

    private static void Forget(CaseRow row) =>
        (row.Proposed, row.ProposedContent, row.ProposedReason, row.ProposedBy) = (Remedy.None, null, null, null);
}
