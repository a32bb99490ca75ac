using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Which pairs of Han characters may stand side by side in the texts of a run of events: a Bloom filter, kept in the file's column
/// <see cref="IndexColumns.Pairs"/> in the row of the run's first event. A pair that is rare or absent is then looked for in few runs.
/// </summary>
/// <param name="First">Leaf index of the first event, which names the run (<see cref="IndexColumns.Run"/>).</param>
/// <param name="Bits">A power of two of them.</param>
internal sealed record PairFilter(long First, byte[] Bits)
{
    public bool MayHold(ulong pair) => IsSet(Place(pair)) && IsSet(Place(pair >> 32));

    /// <summary>The pairs that every event found must have.</summary>
    public static ImmutableArray<ulong> NeededBy(KqlNode query) => query switch
    {
        KqlAnd and => [.. and.Parts.SelectMany(part => NeededBy(part))],
        KqlWords words => PairsOf(words.Words),
        _ => [],
    };

    /// <summary>The runs of a file that may hold all of the pairs, by their first leaf.</summary>
    public static IEnumerable<long> RunsOf(IndexFile file, ImmutableArray<ulong> pairs) =>
        file.Pairs.Where(filter => pairs.All(filter.MayHold)).Select(filter => filter.First);

    /// <summary>Two hashes in one number.</summary>
    internal static ulong Hash(Rune one, Rune two)
    {
        var mixed = ((ulong)one.Value << 21 | (uint)two.Value) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9;
        return mixed ^ (mixed >> 32);
    }

    private static ImmutableArray<ulong> PairsOf(ImmutableArray<string> words)
    {
        var pairs = ImmutableArray.CreateBuilder<ulong>();
        for (var i = 1; i < words.Length; i++)
        {
            if (Rune.GetRuneAt(words[i - 1], 0) is var one && Rune.GetRuneAt(words[i], 0) is var two && SearchText.IsHan(one) && SearchText.IsHan(two))
            {
                pairs.Add(Hash(one, two));
            }
        }

        return pairs.ToImmutable();
    }

    private uint Place(ulong hash) => (uint)hash & ((uint)Bits.Length * 8 - 1);

    private bool IsSet(uint place) => (Bits[place >> 3] & 1 << (int)(place & 7)) != 0;
}

/// <summary>Makes a <see cref="PairFilter"/> of the events of a table. One owner.</summary>
/// <param name="events">So many are expected.</param>
internal sealed class PairFilterWriter(int events)
{
    /// <summary>At least: with the three different pairs that an event of a full file brings, one filter in ten says yes wrongly.</summary>
    private const int BitsOfEvent = 16;

    private readonly byte[] bits = new byte[BitOperations.RoundUpToPowerOf2((uint)(events * BitsOfEvent)) / 8];

    public bool HasAny { get; private set; }

    /// <summary>All pairs in the words of its texts.</summary>
    public void Add(IndexRow row)
    {
        for (var i = 0; i < row.Values.Count; i++)
        {
            var value = row.Values[i];
            if (value.Column.Form == ColumnForm.Words && value.Column.Ordinal != IndexColumns.OtherWords.Ordinal)
            {
                Add(row.TextOf(value));
            }
        }
    }

    /// <summary>The filter, no greater than so many events need.</summary>
    public byte[] Take(int rows)
    {
        var folded = bits;
        while (folded.Length > 1_024 && folded.Length * 4L >= (long)rows * BitsOfEvent)
        {
            var half = folded[..(folded.Length / 2)];
            for (var i = 0; i < half.Length; i++)
            {
                half[i] |= folded[half.Length + i];
            }

            folded = half;
        }

        return folded;
    }

    private void Add(ReadOnlySpan<byte> words)
    {
        var before = default(Rune);
        while (words.Length > 0)
        {
            if (words[0] < 0x80)
            {
                before = default;
                words = words[1..];
                continue;
            }

            if (Rune.DecodeFromUtf8(words, out var rune, out var used) != OperationStatus.Done || !SearchText.IsHan(rune))
            {
                rune = default;
            }
            else if (before != default)
            {
                var pair = PairFilter.Hash(before, rune);
                Set((uint)pair);
                Set((uint)(pair >> 32));
                HasAny = true;
            }

            before = rune;
            words = words[used..];
        }
    }

    private void Set(uint hash)
    {
        var place = hash & ((uint)bits.Length * 8 - 1);
        bits[place >> 3] |= (byte)(1 << (int)(place & 7));
    }
}
