using System.Collections.Immutable;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Grading;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Time;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Batch;

/// <summary>What a feeding did.</summary>
/// <param name="Whole">Everything was read anew; <paramref name="Why"/> says why.</param>
/// <param name="Entities">Entities read from the store.</param>
internal sealed record Fed(bool Whole, string Why, int Entities);

/// <summary>
/// Brings segments up to what the store knows, for a day: entities with new records and entities of which a mark begins or ends are read again
/// into a segment of their own. All are read where nothing else is right: nothing is there, the law or the catalogue changed, an earlier day is
/// asked for, or the segments come from another store.
/// </summary>
internal sealed class FeedSegments(SegmentFolder folder, FactCatalogue catalogue, Shard shard)
{
    /// <summary>Newer segments beside the whole one, after which all are merged.</summary>
    public const int MostNewer = 8;

    private readonly string digest = LawDays.Digest(catalogue);

    public async Task<Fed> CatchUpAsync(CreditDb db, DateOnly validOn, CancellationToken cancellation)
    {
        var store = new ReadStore(db, shard);
        var known = await store.KnownAsync(cancellation);
        if (await WhyAllAsync(store, known, validOn, cancellation) is { } why)
        {
            var all = await WriteAsync(store.AllAsync(known, cancellation), await ManifestAsync(store, known, validOn, whole: true, cancellation), cancellation);
            return new(true, why, all);
        }

        var entities = await store.ChangedAsync(folder.Known, known, cancellation);
        entities = [.. entities.Union(Due(validOn), StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (entities.Count == 0)
        {
            return new(false, "nothing is new", 0);
        }

        var some = await WriteAsync(store.SomeAsync(entities, known, cancellation), await ManifestAsync(store, known, validOn, whole: false, cancellation), cancellation);
        if (folder.Segments.Length > 1 + MostNewer || folder.Segments.Skip(1).Sum(segment => segment.Bytes) > folder.Segments[0].Bytes / 2)
        {
            MergeSegments.Run(folder);
        }

        return new(false, "changed or due", some);
    }

    private async Task<string?> WhyAllAsync(ReadStore store, long known, DateOnly validOn, CancellationToken cancellation)
    {
        if (folder.Segments.IsEmpty)
        {
            return "there is no segment";
        }

        var last = folder.Segments[^1].Manifest;
        if (last.Catalogue != digest)
        {
            return "the catalogue is another";
        }

        if (folder.Segments.Any(segment => !segment.Manifest.Serves(validOn)))
        {
            return $"the segments do not serve {validOn:O}";
        }

        return known < last.Known || await store.MarkAsync(last.Known, cancellation) != last.Last ? "the segments come from another store" : null;
    }

    private async Task<SegmentManifest> ManifestAsync(ReadStore store, long known, DateOnly validOn, bool whole, CancellationToken cancellation)
    {
        var (from, to) = LawDays.Around(catalogue, validOn);
        return new(
            SegmentManifest.CurrentFormat, whole, digest, validOn, from, to, known, await store.MarkAsync(known, cancellation), 0, 0,
            ImmutableSortedDictionary<string, string>.Empty);
    }

    private async Task<int> WriteAsync(IAsyncEnumerable<(string Entity, List<FactRecord> Records)> entities, SegmentManifest manifest, CancellationToken cancellation)
    {
        var fold = new FoldEntity(catalogue, manifest.FedFor);
        var table = new FactTable();
        using var writer = new SegmentWriter(folder.Root);
        await foreach (var (entity, records) in entities.WithCancellation(cancellation))
        {
            table.Clear();
            var next = fold.Fold(records, manifest.Known, table);
            writer.Add(EntityCode.Parse(entity).Packed, table.Columns, next.Number);
        }

        var count = writer.Entities;
        folder.Take(writer.Finish(manifest));
        return count;
    }

    /// <summary>Entities of which a mark has begun or ended since their facts were read.</summary>
    private IEnumerable<string> Due(DateOnly validOn)
    {
        var today = Day.Of(validOn).Number;
        var some = new ushort[16 * 1024];
        for (var i = 0; i < folder.Segments.Length; i++)
        {
            var segment = folder.Segments[i];
            for (var first = 0; first < segment.Entities; first += some.Length)
            {
                var count = Math.Min(some.Length, segment.Entities - first);
                segment.ReadHoldsUntil(first, some.AsSpan(0, count));
                for (var row = 0; row < count; row++)
                {
                    if (some[row] <= today && !folder.IsOverridden(i, first + row))
                    {
                        yield return EntityCode.FromPacked(segment.Entity(first + row)).ToString();
                    }
                }
            }
        }
    }
}
