using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Profiles;

/// <summary>
/// Writes profiles, a batch in one transaction with its event. Of several of one organisation that of the latest day stays, in whatever order they come,
/// so that sending again does nothing.
/// </summary>
internal sealed class StoreProfiles(CreditDb db, TimeProvider clock)
{
    /// <summary>Rows of a statement: seven values each, below SQLite's bound of 32,766.</summary>
    private const int AtOnce = 1_000;

    /// <param name="source">The program's client id.</param>
    /// <param name="drafts">At most some ten thousand.</param>
    /// <param name="cancellation">Nothing of the batch is written then.</param>
    /// <returns>The organisations whose profile is another now.</returns>
    public async Task<IReadOnlySet<EntityCode>> WriteAsync(string source, IReadOnlyList<ProfileDraft> drafts, CancellationToken cancellation)
    {
        // Of two in a batch the later line, unless it is of an earlier day.
        var newest = new Dictionary<EntityCode, ProfileDraft>();
        foreach (var draft in drafts)
        {
            if (!newest.TryGetValue(draft.Entity, out var other) || draft.AsOf >= other.AsOf)
            {
                newest[draft.Entity] = draft;
            }
        }

        // In one order everywhere: two batches at once never wait for each other in a ring.
        var rows = newest.Values.OrderBy(draft => draft.Entity).ToList();
        var changed = new HashSet<EntityCode>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        foreach (var some in rows.Chunk(AtOnce))
        {
            changed.UnionWith(await UpsertAsync(source, some, cancellation));
        }

        if (changed.Count > 0)
        {
            var received = CreditKinds.ProfilesReceived.Occurred(clock) with { ClientId = source };
            db.Record(received.With("resource.type", "profile").With("resource.count", changed.Count).With("resource.digest", DigestOf(rows.Where(row => changed.Contains(row.Entity)))));
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return changed;
    }

    private async Task<IEnumerable<EntityCode>> UpsertAsync(string source, ProfileDraft[] some, CancellationToken cancellation)
    {
        var recorded = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        var values = new List<object>(some.Length * 7);
        var sql = new StringBuilder(
            $"""INSERT INTO {(db is PostgresCreditDb ? $"{CreditDb.Schema}.\"profiles\"" : "\"profiles\"")} AS p ("Entity", "Section", "Size", "Established", "AsOf", "Recorded", "Source") VALUES """);
        string Placed(object? value)
        {
            if (value is null)
            {
                return "NULL";
            }

            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"{{{values.Count - 1}}}");
        }

        sql.AppendJoin(", ", some.Select(draft => "(" + string.Join(", ", ((object?[])
            [draft.Entity.ToString(), draft.Section, (short)draft.Size, draft.Established, draft.AsOf, recorded, source]).Select(Placed)) + ")"));
        sql.Append("""
             ON CONFLICT ("Entity") DO UPDATE SET "Section" = excluded."Section", "Size" = excluded."Size", "Established" = excluded."Established",
             "AsOf" = excluded."AsOf", "Recorded" = excluded."Recorded", "Source" = excluded."Source"
             WHERE excluded."AsOf" >= p."AsOf" AND (excluded."Section" <> p."Section" OR excluded."Size" <> p."Size" OR excluded."AsOf" > p."AsOf"
             OR excluded."Established" IS DISTINCT FROM p."Established")
             RETURNING "Entity" AS "Value"
            """);
        var changed = await db.Database.SqlQueryRaw<string>(sql.ToString(), [.. values]).ForAllOrganisations("a batch of profiles").ToListAsync(cancellation);
        return changed.Select(entity => EntityCode.Parse(entity));
    }

    /// <summary>SHA-256 over what is new, a line each in the order of the codes: the event fixes what was said.</summary>
    private static string DigestOf(IEnumerable<ProfileDraft> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{row.Entity} {row.Section} {(short)row.Size} {row.Established:yyyy-MM-dd} {row.AsOf:yyyy-MM-dd}\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
