using System.Collections.Immutable;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Packs.Keeping;

/// <summary>
/// Reads the approved packs of the database and believes none whose hash or signature does not fit. A pack that was read already is not read again while
/// its signature is the same, except the one of today: its bytes are looked at every time.
/// </summary>
internal static class ReadPacks
{
    public static async Task<PackTimeline> RunAsync(
        CreditDb db, PackInForce file, PackKey key, FactCatalogue catalogue, PackTimeline? before, DateOnly today, CancellationToken cancellation)
    {
        var signed = await db.Packs.AsNoTracking()
            .Where(row => row.SignedAt != null || (row.State != PackState.Submitted && row.State != PackState.ApprovedOnce && row.State != PackState.Refused))
            .Select(row => new { row.Id, row.Digest, row.InForceFrom, row.SignedAt }).ToListAsync(cancellation);
        var known = before?.Kept.ToDictionary(one => one.Id) ?? [];
        var current = before?.KeptOn(today)?.Id;
        var kept = new List<(DatedPack Pack, DateTimeOffset SignedAt)>();
        var broken = ImmutableArray.CreateBuilder<BrokenPack>();
        foreach (var one in signed)
        {
            if (one.Id != current && known.GetValueOrDefault(one.Id) is { } same && same.Pack.Digest == one.Digest && same.From == one.InForceFrom)
            {
                kept.Add((same, one.SignedAt ?? default));
                continue;
            }

            var row = await db.Packs.AsNoTracking().SingleAsync(pack => pack.Id == one.Id, cancellation);
            var (fault, pack) = Read(row, key, catalogue);
            if (pack is null)
            {
                broken.Add(new(row.Pack, row.Version, fault!));
            }
            else
            {
                kept.Add((pack, one.SignedAt ?? default));
            }
        }

        return new(file, [.. kept.OrderBy(one => one.Pack.From).ThenBy(one => one.SignedAt).ThenBy(one => one.Pack.Pack.Pack.Version).ThenBy(one => one.Pack.Id).Select(one => one.Pack)], broken.ToImmutable());
    }

    private static (string? Fault, DatedPack? Pack) Read(KeptPack row, PackKey key, FactCatalogue catalogue)
    {
        if (PackStatement.Fault(row, key) is { } fault)
        {
            return (fault, null);
        }

        // A later program may know other fact types: what it cannot carry out it does not.
        var loaded = LoadPack.Read(row.Pack, row.Content, catalogue);
        return loaded.MayBeApproved && row.InForceFrom is { } from
            ? (null, new(row.Id, from, new(loaded.Pack!, row.Digest)))
            : ($"by the catalogue of this program it may not be approved: {string.Join("; ", loaded.Faults)}", null);
    }
}
