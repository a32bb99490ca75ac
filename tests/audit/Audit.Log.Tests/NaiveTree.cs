using System.Security.Cryptography;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Tests;

/// <summary>RFC 6962 2.1, word for word and slow: the measure for everything clever.</summary>
internal static class NaiveTree
{
    public static TreeHash Root(ReadOnlySpan<byte[]> entries) => TreeHash.From(entries.Length switch
    {
        0 => SHA256.HashData([]),
        1 => SHA256.HashData([0, .. entries[0]]),
        _ => SHA256.HashData([1, .. Root(entries[..Split(entries.Length)]).ToArray(), .. Root(entries[Split(entries.Length)..]).ToArray()]),
    });

    public static IEnumerable<TreeHash> Path(int index, byte[][] entries)
    {
        if (entries.Length == 1)
        {
            return [];
        }

        var k = Split(entries.Length);
        return index < k ? [.. Path(index, entries[..k]), Root(entries.AsSpan(k))] : [.. Path(index - k, entries[k..]), Root(entries.AsSpan(0, k))];
    }

    public static IEnumerable<TreeHash> Consistency(int first, byte[][] entries) => SubProof(first, entries, complete: true);

    private static IEnumerable<TreeHash> SubProof(int m, byte[][] entries, bool complete)
    {
        if (m == entries.Length)
        {
            return complete ? [] : [Root(entries)];
        }

        var k = Split(entries.Length);
        return m <= k
            ? [.. SubProof(m, entries[..k], complete), Root(entries.AsSpan(k))]
            : [.. SubProof(m - k, entries[k..], false), Root(entries.AsSpan(0, k))];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (k * 2 < n)
        {
            k *= 2;
        }

        return k;
    }
}
