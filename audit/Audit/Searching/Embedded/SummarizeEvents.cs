using System.Collections.Immutable;
using System.Data.Common;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Histogram and facets in one pass over the files (grouping sets). The engine counts each value; which are the most frequent is decided here
/// as the counts stream by, so that a field with millions of values takes no memory for its list of values.
/// </summary>
internal sealed class SummarizeEvents(IndexDatabase database, IndexFolder folder)
{
    /// <summary>Buckets of a histogram, at most; more are no picture.</summary>
    private const int MostBuckets = 100_000;

    public async Task<EventSummary> RunAsync(IndexView view, EventSearch search, SummaryRequest request, CancellationToken cancellation)
    {
        var counts = new SummaryCounts(request, Origin(view, request));
        var source = new IndexSource(folder, view, search);
        var parts = source.Parts;
        if (parts.Length > 0)
        {
            await database.QueryAsync(Sql(source, parts, counts), (reader, cancelled) => Read(reader, counts, cancelled), cancellation);
        }

        return counts.Summary(view.End);
    }

    private static bool Read(DbDataReader reader, SummaryCounts counts, CancellationToken cancelled)
    {
        while (reader.Read())
        {
            cancelled.ThrowIfCancellationRequested();
            counts.Add(reader);
            if (counts.Buckets > MostBuckets)
            {
                throw new IndexUnavailableException($"a histogram of more than {MostBuckets} buckets: choose a wider one");
            }
        }

        return true;
    }

    /// <summary>Start of a bucket at or before every event, so that the engine divides positive numbers only.</summary>
    private static long Origin(IndexView view, SummaryRequest request)
    {
        if (request.Interval is not { } interval || view.Parts.Length == 0)
        {
            return 0;
        }

        var width = (long)interval.TotalMilliseconds;
        var offset = (long)request.Offset.TotalMilliseconds;
        return (long)Math.Floor((view.Parts.Min(part => part.Earliest) - offset) / (decimal)width) * width + offset;
    }

    private static string Sql(IndexSource source, ImmutableArray<IIndexPart> parts, SummaryCounts counts)
    {
        var names = counts.Keys.Select((_, i) => $"k{i}").ToList();
        var all = string.Join(", ", names);
        var select = source.Of(parts, columns => names.Count == 0 ? "1 AS one"
            : string.Join(", ", counts.Keys.Select((key, i) => $"{key.Sql(columns)} AS k{i}")));
        return names.Count == 0
            ? $"SELECT 0, count(*) FROM ({select})"
            : $"SELECT grouping({all}), count(*), {all} FROM ({select}) GROUP BY GROUPING SETS ({string.Join(", ", counts.Sets)})";
    }
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
