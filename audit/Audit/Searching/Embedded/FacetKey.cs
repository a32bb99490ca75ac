using System.Text;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>A value as its column holds it, in the order of its field: texts by their UTF-8 bytes, numbers as numbers; "none" before all.</summary>
internal readonly record struct FacetKey(string? Text, long Number = 0, double Real = 0) : IComparable<FacetKey>
{
    public static FacetKey None { get; } = new("");

    public int CompareTo(FacetKey other)
    {
        if (Text is not null && other.Text is not null)
        {
            return Compare(Text, other.Text);
        }

        var missing = (Text is null).CompareTo(other.Text is null);
        return missing != 0 ? missing : (Number, Real).CompareTo((other.Number, other.Real));
    }

    /// <summary>By code point, which is the order of the bytes; UTF-16 has another where surrogates are.</summary>
    private static int Compare(string a, string b)
    {
        var common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        if (common > 0 && char.IsHighSurrogate(a[common - 1]))
        {
            common--;
        }

        _ = Rune.DecodeFromUtf16(a.AsSpan(common), out var one, out _);
        _ = Rune.DecodeFromUtf16(b.AsSpan(common), out var two, out _);
        return one.CompareTo(two);
    }
}

/// <summary>Keeps the most frequent of many values: at most so many at any time.</summary>
internal sealed class TopValues(int size)
{
    private readonly List<(long Count, FacetKey Key)> best = [];

    /// <summary>Most frequent first, ties in order of value.</summary>
    public IReadOnlyList<(long Count, FacetKey Key)> Best => best;

    /// <summary>Whether a value of that count may be among them; saves reading the value where not.</summary>
    public bool Wants(long count) => best.Count < size || count >= best[^1].Count;

    /// <param name="count">How often it occurs in all: a value is added once.</param>
    /// <param name="key">The value.</param>
    public void Add(long count, FacetKey key)
    {
        var at = best.BinarySearch((count, key), Order);
        best.Insert(at < 0 ? ~at : at, (count, key));
        if (best.Count > size)
        {
            best.RemoveAt(size);
        }
    }

    private static readonly IComparer<(long Count, FacetKey Key)> Order = Comparer<(long Count, FacetKey Key)>.Create(
        (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Key.CompareTo(b.Key));
}
