using System.Collections.Immutable;
using System.Data.Common;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>Takes the engine's counts, one group after the other, and makes a summary of them.</summary>
internal sealed class SummaryCounts
{
    private readonly SummaryRequest request;
    private readonly long origin;
    private readonly long width;
    private readonly ImmutableArray<EventField> facets;
    private readonly bool splits;
    private readonly Counted[] counted;
    private readonly SortedDictionary<long, (long Count, Counted? Split)> buckets = [];
    private long total;

    public SummaryCounts(SummaryRequest request, long origin)
    {
        this.request = request;
        this.origin = origin;
        width = request.Interval is { } interval ? Math.Max(1, (long)interval.TotalMilliseconds) : 0;
        facets = request.Facets.IsDefault ? [] : request.Facets;
        splits = width > 0 && request.SplitBy is not null;
        counted = [.. facets.Select(field => new Counted(IndexColumns.Of(field), request.FacetSize))];
        List<SummaryKey> keys = [];
        List<string> sets = ["()"];
        if (width > 0)
        {
            keys.Add(new SummaryKey(null, _ => FormattableString.Invariant($"({IndexColumns.Time.Quoted} - {SqlText.Of(origin)}) // {SqlText.Of(width)}")));
            sets.Add("(k0)");
        }

        if (splits)
        {
            keys.Add(SummaryKey.Of(request.SplitBy!));
            sets.Add("(k0, k1)");
        }

        sets.AddRange(facets.Select((_, i) => $"(k{keys.Count + i})"));
        keys.AddRange(facets.Select(SummaryKey.Of));
        (Keys, Sets) = (keys, sets);
    }

    public IReadOnlyList<SummaryKey> Keys { get; }

    public IReadOnlyList<string> Sets { get; }

    public int Buckets => buckets.Count;

    /// <summary>A row: which keys it is not grouped by (one bit each, the last key lowest), the count, the keys.</summary>
    public void Add(DbDataReader row)
    {
        var missing = row.GetInt64(0);
        var count = row.GetInt64(1);
        var grouped = Enumerable.Range(0, Keys.Count).Where(key => (missing >> (Keys.Count - 1 - key) & 1) == 0).ToList();
        if (grouped.Count == 0)
        {
            total = count;
        }
        else if (width > 0 && grouped[0] == 0)
        {
            AddBucket(row, count, split: grouped.Count > 1);
        }
        else
        {
            counted[grouped[0] - (Keys.Count - facets.Length)].Add(row, 2 + grouped[0], count);
        }
    }

    public EventSummary Summary(long end) => new(
        total,
        [.. buckets.Select(bucket => new TimeBucket(
            DateTimeOffset.FromUnixTimeMilliseconds(origin + bucket.Key * width), bucket.Value.Count, bucket.Value.Split?.Values(withMissing: true) ?? []))],
        [.. facets.Select((field, i) => new Facet(field, counted[i].Values(withMissing: false), total == 0 ? 0 : counted[i].Missing))],
        end);

    private void AddBucket(DbDataReader row, long count, bool split)
    {
        var number = row.GetInt64(2);
        var (known, values) = buckets.GetValueOrDefault(number);
        if (!split)
        {
            buckets[number] = (count, values);
            return;
        }

        values ??= new Counted(IndexColumns.Of(request.SplitBy!), request.FacetSize);
        values.Add(row, 3, count);
        buckets[number] = (known, values);
    }

    /// <summary>The values of one field. Those of lists come as whole lists, and are counted value by value.</summary>
    private sealed class Counted(IndexColumn? column, int size)
    {
        /// <summary>Values of lists, at most: they are held in memory, all of them.</summary>
        private const int MostListValues = 1_000_000;

        private readonly TopValues top = new(size);
        private readonly Dictionary<string, long> ofLists = new(StringComparer.Ordinal);

        private long empty;

        public long Missing { get; private set; }

        public void Add(DbDataReader row, int at, long count)
        {
            if (row.IsDBNull(at))
            {
                Missing += count;
            }
            else if (column!.Form == ColumnForm.List)
            {
                AddList(row.GetString(at), count);
            }
            else if (column.Form == ColumnForm.Text && row.GetString(at).Length == 0)
            {
                empty += count;
            }
            else if (top.Wants(count))
            {
                top.Add(count, KeyOf(row, at));
            }
        }

        public ImmutableArray<ValueCount> Values(bool withMissing)
        {
            foreach (var (value, count) in ofLists)
            {
                top.Add(count, new FacetKey(value));
            }

            // In a split an empty text and none look the same, and count as one.
            var none = empty + (withMissing ? Missing : 0);
            if (none > 0 && top.Wants(none))
            {
                top.Add(none, FacetKey.None);
            }

            return [.. top.Best.Select(one => new ValueCount(IndexColumns.Show(column?.Form ?? ColumnForm.Text, one.Key), one.Count))];
        }

        private FacetKey KeyOf(DbDataReader row, int at) => column!.Form switch
        {
            ColumnForm.Number or ColumnForm.Time => new FacetKey(null, row.GetInt64(at)),
            ColumnForm.Real => new FacetKey(null, 0, row.GetDouble(at)),
            ColumnForm.Truth => new FacetKey(null, row.GetBoolean(at) ? 1 : 0),
            _ => new FacetKey(row.GetString(at)),
        };

        private void AddList(string joined, long count)
        {
            foreach (var value in ValueList.Split(joined))
            {
                if (value.Length == 0)
                {
                    empty += count;
                }
                else
                {
                    ofLists[value] = ofLists.GetValueOrDefault(value) + count;
                }
            }

            if (ofLists.Count > MostListValues)
            {
                throw new IndexUnavailableException($"{column!.Name} has more than {MostListValues} different values in what was searched: narrow it");
            }
        }
    }
}
