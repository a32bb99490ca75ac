using System.Text;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Events in a table of the engine until they become a file. It has the columns its events have values in, and gains others as they come. One
/// owner writes; searches read beside it, below the end they were told.
/// </summary>
internal sealed class RowTable
{
    private readonly IndexDatabase database;
    private readonly List<IndexColumn> columns = [IndexColumns.Sequence, IndexColumns.Time];
    private readonly int[] place = [.. Enumerable.Repeat(-1, IndexColumns.All.Length)];
    private readonly HashSet<IndexColumn> used = [IndexColumns.Sequence, IndexColumns.Time];
    private readonly PairFilterWriter pairs;

    /// <param name="database">Where the table is made.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="first">Leaf index of the first event to come.</param>
    /// <param name="events">How many will come, about.</param>
    /// <param name="expected">Columns that its events will probably have values in: adding one later takes longer.</param>
    public RowTable(IndexDatabase database, string name, long first, int events, IEnumerable<IndexColumn> expected)
    {
        pairs = new PairFilterWriter(events);
        this.database = database;
        Name = name;
        First = first;
        End = first;
        columns.AddRange(expected.Except(columns).OrderBy(column => column.Ordinal));
        for (var i = 0; i < columns.Count; i++)
        {
            place[columns[i].Ordinal] = i;
        }

        database.Execute($"CREATE TABLE {name} ({string.Join(", ", columns.Select(column => $"{column.Quoted} {column.Type}"))})");
    }

    public string Name { get; }

    public long First { get; }

    public long End { get; private set; }

    public long Earliest { get; private set; } = long.MaxValue;

    public long Latest { get; private set; } = long.MinValue;

    /// <summary>First digits of the newest leaf's hash.</summary>
    public string LastLeaf { get; private set; } = "";

    public int Rows => (int)(End - First);

    /// <summary>Those in which an event has a value.</summary>
    public IReadOnlySet<IndexColumn> Columns => used.ToHashSet();

    /// <summary>All of them or, when the engine fails, none that anybody would see.</summary>
    /// <param name="rows">The next events, in order.</param>
    public void Append(IReadOnlyList<IndexRow> rows)
    {
        AddColumns(rows);
        using var connection = database.Connect();
        using (var appender = new ChunkAppender(connection, Name, columns, place))
        {
            foreach (var row in rows)
            {
                appender.Append(row);
            }

            appender.Complete();
        }

        foreach (var row in rows)
        {
            pairs.Add(row);
            Earliest = Math.Min(Earliest, row.Milliseconds);
            Latest = Math.Max(Latest, row.Milliseconds);
        }

        End += rows.Count;
        LastLeaf = Encoding.ASCII.GetString(rows[^1].TextOf(rows[^1].Values.Last(value => value.Column == IndexColumns.Hash))[..IndexFile.LastLeafDigits]);
    }

    public void Drop() => database.Execute($"DROP TABLE {Name}");

    /// <summary>Becomes a file; the table stays until it is dropped.</summary>
    public IndexFile WriteTo(IndexFolder folder, CancellationToken cancellation)
    {
        var file = new IndexFile(First, End, Earliest, Latest, 0, LastLeaf, "");
        var names = string.Join(", ", columns.Where(used.Contains).Select(column => column.Quoted));
        if (!pairs.HasAny)
        {
            return folder.Write($"SELECT {names} FROM {Name}", file, Columns, cancellation);
        }

        var filter = new PairFilter(First, pairs.Take(Rows));
        var first = $"CASE WHEN {IndexColumns.Sequence.Quoted} = {SqlText.Of(First)} THEN from_base64({SqlText.Of(Convert.ToBase64String(filter.Bits))}) END";
        return folder.Write(
            $"SELECT {names}, {first} AS {IndexColumns.Pairs.Quoted} FROM {Name}",
            file with { Pairs = [filter] },
            Columns.Append(IndexColumns.Pairs).ToHashSet(),
            cancellation);
    }

    private void AddColumns(IReadOnlyList<IndexRow> rows)
    {
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Values.Count; i++)
            {
                var column = row.Values[i].Column;
                if (!used.Add(column) || place[column.Ordinal] >= 0)
                {
                    continue;
                }

                place[column.Ordinal] = columns.Count;
                database.Execute($"ALTER TABLE {Name} ADD COLUMN {column.Quoted} {column.Type}");
                columns.Add(column);
            }
        }
    }
}

/// <summary>What a search may see of a table: what was in it at one moment.</summary>
internal sealed record SeenRows(string Table, long First, long End, long Earliest, long Latest, IReadOnlySet<IndexColumn> Columns) : IIndexPart;
