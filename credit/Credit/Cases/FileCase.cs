using System.Security.Cryptography;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Cases.Evidence;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Cases;

/// <summary>What became of a filing.</summary>
internal abstract record FileOutcome
{
    public sealed record Filed(CaseRow Case) : FileOutcome;

    /// <summary>None of the organisation's facts that are in use.</summary>
    public sealed record NoSuchFact : FileOutcome;

    /// <summary>One of the kind is open about it.</summary>
    public sealed record OpenAlready : FileOutcome;

    /// <summary>It cannot be repaired, or not yet.</summary>
    public sealed record NotRepairable(OwnFact Fact) : FileOutcome;

    /// <summary>A material is missing.</summary>
    public sealed record MaterialMissing(Material Material) : FileOutcome;
}

/// <summary>
/// Files an objection or an application for repair. An objection marks its fact as disputed from this day on, with the case: wherever the fact is shown from
/// then on, the mark is shown. Case, mark, files and audit event commit together or not at all.
/// </summary>
internal sealed class FileCase(CreditDb db, OwnFacts facts, Duties duties, MasterKey master, TimeProvider clock)
{
    public async Task<FileOutcome> RunAsync(
        CaseKind kind, EntityCode entity, Guid fact, string grounds, IReadOnlyList<EvidenceFile> files, CaseActor actor, CancellationToken cancellation)
    {
        if (await facts.FindAsync(entity, fact, cancellation) is not { } own)
        {
            return new FileOutcome.NoSuchFact();
        }

        if (own.Open.Any(one => one.Kind == kind))
        {
            return new FileOutcome.OpenAlready();
        }

        if (kind == CaseKind.Repair)
        {
            if (own.Repair != RepairState.Open)
            {
                return new FileOutcome.NotRepairable(own);
            }

            if (duties.Materials.FirstOrDefault(material => files.All(file => file.Material != material.Id)) is { } missing)
            {
                return new FileOutcome.MaterialMissing(missing);
            }
        }

        var row = New(kind, entity, fact, grounds, actor);
        try
        {
            await WriteAsync(row, files, actor, cancellation);
            return new FileOutcome.Filed(row);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Of two at once the index of open cases takes one. Anything else that the database refused is said by the next look.
            db.ChangeTracker.Clear();
            if (await db.Cases.AnyAsync(one => one.Entity == row.Entity && one.Fact == fact && one.Kind == kind && one.State < CaseState.Granted, cancellation))
            {
                return new FileOutcome.OpenAlready();
            }

            throw;
        }
    }

    private CaseRow New(CaseKind kind, EntityCode entity, Guid fact, string grounds, CaseActor actor)
    {
        var now = clock.GetUtcNow();
        var today = ChinaDay.Of(now);
        var duty = kind == CaseKind.Objection ? Duties.ObjectionOwn : Duties.RepairAccept;
        return new CaseRow
        {
            Entity = entity.ToString(),
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            Fact = fact,
            Grounds = grounds,
            FiledAt = now,
            FiledBy = actor.Person ?? throw new ArgumentException("A person files a case.", nameof(actor)),
            Duty = duty,
            RunsFrom = today,
            DueOn = duties.Of(duty, today).Day,
        };
    }

    private async Task WriteAsync(CaseRow row, IReadOnlyList<EvidenceFile> files, CaseActor actor, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        db.Cases.Add(row);
        var rows = files.Select(file => file.Seal(row, master, clock)).ToList();
        db.CaseFiles.AddRange(rows);
        db.CaseSteps.Add(new CaseStep
        {
            Entity = row.Entity,
            Id = Guid.CreateVersion7(row.FiledAt),
            Case = row.Id,
            Act = CaseKinds.File.Action,
            At = row.FiledAt,
            By = actor.Person,
            IsOrganisation = actor.IsOrganisation,
        });
        var told = CaseEvents.Of(CaseKinds.File, actor, row, clock).With("resource.count", files.Count);
        db.Record(rows.Count == 0 ? told : told.With("resource.digest", Convert.ToHexStringLower(SHA256.HashData([.. rows.SelectMany(file => file.Digest)]))));
        await db.SaveChangesAsync(cancellation);
        if (row.Kind == CaseKind.Objection)
        {
            await CaseRecords.WriteAsync(db, row, [CaseRecords.Disputed(row, row.RunsFrom)], clock, cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }
}
