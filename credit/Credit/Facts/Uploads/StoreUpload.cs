using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Events;
using Backbone.Credit.Facts.Files;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Facts.Uploads;

internal enum StoreOutcome
{
    Done,

    /// <summary>No such preview any more, or another than was seen.</summary>
    Changed,

    /// <summary>It corrects or withdraws facts, and who uploaded it wants to store it.</summary>
    SamePerson,
}

/// <summary>Stores exactly what was previewed, or discards it.</summary>
internal sealed class StoreUpload(CreditDb db, StoreSoundRows rows, TimeProvider clock)
{
    /// <param name="seen">The digest on the page that was seen.</param>
    public async Task<StoreOutcome> StoreAsync(Guid id, string seen, CaseActor clerk, CancellationToken cancellation)
    {
        if (await FindAsync(id, seen, cancellation) is not { Sound: { } sound, ProblemRows: { } problems, States: { } states } file)
        {
            return StoreOutcome.Changed;
        }

        if (file.Changes > 0 && file.By == clerk.Person)
        {
            db.Record(ReceiveUpload.EventOf(FileKinds.Store, clerk, id, file.Digest, file.Form, 0, clock, FileKinds.SamePerson));
            await db.SaveChangesAsync(cancellation);
            return StoreOutcome.SamePerson;
        }

        // Once begun it is brought to its end, whether somebody still waits for it or not; what a crash leaves undone is done by storing it again.
        var done = await rows.RunAsync(file.Source, sound, problems, states, FileForm.Find(file.Form), CancellationToken.None);
        (file.State, file.StoredAt, file.Until, file.Sound) = (FileState.Stored, clock.GetUtcNow(), null, null);
        (file.New, file.Known, file.Bad, file.ProblemRows, file.States) = (done.New, done.Known, done.Bad, done.ProblemRows, done.States);
        (file.Problems, file.Held, file.Version) = (file.Problems + done.Problems, done.ProblemRows.Length + done.States.Length, file.Version + 1);
        db.Record(ReceiveUpload.EventOf(FileKinds.Store, clerk, id, file.Digest, file.Form, done.New + done.Known, clock));
        return await SaveAsync(CancellationToken.None);
    }

    public async Task<StoreOutcome> DiscardAsync(Guid id, string seen, CaseActor clerk, CancellationToken cancellation)
    {
        if (await FindAsync(id, seen, cancellation) is not { } file)
        {
            return StoreOutcome.Changed;
        }

        db.FactFiles.Remove(file);
        db.Record(ReceiveUpload.EventOf(FileKinds.Discard, clerk, id, file.Digest, file.Form, file.New + file.Known, clock));
        return await SaveAsync(cancellation);
    }

    private async Task<FactFile?> FindAsync(Guid id, string seen, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var file = await db.FactFiles.SingleOrDefaultAsync(one => one.Id == id && one.Origin == FileOrigin.Upload && one.State == FileState.Previewed && one.Until > now, cancellation);
        return file is not null && Convert.ToHexStringLower(file.Digest) == seen ? file : null;
    }

    private async Task<StoreOutcome> SaveAsync(CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
            return StoreOutcome.Done;
        }
        catch (DbUpdateConcurrencyException)
        {
            return StoreOutcome.Changed;
        }
    }
}
