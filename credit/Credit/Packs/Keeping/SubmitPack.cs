using System.Collections.Immutable;
using System.Security.Cryptography;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Events;
using Backbone.Credit.Grading;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Packs.Keeping;

/// <param name="Name">Of the file, for the places of findings.</param>
/// <param name="From">The day from which it shall be in force.</param>
/// <param name="Reason">Why it is handed in, for those who approve.</param>
internal sealed record PackSubmission(string Name, byte[] Content, DateOnly From, string Reason);

internal abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    public sealed record Submitted(KeptPack Row) : SubmitOutcome;

    /// <summary>Nothing was kept; everything that is wrong with it.</summary>
    public sealed record Faulty(ImmutableArray<PackFault> Faults) : SubmitOutcome;

    /// <summary>This version, or a later one of the pack, is kept already.</summary>
    public sealed record Known(KeptPack Row) : SubmitOutcome;
}

/// <summary>Takes a pack in: checked as <c>host credit pack check</c> does and against what this host grades for, then kept as it came.</summary>
internal sealed class SubmitPack(CreditDb db, PacksInForce packs, FactCatalogue catalogue, IOptions<GradingOptions> grading, TimeProvider clock)
{
    /// <summary>Nobody decides further ahead.</summary>
    private const int MostYearsAhead = 2;

    public async Task<SubmitOutcome> RunAsync(PackSubmission submission, CaseActor actor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var loaded = LoadPack.Read(submission.Name, submission.Content, catalogue);
        ImmutableArray<PackFault> faults = [.. loaded.Faults, .. loaded.Pack is null ? [] : Unfit(loaded.Pack, loaded.MayBeApproved, submission, ChinaDay.Of(now))];
        if (loaded.Pack is null || !faults.IsEmpty)
        {
            return new SubmitOutcome.Faulty(faults);
        }

        var row = new KeptPack
        {
            Id = Guid.CreateVersion7(now),
            Pack = loaded.Pack.Id,
            Version = loaded.Pack.Version,
            Content = submission.Content,
            Digest = DigestOf(submission.Content),
            WantedFrom = submission.From,
            SubmittedBy = actor.Person ?? throw new ArgumentException("somebody hands a pack in", nameof(actor)),
            SubmittedAt = now,
        };
        if (await KnownAsync(row, cancellation) is { } known)
        {
            return new SubmitOutcome.Known(known);
        }

        db.Packs.Add(row);
        db.PackSteps.Add(PackEvents.Step(PackKinds.Submit, actor, row, now, submission.Reason));
        db.Record(PackEvents.Of(PackKinds.Submit, actor, row, clock));
        try
        {
            await db.SaveChangesAsync(cancellation);
            return new SubmitOutcome.Submitted(row);
        }
        catch (DbUpdateException)
        {
            // Two at once: the same version was kept meanwhile. Anything else is not ours to explain.
            db.ChangeTracker.Clear();
            if (await KnownAsync(row, cancellation) is { } meanwhile)
            {
                return new SubmitOutcome.Known(meanwhile);
            }

            throw;
        }
    }

    private Task<KeptPack?> KnownAsync(KeptPack row, CancellationToken cancellation) =>
        db.Packs.AsNoTracking().Where(one => one.Pack == row.Pack && one.Version >= row.Version).OrderByDescending(one => one.Version).FirstOrDefaultAsync(cancellation);

    /// <summary>What a pack lacks to be put in force here from that day. Whether it can be carried out then is asked of a sound one alone.</summary>
    private IEnumerable<PackFault> Unfit(PolicyPack pack, bool isSound, PackSubmission submission, DateOnly today)
    {
        var from = submission.From;
        if (from < today || from > today.AddYears(MostYearsAhead))
        {
            yield return new("in force from", FormattableString.Invariant($"a day from {today:O} to {today.AddYears(MostYearsAhead):O}; is {from:O}"), true);
        }
        else if (from < pack.From || (pack.To is { } to && from >= to))
        {
            yield return new("in force from", FormattableString.Invariant($"a day of the pack's own time, from {pack.From:O}{(pack.To is { } end ? FormattableString.Invariant($" until before {end:O}") : "")}; is {from:O}"), true);
        }
        else if (isSound)
        {
            foreach (var purpose in pack.Purposes)
            {
                if (Uncompiled(pack, from, purpose.Id) is { } why)
                {
                    yield return new($"purpose {purpose.Id}", why, true);
                }
            }
        }

        if (pack.Purposes.All(one => one.Id != grading.Value.Purpose))
        {
            yield return new("purposes", $"'{grading.Value.Purpose}' is among them, for which grades are made here", true);
        }

        // The pack of the setting has a name, too, and one name is one content.
        if (packs.File.Pack.Id == pack.Id && packs.File.Pack.Version == pack.Version && packs.File.Digest != DigestOf(submission.Content))
        {
            yield return new("version", $"another than {pack.Version}, under which this host has another content", true);
        }
    }

    private string? Uncompiled(PolicyPack pack, DateOnly day, string purpose)
    {
        try
        {
            CompilePack.For(pack, catalogue.Types, day, purpose);
            return null;
        }
        catch (PackException fault)
        {
            return fault.Message;
        }
    }

    private static string DigestOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
