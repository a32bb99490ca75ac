using System.Collections.Immutable;
using System.Data.Common;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>More different values than may be added up in memory.</summary>
internal sealed class TooManyValuesException(IndexColumn column, int most)
    : Exception($"{column.Name} has more than {most} different values in what was searched: narrow it");

/// <summary>Takes counts, one group after the other, from the engine and of whole files, and makes a summary of them.</summary>
internal sealed class SummaryCounts
{
    private readonly SummaryRequest request;
    private readonly int most;
    private readonly long origin;
    private readonly long width;
    private readonly ImmutableArray<EventField> facets;
    private readonly Counted[] counted;
    private readonly SortedDictionary<long, (long Count, Counted? Split)> buckets = [];
    private long total;

    /// <param name="request">What to count.</param>
    /// <param name="origin">Start of a bucket at or before every event.</param>
    /// <param name="most">Values that are added up of one field, at most: they are held in memory, all of them.</param>
    public SummaryCounts(SummaryRequest request, long origin, int most)
    {
        this.most = most;
        this.request = request;
        this.origin = origin;
        width = request.Interval is { } interval ? Math.Max(1, (long)interval.TotalMilliseconds) : 0;
        facets = request.Facets.IsDefault ? [] : request.Facets;
        List<SummaryKey> keys = [];
        List<SummarySet> sets = [new SummarySet(SummaryKind.Total, "", [])];
        if (width > 0)
        {
            keys.Add(new SummaryKey(null, _ => FormattableString.Invariant($"({IndexColumns.Time.Quoted} - {SqlText.Of(origin)}) // {SqlText.Of(width)}")));
            var bucket = FormattableString.Invariant($"{origin}+{width}");
            sets.Add(new SummarySet(SummaryKind.Bucket, bucket, [0]));
            if (request.SplitBy is { } split)
            {
                keys.Add(SummaryKey.Of(split));
                sets.Add(new SummarySet(SummaryKind.Split, $"{bucket} {split.Name}", [0, 1]) { Column = IndexColumns.Of(split) });
            }
        }

        for (var i = 0; i < facets.Length; i++)
        {
            sets.Add(new SummarySet(SummaryKind.Facet, facets[i].Name, [keys.Count]) { Column = IndexColumns.Of(facets[i]), Facet = i });
            keys.Add(SummaryKey.Of(facets[i]));
        }

        (Keys, Sets) = (keys, sets);
        counted = [.. facets.Select(field => new Counted(IndexColumns.Of(field), request.FacetSize, most))];
    }

    public IReadOnlyList<SummaryKey> Keys { get; }

    public IReadOnlyList<SummarySet> Sets { get; }

    public int Buckets => buckets.Count;

    /// <summary>A group as it can be kept, of a row of a <see cref="SummaryStatement"/>.</summary>
    public static CountedGroup Keep(SummarySet set, DbDataReader row) => new(
        set.Kind is SummaryKind.Bucket or SummaryKind.Split ? row.GetInt64(SummarySet.FirstKey + set.Keys[0]) : 0,
        set.Kind is SummaryKind.Facet or SummaryKind.Split ? Counted.KeyOf(set.Column, row, SummarySet.FirstKey + set.Keys[^1]) : null,
        row.GetInt64(2));

    /// <param name="set">What the row is grouped by.</param>
    /// <param name="row">From the engine.</param>
    /// <param name="addsUp">The same group may come again, from elsewhere.</param>
    /// <exception cref="TooManyValuesException">Of a field, to be added up.</exception>
    public void Add(SummarySet set, DbDataReader row, bool addsUp)
    {
        if (set.Kind == SummaryKind.Facet && !addsUp)
        {
            counted[set.Facet].AddOnce(row, SummarySet.FirstKey + set.Keys[0], row.GetInt64(2));
        }
        else
        {
            Add(set, Keep(set, row));
        }
    }

