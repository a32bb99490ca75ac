using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Backbone.Audit.Log.Tiles;

/// <summary>A bundle of the entries below a level-0 tile: same number, same width.</summary>
public readonly record struct BundleId(long Index, int Width = Tile.FullWidth)
{
    /// <summary>Below the log's prefix: <c>tile/entries/x001/x234/067</c>.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"tile/entries/{TilePath.Of(Index, Width)}");

    public long FirstLeaf => Index * Tile.FullWidth;

    public static bool TryParse(string path, out BundleId bundle)
    {
        const string Start = "tile/entries/";
        bundle = default;
        if (!path.StartsWith(Start, StringComparison.Ordinal) || !TilePath.TryParse(path[Start.Length..], out var index, out var width))
        {
            return false;
        }

        bundle = new BundleId(index, width);
        return true;
    }
}

/// <summary>tlog-tiles, "Log entries": each entry preceded by its length, uint16 big-endian.</summary>
public static class EntryBundle
{
    public const int MaxEntry = ushort.MaxValue;
    public const int LengthBytes = 2;

    /// <summary>A full bundle is never longer.</summary>
    public const int MaxBytes = Tile.FullWidth * (LengthBytes + MaxEntry);

    public static void Append(IBufferWriter<byte> bundle, ReadOnlySpan<byte> entry)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entry.Length, MaxEntry, nameof(entry));
        var target = bundle.GetSpan(LengthBytes + entry.Length);
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)entry.Length);
        entry.CopyTo(target[LengthBytes..]);
        bundle.Advance(LengthBytes + entry.Length);
    }

    /// <summary>Walks the entries: <c>foreach (var entry in EntryBundle.Read(bytes))</c>.</summary>
    public static Entries Read(ReadOnlySpan<byte> bundle)
    {
        return new Entries(bundle);
    }

    /// <summary>Steps through a bundle without copying. It stops at what is no entry; <see cref="IsWhole"/> tells that from the end.</summary>
    public ref struct Entries(ReadOnlySpan<byte> bundle)
    {
        private readonly ReadOnlySpan<byte> bundle = bundle;
        private int next;

        /// <summary>Where the current entry's length stands.</summary>
        public int Offset { get; private set; }

        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>After the last step: nothing is left over.</summary>
        public readonly bool IsWhole => next == bundle.Length;

        /// <summary>Where the next entry starts.</summary>
        public readonly int Next => next;

        public bool MoveNext()
        {
            var rest = bundle[next..];
            if (rest.Length < LengthBytes)
            {
                return false;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (rest.Length < LengthBytes + length)
            {
                return false;
            }

            Offset = next;
            Current = rest.Slice(LengthBytes, length);
            next += LengthBytes + length;
            return true;
        }

        public readonly Entries GetEnumerator()
        {
            return this;
        }
    }
}
