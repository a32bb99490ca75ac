using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Batch;

/// <summary>Writes a segment: entities in ascending order, each with its facts. Nobody sees it before it is finished.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly string root;
    private readonly ColumnWriter<UInt128> entities;
    private readonly ColumnWriter<int> starts;
    private readonly ColumnWriter<ushort> holdsUntil;
    private readonly ColumnWriter<ushort> type;
    private readonly ColumnWriter<byte> classAndMarks;
    private readonly ColumnWriter<ushort> decided;
    private readonly ColumnWriter<ushort> from;
    private readonly ColumnWriter<ushort> until;
    private readonly ColumnWriter<long> quantity;
    private UInt128 last;

    public SegmentWriter(string root)
    {
        this.root = root;
        Directory.CreateDirectory(root);
        var aside = SealedFolder.Begin(root);
        entities = new(Path.Combine(aside, SegmentColumns.Entities));
        starts = new(Path.Combine(aside, SegmentColumns.Starts));
        holdsUntil = new(Path.Combine(aside, SegmentColumns.HoldsUntil));
        type = new(Path.Combine(aside, SegmentColumns.Type));
        classAndMarks = new(Path.Combine(aside, SegmentColumns.ClassAndMarks));
        decided = new(Path.Combine(aside, SegmentColumns.Decided));
        from = new(Path.Combine(aside, SegmentColumns.From));
        until = new(Path.Combine(aside, SegmentColumns.Until));
        quantity = new(Path.Combine(aside, SegmentColumns.Quantity));
        starts.Append(0);
    }

    public int Entities => (int)entities.Count;

    /// <param name="entity">A packed code, greater than the one before.</param>
    /// <param name="facts">All its facts; may be none.</param>
    /// <param name="until">First day on which these facts must be read from the store again: a mark begins or ends then.</param>
    /// <exception cref="InvalidDataException">The order is another, or there are more than two billion facts.</exception>
    public void Add(UInt128 entity, FactColumns facts, ushort until)
    {
        if (entity <= last)
        {
            throw new InvalidDataException($"entities come in ascending order of their codes; the one at place {entities.Count} does not");
        }

        if (type.Count + facts.Count > int.MaxValue)
        {
            throw new InvalidDataException($"a segment holds at most {int.MaxValue} facts");
        }

        last = entity;
        entities.Append(entity);
        holdsUntil.Append(until);
        type.Append(facts.Type);
        classAndMarks.Append(facts.ClassAndFlags);
        decided.Append(facts.Decided);
        from.Append(facts.From);
        this.until.Append(facts.Until);
        quantity.Append(facts.Quantity);
        starts.Append((int)type.Count);
    }

    /// <summary>Everything is on disk, and the segment there, when it returns.</summary>
    /// <param name="manifest">Its counts and digests are filled in here.</param>
    /// <returns>The segment's name.</returns>
    public string Finish(SegmentManifest manifest)
    {
        var (entityCount, factCount) = ((int)entities.Count, (int)type.Count);
        var digests = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            KeyValuePair.Create(SegmentColumns.Entities, entities.Close()),
            KeyValuePair.Create(SegmentColumns.Starts, starts.Close()),
            KeyValuePair.Create(SegmentColumns.HoldsUntil, holdsUntil.Close()),
            KeyValuePair.Create(SegmentColumns.Type, type.Close()),
            KeyValuePair.Create(SegmentColumns.ClassAndMarks, classAndMarks.Close()),
            KeyValuePair.Create(SegmentColumns.Decided, decided.Close()),
            KeyValuePair.Create(SegmentColumns.From, from.Close()),
            KeyValuePair.Create(SegmentColumns.Until, until.Close()),
            KeyValuePair.Create(SegmentColumns.Quantity, quantity.Close()),
        ]);
        return SealedFolder.Finish(root, manifest with { Entities = entityCount, Facts = factCount, Digests = digests }, ManifestJson.Default.SegmentManifest);
    }

    public void Dispose()
    {
        entities.Dispose();
        starts.Dispose();
        holdsUntil.Dispose();
        type.Dispose();
        classAndMarks.Dispose();
        decided.Dispose();
        from.Dispose();
        until.Dispose();
        quantity.Dispose();
    }
}

/// <summary>The files of a segment.</summary>
internal static class SegmentColumns
{
    public const string Entities = "entities.u128";
    public const string Starts = "starts.i32";
    public const string HoldsUntil = "holds-until.u16";
    public const string Type = "type.u16";
    public const string ClassAndMarks = "class-and-marks.u8";
    public const string Decided = "decided.u16";
    public const string From = "from.u16";
    public const string Until = "until.u16";
    public const string Quantity = "quantity.i64";
}
