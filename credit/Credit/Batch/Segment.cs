using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;

namespace Backbone.Credit.Batch;

/// <summary>
/// Facts of many entities, a column each, mapped into memory: 17 bytes a fact and 22 an entity. Written once and never changed; made from the
/// store and made again from it whenever something is wrong: a projection, never the record. For all threads.
/// </summary>
internal sealed class Segment : IDisposable
{
    private readonly string folder;
    private readonly List<IDisposable> opened = [];
    private readonly Column<UInt128> entities;
    private readonly Column<int> starts;
    private readonly Column<ushort> holdsUntil;
    private readonly Column<ushort> type;
    private readonly Column<byte> classAndMarks;
    private readonly Column<ushort> decided;
    private readonly Column<ushort> from;
    private readonly Column<ushort> until;
    private readonly Column<long> quantity;

    /// <exception cref="InvalidDataException">Its manifest is not its own, or a file has not its length. Bytes are looked at by <see cref="Damaged"/>.</exception>
    public Segment(string root, string name)
    {
        (Name, folder) = (name, Path.Combine(root, name));
        Manifest = SealedFolder.Read(root, name, ManifestJson.Default.SegmentManifest);
        if (Manifest.Format != SegmentManifest.CurrentFormat)
        {
            throw new InvalidDataException($"{name} has format {Manifest.Format}; this program reads {SegmentManifest.CurrentFormat}");
        }

        try
        {
            entities = Open<UInt128>(SegmentColumns.Entities, Manifest.Entities);
            starts = Open<int>(SegmentColumns.Starts, Manifest.Entities + 1L);
            holdsUntil = Open<ushort>(SegmentColumns.HoldsUntil, Manifest.Entities);
            type = Open<ushort>(SegmentColumns.Type, Manifest.Facts);
            classAndMarks = Open<byte>(SegmentColumns.ClassAndMarks, Manifest.Facts);
            decided = Open<ushort>(SegmentColumns.Decided, Manifest.Facts);
            from = Open<ushort>(SegmentColumns.From, Manifest.Facts);
            until = Open<ushort>(SegmentColumns.Until, Manifest.Facts);
            quantity = Open<long>(SegmentColumns.Quantity, Manifest.Facts);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public SegmentManifest Manifest { get; }

    public int Entities => Manifest.Entities;

    /// <summary>Bytes of its columns.</summary>
    public long Bytes => (Entities * 22L) + 4 + (Manifest.Facts * 17L);

    public UInt128 Entity(int row) => entities[row];

    /// <summary>The entity's row, or -1.</summary>
    public int Find(UInt128 entity)
    {
        int first = 0, after = Entities;
        while (first < after)
        {
            var middle = (int)(((long)first + after) / 2);
            var found = entities[middle];
            if (found == entity)
            {
                return middle;
            }

            (first, after) = found < entity ? (middle + 1, after) : (first, middle);
        }

        return -1;
    }

    /// <summary>Codes of entities in a row, as many as there is room for.</summary>
    public void ReadEntities(int first, Span<UInt128> into) => entities.Read(first, into);

    /// <summary>For each row the first day on which its facts must be read from the store again.</summary>
    public void ReadHoldsUntil(int first, Span<ushort> into) => holdsUntil.Read(first, into);

    /// <summary>Copies the facts of entities in a row to a thread's own memory.</summary>
    public void Read(int first, int count, FactBlock into)
    {
        into.Size(count);
        starts.Read(first, into.Starts);
        var (start, facts) = (into.Starts[0], into.Starts[^1] - into.Starts[0]);
        if (facts < 0)
        {
            throw new InvalidDataException($"{Name}/{SegmentColumns.Starts} does not ascend at {first}");
        }

        into.SizeFacts(facts);
        type.Read(start, into.Type);
        classAndMarks.Read(start, into.ClassAndMarks);
        decided.Read(start, into.Decided);
        from.Read(start, into.From);
        until.Read(start, into.Until);
        quantity.Read(start, into.Quantity);
    }

    /// <summary>Files with other bytes than were written; reads every byte, about two gigabytes for a hundred million facts.</summary>
    public ImmutableArray<string> Damaged() => ColumnDigests.Differing(folder, Manifest.Digests);

    public void Dispose()
    {
        foreach (var column in opened)
        {
            column.Dispose();
        }
    }

    private Column<T> Open<T>(string file, long count)
        where T : unmanaged
    {
        var column = new Column<T>(Path.Combine(folder, file), count);
        opened.Add(column);
        return column;
    }
}

/// <summary>The facts of some entities, copied out of a segment; one owner, used again and again.</summary>
internal sealed class FactBlock
{
    private int[] starts = [];
    private ushort[] type = [];
    private byte[] classAndMarks = [];
    private ushort[] decided = [];
    private ushort[] from = [];
    private ushort[] until = [];
    private long[] quantity = [];
    private int entities;
    private int facts;

    public Span<int> Starts => starts.AsSpan(0, entities + 1);
    public Span<ushort> Type => type.AsSpan(0, facts);
    public Span<byte> ClassAndMarks => classAndMarks.AsSpan(0, facts);
    public Span<ushort> Decided => decided.AsSpan(0, facts);
    public Span<ushort> From => from.AsSpan(0, facts);
    public Span<ushort> Until => until.AsSpan(0, facts);
    public Span<long> Quantity => quantity.AsSpan(0, facts);

    /// <summary>The facts of the block's entity.</summary>
    public FactColumns Of(int entity)
    {
        var (start, end) = (starts[entity] - starts[0], starts[entity + 1] - starts[0]);
        return new(type.AsSpan(start..end), classAndMarks.AsSpan(start..end), decided.AsSpan(start..end), from.AsSpan(start..end), until.AsSpan(start..end), quantity.AsSpan(start..end));
    }

    public void Size(int count)
    {
        entities = count;
        if (starts.Length < count + 1)
        {
            starts = new int[count + 1];
        }
    }

    public void SizeFacts(int count)
    {
        facts = count;
        if (type.Length < count)
        {
            var size = (int)Math.Min(int.MaxValue, count + (count / 4L));
            (type, classAndMarks, decided, from, until, quantity) = (new ushort[size], new byte[size], new ushort[size], new ushort[size], new ushort[size], new long[size]);
        }
    }
}
