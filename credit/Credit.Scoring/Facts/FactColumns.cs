using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Scoring.Facts;

/// <summary>
/// The facts of one entity as the kernel reads them: a column each, all of one length, 17 bytes a fact. Views on arrays or on a segment's
/// memory; nothing is copied. The order of rows has no meaning.
/// </summary>
/// <param name="Type">The number of the fact's type in the catalogue.</param>
/// <param name="ClassAndFlags">Lowest two bits the class (<see cref="SeverityClass"/>), above them <see cref="FactMarks"/>.</param>
/// <param name="Decided">Day of the judicial or administrative document: from here age is counted.</param>
/// <param name="From">First day on which the fact may be used.</param>
/// <param name="Until">First day on which it may not any more; <see cref="Day.Open"/> while no rule ends it.</param>
/// <param name="Quantity">What the type measures, in the type's own unit: fen, thousandths, or the index of a value. 0 where it measures nothing.</param>
public readonly ref struct FactColumns(
    ReadOnlySpan<ushort> type,
    ReadOnlySpan<byte> classAndFlags,
    ReadOnlySpan<ushort> decided,
    ReadOnlySpan<ushort> from,
    ReadOnlySpan<ushort> until,
    ReadOnlySpan<long> quantity)
{
    public ReadOnlySpan<ushort> Type { get; } = type;
    public ReadOnlySpan<byte> ClassAndFlags { get; } = classAndFlags;
    public ReadOnlySpan<ushort> Decided { get; } = decided;
    public ReadOnlySpan<ushort> From { get; } = from;
    public ReadOnlySpan<ushort> Until { get; } = until;
    public ReadOnlySpan<long> Quantity { get; } = quantity;

    public int Count => Type.Length;

    /// <summary>The same facts, some rows of them.</summary>
    public FactColumns Slice(int start, int count) => new(
        Type.Slice(start, count),
        ClassAndFlags.Slice(start, count),
        Decided.Slice(start, count),
        From.Slice(start, count),
        Until.Slice(start, count),
        Quantity.Slice(start, count));
}

/// <summary>One fact as the kernel reads it: a row of <see cref="FactColumns"/>.</summary>
public readonly record struct ScoredFact(
    ushort Type, SeverityClass Class, FactMarks Flags, Day Decided, Day From, Day Until, long Quantity)
{
    /// <summary>Largest size of a quantity: 10^15 of the type's unit, ten trillion yuan in fen.</summary>
    public const long LargestQuantity = 1_000_000_000_000_000;

    internal byte ClassAndFlags => (byte)((int)Class | ((int)Flags << 2));
}

/// <summary>Facts laid out in columns, grown as rows are added; one owner, reused from entity to entity.</summary>
public sealed class FactTable
{
    private ushort[] type = new ushort[16];
    private byte[] classAndFlags = new byte[16];
    private ushort[] decided = new ushort[16];
    private ushort[] from = new ushort[16];
    private ushort[] until = new ushort[16];
    private long[] quantity = new long[16];

    public int Count { get; private set; }

    public FactColumns Columns => new(type.AsSpan(0, Count), classAndFlags.AsSpan(0, Count), decided.AsSpan(0, Count), from.AsSpan(0, Count), until.AsSpan(0, Count), quantity.AsSpan(0, Count));

    public void Clear() => Count = 0;

    /// <summary>The facts of a list, in its order.</summary>
    public static FactTable Of(IEnumerable<ScoredFact> facts)
    {
        var table = new FactTable();
        foreach (var fact in facts)
        {
            table.Add(fact);
        }

        return table;
    }

    /// <exception cref="ArgumentOutOfRangeException">The quantity is larger than <see cref="ScoredFact.LargestQuantity"/>.</exception>
    public void Add(in ScoredFact fact)
    {
        if (Math.Abs(fact.Quantity) > ScoredFact.LargestQuantity)
        {
            throw new ArgumentOutOfRangeException(nameof(fact), $"quantity {fact.Quantity} is beyond {ScoredFact.LargestQuantity}");
        }

        if (Count == type.Length)
        {
            Grow();
        }

        type[Count] = fact.Type;
        classAndFlags[Count] = fact.ClassAndFlags;
        decided[Count] = fact.Decided.Number;
        from[Count] = fact.From.Number;
        until[Count] = fact.Until.Number;
        quantity[Count] = fact.Quantity;
        Count++;
    }

    private void Grow()
    {
        var size = Count * 2;
        Array.Resize(ref type, size);
        Array.Resize(ref classAndFlags, size);
        Array.Resize(ref decided, size);
        Array.Resize(ref from, size);
        Array.Resize(ref until, size);
        Array.Resize(ref quantity, size);
    }
}
