using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Sealed;

internal enum OpeningOutcome
{
    Done,
    NotFound,

    /// <summary>It is decided.</summary>
    NotNow,

    /// <summary>Somebody decided meanwhile.</summary>
    Changed,

    /// <summary>Who asked does not agree.</summary>
    SamePerson,
}

/// <summary>Asks for an opening, and decides about one. State and event commit together.</summary>
internal sealed class OpenSealed(CreditDb db, TimeProvider clock)
{
    /// <summary>How long an opening lasts.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(24);

    /// <returns>Null when nothing was ever recorded of the organisation.</returns>
    public async Task<SealedOpening?> AskAsync(EntityCode entity, string basis, string reason, CaseActor officer, CancellationToken cancellation)
    {
        var code = entity.ToString();
        if (!await db.Facts.AsNoTracking().AnyAsync(fact => fact.Entity == code, cancellation))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var opening = new SealedOpening { Entity = code, Id = Guid.CreateVersion7(now), Basis = basis, Reason = reason, AskedBy = officer.Person!.Value, AskedAt = now };
        db.SealedOpenings.Add(opening);
        db.Record(EventOf(SealedKinds.Ask, officer, opening, clock));
        await db.SaveChangesAsync(cancellation);
        return opening;
    }

    /// <param name="agree">Else it is refused.</param>
    /// <param name="answer">Why it is refused.</param>
    /// <param name="seen">The version the officer decided by.</param>
    public async Task<OpeningOutcome> DecideAsync(EntityCode entity, Guid id, bool agree, string answer, CaseActor officer, int seen, CancellationToken cancellation)
    {
        var code = entity.ToString();
        var opening = await db.SealedOpenings.SingleOrDefaultAsync(one => one.Entity == code && one.Id == id, cancellation);
        if (opening is null)
        {
            return OpeningOutcome.NotFound;
        }

        if (opening.Version != seen)
        {
            return OpeningOutcome.Changed;
        }

        if (opening.State != OpeningState.Asked)
        {
            return OpeningOutcome.NotNow;
        }

        if (agree && opening.AskedBy == officer.Person)
        {
            db.Record(EventOf(SealedKinds.Agree, officer, opening, clock, "same_person"));
            await db.SaveChangesAsync(cancellation);
            return OpeningOutcome.SamePerson;
        }

        var now = clock.GetUtcNow();
        (opening.State, opening.DecidedBy, opening.DecidedAt) = (agree ? OpeningState.Opened : OpeningState.Refused, officer.Person, now);
        (opening.Until, opening.Answer) = (agree ? now + Lasts : null, agree ? "" : answer);
        opening.Version++;
        db.Record(EventOf(agree ? SealedKinds.Agree : SealedKinds.Refuse, officer, opening, clock));
        try
        {
            await db.SaveChangesAsync(cancellation);
            return OpeningOutcome.Done;
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return OpeningOutcome.Changed;
        }
    }

    /// <summary>The event tells the law; why is in the record, which the organisation reads.</summary>
    public static AuditEvent EventOf(EventKind kind, CaseActor officer, SealedOpening opening, TimeProvider clock, string? reason = null) =>
        CaseEvents.About(kind, officer, opening.Entity, clock, reason)
            .With("resource.id", opening.Id.ToString("D")).With("resource.type", "sealed-copy").With("purpose.legal_basis", opening.Basis);
}
