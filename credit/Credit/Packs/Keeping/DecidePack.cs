using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Packs.Keeping;

/// <param name="Seen">The step the person decided by; another means somebody did something meanwhile.</param>
internal sealed record PackDecision(Guid Pack, PackAct Act, CaseActor Actor, int Seen, string Reason = "");

internal enum DecideOutcome
{
    Done,
    NotFound,

    /// <summary>The state does not allow it.</summary>
    NotNow,

    /// <summary>Another step came first.</summary>
    Changed,

    /// <summary>Who handed it in, or approved it before, does not approve it.</summary>
    SamePerson,

    /// <summary>What is stored is not what was handed in, may not be approved by the catalogue of today, or its time is over.</summary>
    Unfit,
}

/// <summary>Takes one step with a pack. Its state, its history, its signature and the audit event commit together or not at all.</summary>
internal sealed class DecidePack(CreditDb db, PackKey key, FactCatalogue catalogue, TimeProvider clock)
{
    public async Task<DecideOutcome> RunAsync(PackDecision decision, CancellationToken cancellation)
    {
        try
        {
            var row = await db.Packs.SingleOrDefaultAsync(one => one.Id == decision.Pack, cancellation);
            var outcome = row is null ? DecideOutcome.NotFound : Step(row, decision);
            if (outcome is DecideOutcome.Done or DecideOutcome.SamePerson)
            {
                await db.SaveChangesAsync(cancellation);
            }

            return outcome;
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return DecideOutcome.Changed;
        }
    }

    private DecideOutcome Step(KeptPack row, PackDecision decision)
    {
        if (row.Step != decision.Seen)
        {
            return DecideOutcome.Changed;
        }

        if (decision.Actor.Person is not { } person || PackRules.Next(row.State, decision.Act) is not { } next)
        {
            return DecideOutcome.NotNow;
        }

        if (decision.Act == PackAct.Approve && !PackRules.MayApprove(row, person))
        {
            db.Record(PackEvents.Of(PackKinds.Approve, decision.Actor, row, clock, "same_person"));
            return DecideOutcome.SamePerson;
        }

        var now = clock.GetUtcNow();
        if (decision.Act == PackAct.Approve && !IsFit(row, ChinaDay.Of(now)))
        {
            return DecideOutcome.Unfit;
        }

        var kind = next switch
        {
            PackState.ApprovedOnce => PackKinds.Approve,
            PackState.Approved => PackKinds.Sign,
            _ => PackKinds.Refuse,
        };
        (row.State, row.Step) = (next, row.Step + 1);
        if (next == PackState.ApprovedOnce)
        {
            row.FirstBy = person;
        }
        else if (next == PackState.Approved)
        {
            (row.SecondBy, row.SignedAt, row.InForceFrom) = (person, WholeSecond(now), FirstDay(row, ChinaDay.Of(now)));
            row.Signature = PackStatement.Sign(row, key);
        }

        db.PackSteps.Add(PackEvents.Step(kind, decision.Actor, row, now, decision.Reason));
        db.Record(PackEvents.Of(kind, decision.Actor, row, clock));
        return DecideOutcome.Done;
    }

    /// <summary>Grades of days that are over stay as they were given: a pack that is approved late is in force late.</summary>
    private static DateOnly FirstDay(KeptPack row, DateOnly today) => row.WantedFrom > today ? row.WantedFrom : today;

    /// <summary>Every engine gives it back as it was signed.</summary>
    private static DateTimeOffset WholeSecond(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private bool IsFit(KeptPack row, DateOnly today)
    {
        var loaded = LoadPack.Read(row.Pack, row.Content, catalogue);
        return PackStatement.IsWhole(row) && loaded is { MayBeApproved: true, Pack: { } pack } && !(pack.To <= FirstDay(row, today));
    }
}
