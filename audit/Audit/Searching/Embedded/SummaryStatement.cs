using System.Data.Common;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Counts parts by some sets of keys. Its rows: which of the keys in use they are not grouped by (a bit each, the last lowest), the number of the
/// part, the count, every key.
/// </summary>
/// <param name="keys">All keys of the summary.</param>
/// <param name="sets">Some of its sets.</param>
/// <param name="byPart">Each part for itself; otherwise all parts together, and their number is 0.</param>
internal sealed class SummaryStatement(IReadOnlyList<SummaryKey> keys, IReadOnlyList<SummarySet> sets, bool byPart)
{
    private readonly IReadOnlyList<int> used = [.. Enumerable.Range(0, keys.Count).Where(key => sets.Any(set => set.Keys.Contains(key)))];
    private Dictionary<long, SummarySet>? byMask;

    public string Sql(IndexSource source, IReadOnlyList<IIndexPart> parts)
    {
        var numbers = parts.Select((part, i) => (part, i)).ToDictionary(one => one.part, one => byPart ? one.i : 0);
        var select = source.Of(parts, part => string.Join(
            ", ", used.Select(key => $"{keys[key].Sql(part.Columns)} AS k{key}").Prepend($"{numbers[part]} AS p")));
        var mask = used.Count == 0 ? "0" : $"grouping({string.Join(", ", used.Select(key => $"k{key}"))})";
        var shown = Enumerable.Range(0, keys.Count).Select(key => used.Contains(key) ? $"k{key}" : "NULL");
        var grouped = sets.Select(set => $"({string.Join(", ", set.Keys.Select(key => $"k{key}").Concat(byPart ? ["p"] : []))})");
        return $"SELECT {string.Join(", ", shown.Prepend("count(*)").Prepend(byPart ? "p::BIGINT" : "0::BIGINT").Prepend($"{mask}::BIGINT"))} "
            + $"FROM ({select}) GROUP BY GROUPING SETS ({string.Join(", ", grouped)})";
    }

    public SummarySet SetOf(DbDataReader row)
    {
        byMask ??= sets.ToDictionary(set => used.Aggregate(0L, (mask, key) => mask << 1 | (set.Keys.Contains(key) ? 0L : 1L)));
        return byMask[row.GetInt64(0)];
    }
}
