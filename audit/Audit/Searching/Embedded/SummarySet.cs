using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>What a group of a summary is a group of.</summary>
internal enum SummaryKind
{
    Total,

    Bucket,

    /// <summary>A bucket and a value of the split field.</summary>
    Split,

    Facet,
}

/// <summary>One thing that is counted by: the bucket, or a field.</summary>
internal sealed record SummaryKey(IndexColumn? Column, Func<IReadOnlySet<IndexColumn>, string> Sql)
{
    public static SummaryKey Of(EventField field)
    {
        var column = IndexColumns.Of(field);
        return new SummaryKey(column, columns => column is not null && columns.Contains(column) ? column.Quoted : $"NULL::{column?.Type ?? "VARCHAR"}");
    }
}

/// <summary>Keys that are counted by together: one of the engine's grouping sets.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Name">The same for the same question, in whatever summary it is asked.</param>
/// <param name="Keys">Numbers of its keys.</param>
internal sealed record SummarySet(SummaryKind Kind, string Name, IReadOnlyList<int> Keys)
{
    /// <summary>Column of the first key in a row, after the mask, the part and the count.</summary>
    public const int FirstKey = 3;

    /// <summary>Of the field; null where there is none, or where no event can have a value in it.</summary>
    public IndexColumn? Column { get; init; }

    /// <summary>Number of the facet.</summary>
    public int Facet { get; init; }
}

/// <summary>How many events.</summary>
/// <param name="Bucket">Number of their bucket; 0 where the set has none.</param>
/// <param name="Key">Their value; null where they have none, or the set has no field.</param>
/// <param name="Count">So many.</param>
internal readonly record struct CountedGroup(long Bucket, FacetKey? Key, long Count);