    /// <summary>The same group may come again: counts add up.</summary>
    /// <exception cref="TooManyValuesException">Of a field.</exception>
    public void Add(SummarySet set, CountedGroup group)
    {
        switch (set.Kind)
        {
            case SummaryKind.Total:
                total += group.Count;
                break;
            case SummaryKind.Facet:
                counted[set.Facet].Add(group.Key, group.Count);
                break;
            case SummaryKind.Bucket:
                var before = buckets.GetValueOrDefault(group.Bucket);
                buckets[group.Bucket] = (before.Count + group.Count, before.Split);
                break;
            default:
                var (known, values) = buckets.GetValueOrDefault(group.Bucket);
                values ??= new Counted(set.Column, request.FacetSize, most);
                values.Add(group.Key, group.Count);
                buckets[group.Bucket] = (known, values);
                break;
        }
    }

    public EventSummary Summary(long end) => new(
        total,
        [.. buckets.Select(bucket => new TimeBucket(
            DateTimeOffset.FromUnixTimeMilliseconds(origin + bucket.Key * width), bucket.Value.Count, bucket.Value.Split?.Values(withMissing: true) ?? []))],
        [.. facets.Select((field, i) => new Facet(field, counted[i].Values(withMissing: false), total == 0 ? 0 : counted[i].Missing))],
        end);

    /// <summary>The values of one field. Those of lists come as whole lists, and are counted value by value.</summary>
    private sealed class Counted(IndexColumn? column, int size, int most)
    {
        private readonly TopValues top = new(size);
        private readonly Dictionary<FacetKey, long> sums = [];
        private long empty;

        public long Missing { get; private set; }

        /// <summary>Null where there is no value.</summary>
        public static FacetKey? KeyOf(IndexColumn? column, DbDataReader row, int at) => row.IsDBNull(at) ? null : column!.Form switch
        {
            ColumnForm.Number or ColumnForm.Time => new FacetKey(null, row.GetInt64(at)),
            ColumnForm.Real => new FacetKey(null, 0, row.GetDouble(at)),
            ColumnForm.Truth => new FacetKey(null, row.GetBoolean(at) ? 1 : 0),
            _ => new FacetKey(row.GetString(at)),
        };

        /// <summary>A group that comes once only: it takes no memory unless it is among the most frequent.</summary>
        public void AddOnce(DbDataReader row, int at, long count)
        {
            if (column?.Form == ColumnForm.List || row.IsDBNull(at))
            {
                Add(KeyOf(column, row, at), count);
            }
            else if (column!.Form == ColumnForm.Text && row.GetString(at).Length == 0)
            {
                empty += count;
            }
            else if (top.Wants(count))
            {
                top.Add(count, KeyOf(column, row, at)!.Value);
            }
        }

        public void Add(FacetKey? key, long count)
        {
            if (key is not { } value)
            {
                Missing += count;
            }
            else if (column!.Form == ColumnForm.List)
            {
                foreach (var one in ValueList.Split(value.Text!))
                {
                    Sum(new FacetKey(one), count);
                }
            }
            else
            {
                Sum(value, count);
            }
        }

        public ImmutableArray<ValueCount> Values(bool withMissing)
        {
            foreach (var (value, count) in sums)
            {
                if (top.Wants(count))
                {
                    top.Add(count, value);
                }
            }

            // In a split an empty text and none look the same, and count as one.
            var none = empty + (withMissing ? Missing : 0);
            if (none > 0 && top.Wants(none))
            {
                top.Add(none, FacetKey.None);
            }

            return [.. top.Best.Select(one => new ValueCount(IndexColumns.Show(column?.Form ?? ColumnForm.Text, one.Key), one.Count))];
        }

        private void Sum(FacetKey value, long count)
        {
            if (value.Text is "")
            {
                empty += count;
                return;
            }

            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(sums, value, out _) += count;
            if (sums.Count > most)
            {
                throw new TooManyValuesException(column!, most);
            }
        }
    }
}
