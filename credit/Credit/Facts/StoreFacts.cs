using System.Security.Cryptography;
using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Facts;

/// <summary>What became of one draft.</summary>
/// <param name="State">What.</param>
/// <param name="Id">The record's id, of this sending or of the first; null when refused.</param>
/// <param name="Violation">Why refused.</param>
internal readonly record struct StoredFact(StoredState State, Guid? Id, FactViolation? Violation = null);

internal enum StoredState
{
    /// <summary>New, and on disk.</summary>
    Accepted,

    /// <summary>The same was sent before, and is there once.</summary>
    Known,

    Refused,
}

/// <summary>
/// Writes drafts as records, a batch in one transaction. The source's key makes it safe to send again: what is there already is answered as known,
/// and the same key with another content is refused, for a correction is a record of its own.
/// </summary>
internal sealed class StoreFacts(CreditDb db, TimeProvider clock)
{
    /// <param name="source">The program's client id.</param>
    /// <param name="drafts">At most some ten thousand.</param>
    /// <param name="cancellation">Nothing of the batch is written then.</param>
    /// <returns>One for each draft, in their order, when all is on disk.</returns>
    public async Task<IReadOnlyList<StoredFact>> WriteAsync(string source, IReadOnlyList<FactDraft> drafts, CancellationToken cancellation)
    {
        var stored = new StoredFact[drafts.Count];
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var recorded = await MoveKnowledgeClock.RunAsync(db, clock, cancellation);
        var rows = new List<(int At, FactRow Row)>(drafts.Count);
        var inBatch = new Dictionary<(EntityCode, string), Guid>();
        for (var i = 0; i < drafts.Count; i++)
        {
            var draft = drafts[i];
            Guid? about = null;
            if (draft.About is { } key)
            {
                about = inBatch.TryGetValue((draft.Entity, key), out var first) ? first : await FindAsync(draft.Entity, source, key, cancellation);
                if (about is null)
                {
                    stored[i] = new(StoredState.Refused, null, NoSuchFact(key));
                    continue;
                }
            }

            var row = RowOf(draft, source, about, recorded, clock.GetUtcNow());
            if (about is null)
            {
                inBatch.TryAdd((draft.Entity, draft.Key), row.Id);
            }

            rows.Add((i, row));
        }

        var known = await db.AddNewAsync([.. rows.Select(row => row.Row)], cancellation);
        for (var i = 0; i < rows.Count; i++)
        {
            var (at, row) = rows[i];
            stored[at] = known[i] switch
            {
                null => new(StoredState.Accepted, row.Id),
                { } first when first.Hash.AsSpan().SequenceEqual(row.Hash) => new(StoredState.Known, first.Id),
                _ => new(StoredState.Refused, null, KeyUsed(row.SourceKey)),
            };
        }

        if (stored.Count(fact => fact.State == StoredState.Accepted) is > 0 and var accepted)
        {
            var received = CreditKinds.FactsReceived.Occurred(clock) with { ClientId = source };
            db.Record(received.With("resource.type", "fact").With("resource.count", accepted).With("resource.digest", DigestOf(drafts, stored)));
            await TellSubscribers.OfFactsAsync(db, recorded, clock, cancellation);
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return stored;
    }

    /// <summary>A correction or withdrawal of what is not there.</summary>
    internal static FactViolation NoSuchFact(string key) =>
        new("about", new("本来源已报送的该主体某条事实的编号", "the key of a fact that this source has sent of this entity"), key);

    /// <summary>The key was used for another content.</summary>
    internal static FactViolation KeyUsed(string key) =>
        new("key", new("编号只用一次；内容不同的应作为更正，另用编号", "a key is used once; another content is a correction with a key of its own"), key);

    /// <summary>SHA-256 over the hashes of what was new, in its order: the event fixes which facts they were.</summary>
    private static string DigestOf(IReadOnlyList<FactDraft> drafts, StoredFact[] stored)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < stored.Length; i++)
        {
            if (stored[i].State == StoredState.Accepted)
            {
                hash.AppendData(drafts[i].Hash);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<Guid?> FindAsync(EntityCode entity, string source, string key, CancellationToken cancellation)
    {
        var text = entity.ToString();
        var row = await db.Facts.AsNoTracking().Where(fact => fact.Entity == text && fact.Source == source && fact.SourceKey == key)
            .Select(fact => new { fact.Id, fact.About }).SingleOrDefaultAsync(cancellation);
        return row is null ? null : row.About ?? row.Id;
    }

    /// <summary>A draft as the store keeps it.</summary>
    /// <param name="about">The record that first stated the fact it is about.</param>
    /// <param name="recorded">The store's time of knowledge.</param>
    internal static FactRow RowOf(FactDraft draft, string source, Guid? about, long recorded, DateTimeOffset now) => new()
    {
        Entity = draft.Entity.ToString(),
        Id = Guid.CreateVersion7(now),
        Kind = draft.Kind,
        About = about,
        Recorded = recorded,
        Type = (short)(draft.Content?.Type ?? 0),
        Class = draft.Content?.Class ?? default,
        Exclusion = draft.Content?.Exclusion ?? default,
        Quantity = draft.Content?.Quantity ?? 0,
        Decided = draft.Content?.Dates.Decided ?? draft.Effective ?? ChinaDay.Of(now),
        BehaviourEnd = draft.Content?.Dates.BehaviourEnd,
        ValidFrom = draft.Content?.Dates.ValidFrom,
        ValidTo = draft.Content?.Dates.ValidTo,
        Document = draft.Content?.Document ?? "",
        Authority = draft.Content?.Authority ?? "",
        Basis = draft.Content?.Basis ?? "",
        Reason = draft.Reason,
        Source = source,
        SourceKey = draft.Key,
        Hash = draft.Hash,
    };
}
