using System.Text;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>What a file's name says, and what is kept of it, gathered as its events come. One owner.</summary>
/// <param name="first">Leaf index of the first event to come.</param>
/// <param name="events">How many will come, about.</param>
internal sealed class RowRun(long first, int events)
{
    /// <summary>Few, since files are made while events are read, and merged soon.</summary>
    private const int RowGroup = 8_192;

    private readonly bool[] used = new bool[IndexColumns.All.Length];
    private readonly List<IndexColumn> columns = [];
    private readonly PairFilterWriter pairs = new(events);

    public long First { get; } = first;

    public long End { get; private set; } = first;

    public int Rows => (int)(End - First);

    public long Earliest { get; private set; } = long.MaxValue;

    public long Latest { get; private set; } = long.MinValue;

    /// <summary>First digits of the newest leaf's hash.</summary>
    public string LastLeaf { get; private set; } = "";

    /// <summary>Those in which an event has a value, in the order they came.</summary>
    public IReadOnlyList<IndexColumn> Columns => columns;

    /// <summary>Which columns they have values in; to be known before they are added.</summary>
    public void Expect(IReadOnlyList<IndexRow> rows)
    {
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Values.Count; i++)
            {
                var column = row.Values[i].Column;
                if (!used[column.Ordinal])
                {
                    used[column.Ordinal] = true;
                    columns.Add(column);
                }
            }
        }
    }

    /// <param name="rows">The next ones; they are where they will be searched.</param>
    public void Add(IReadOnlyList<IndexRow> rows)
    {
        foreach (var row in rows)
        {
            pairs.Add(row);
            Earliest = Math.Min(Earliest, row.Milliseconds);
            Latest = Math.Max(Latest, row.Milliseconds);
        }

        End += rows.Count;
        LastLeaf = Encoding.ASCII.GetString(rows[^1].TextOf(rows[^1].Values.Last(value => value.Column == IndexColumns.Hash))[..IndexFile.LastLeafDigits]);
    }

    /// <summary>Becomes a file.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="source">SQL: where its rows are, in order.</param>
    /// <param name="cancellation">Leaves nothing that has a name.</param>
    public IndexFile WriteTo(IndexFolder folder, string source, CancellationToken cancellation)
    {
        var file = new IndexFile(First, End, Earliest, Latest, 0, LastLeaf, "");
        var names = string.Join(", ", columns.Select(column => column.Quoted));
        if (!pairs.HasAny)
        {
            return folder.Write($"SELECT {names} FROM {source}", file, [.. columns], RowGroup, cancellation);
        }

        var filter = new PairFilter(First, pairs.Take(Rows));
        var inFirst = $"CASE WHEN {IndexColumns.Sequence.Quoted} = {SqlText.Of(First)} THEN from_base64({SqlText.Of(Convert.ToBase64String(filter.Bits))}) END";
        return folder.Write(
            $"SELECT {names}, {inFirst} AS {IndexColumns.Pairs.Quoted}, {SqlText.Of(First)} AS {IndexColumns.Run.Quoted} FROM {source}",
            file with { Pairs = [filter] },
            [.. columns, IndexColumns.Pairs, IndexColumns.Run],
            RowGroup,
            cancellation);
    }
}
