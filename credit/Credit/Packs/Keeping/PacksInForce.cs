using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Packs.Keeping;

/// <summary>
/// Which pack this host scores by, on which day: those of the database, and where it has none for a day, the file of the setting. Read at start and every few
/// seconds, so that all hosts of a database follow; what cannot be read changes nothing.
/// </summary>
internal sealed class PacksInForce(IServiceScopeFactory scopes, PackInForce file, PackKey key, FactCatalogue catalogue, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private volatile PackTimeline timeline = new(file, [], []);

    public PackInForce File => file;

    public PackTimeline Timeline => timeline;

    /// <summary>Of today.</summary>
    public PackInForce Current => On(ChinaDay.Today(clock));

    public PackInForce On(DateOnly day) => timeline.On(day);

    /// <summary>The pack of a hash, in force or superseded; null when it is none of this host's.</summary>
    public PackInForce? Find(string digest) =>
        timeline.Kept.Select(one => one.Pack).FirstOrDefault(one => one.Digest == digest) ?? (file.Digest == digest ? file : null);

    /// <exception cref="Exception">The database does not answer; the packs are those of before.</exception>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
            var today = ChinaDay.Today(clock);
            var read = await ReadPacks.RunAsync(db, file, key, catalogue, timeline, today, cancellation);
            timeline = read;
            if (read.Broken.IsEmpty && read.KeptOn(today) is { } pack)
            {
                await NoteAsync(db, pack, cancellation);
            }
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>Notes once that a pack came in force and took another's place; the hosts are many, the event is one.</summary>
    private async Task NoteAsync(CreditDb db, DatedPack pack, CancellationToken cancellation)
    {
        if (!await db.Packs.AnyAsync(row => row.Id == pack.Id && row.State == PackState.Approved, cancellation))
        {
            return;
        }

        var now = clock.GetUtcNow();
        var row = await db.Packs.SingleAsync(row => row.Id == pack.Id, cancellation);
        var former = await db.Packs.Where(row => row.State == PackState.InForce).ToListAsync(cancellation);

        // Signed for the same day or an earlier one and passed over: it will not come in force any more.
        var passed = timeline.Kept.TakeWhile(one => one.Id != pack.Id).Select(one => one.Id).ToList();
        former.AddRange(await db.Packs.Where(one => passed.Contains(one.Id) && one.State == PackState.Approved).ToListAsync(cancellation));
        foreach (var other in former)
        {
            (other.State, other.Step) = (PackState.Superseded, other.Step + 1);
        }

        (row.State, row.Step) = (PackState.InForce, row.Step + 1);
        string[] names = [.. former.Count == 0 ? [NameOf(file.Pack.Id, file.Pack.Version)] : former.Select(other => NameOf(other.Pack, other.Version))];
        db.PackSteps.Add(PackEvents.Step(PackKinds.TakeEffect, CaseActor.Program, row, now, ""));
        db.Record(PackEvents.Of(PackKinds.TakeEffect, CaseActor.Program, row, clock).With("resource.removed", names));
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another host noted it.
            db.ChangeTracker.Clear();
        }
    }

    private static string NameOf(string pack, int version) => FormattableString.Invariant($"{pack} {version}");
}
