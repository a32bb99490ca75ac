using System.Collections.Immutable;
using System.Globalization;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// One immutable Parquet file. All that a start must know of it is its name, so that name and content cannot be out of step: the version of
/// the projection, the range of leaves, the range of times, the length, and what the content and the last leaf hash to.
/// </summary>
/// <param name="First">Leaf index of the first row; rows are in order of it, none left out.</param>
/// <param name="End">One past the last row's.</param>
/// <param name="Earliest">Least <c>@timestamp</c> in milliseconds.</param>
/// <param name="Latest">Greatest.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="LastLeaf">First 8 hexadecimal digits of the last leaf's hash: an index of another log is told by it.</param>
/// <param name="Digest">First 16 hexadecimal digits of the content's SHA-256.</param>
internal sealed record IndexFile(long First, long End, long Earliest, long Latest, long Bytes, string LastLeaf, string Digest) : IIndexPart
{
    public const string Extension = ".parquet";
    public const int LastLeafDigits = 8;
    public const int DigestDigits = 16;

    /// <summary>Which columns it has; set when it is opened, before anybody sees it.</summary>
    public IReadOnlySet<IndexColumn> Columns { get; init; } = new HashSet<IndexColumn>();

    /// <summary>Of its runs of events, in order; events of no run have no pair. Set with the columns.</summary>
    public ImmutableArray<PairFilter> Pairs { get; init; } = [];

    public long Rows => End - First;

    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"v{IndexColumns.Version}_{First:D12}_{End:D12}_{Earliest}_{Latest}_{Bytes}_{LastLeaf}_{Digest}{Extension}");

    /// <summary>Null when it is not the name of a file of this version.</summary>
    public static IndexFile? Parse(string name)
    {
        var parts = Path.GetFileNameWithoutExtension(name).Split('_');
        if (parts.Length != 8 || !Number(parts[1], out var first) || !Number(parts[2], out var end) || !Number(parts[3], out var earliest)
            || !Number(parts[4], out var latest) || !Number(parts[5], out var bytes) || first >= end)
        {
            return null;
        }

        var file = new IndexFile(first, end, earliest, latest, bytes, parts[6], parts[7]);
        return file.Name == name ? file : null;

        static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    public bool Equals(IndexFile? other) => other is not null && Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Something a search looks through: a file, or the newest events in memory.</summary>
internal interface IIndexPart
{
    long First { get; }

    long End { get; }

    /// <summary>Milliseconds since 1970, inclusive.</summary>
    long Earliest { get; }

    /// <summary>Milliseconds since 1970, inclusive.</summary>
    long Latest { get; }

    IReadOnlySet<IndexColumn> Columns { get; }
}
