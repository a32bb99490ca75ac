using DuckDB.NET.Data;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Events in a table of the engine until they become a file. It has the columns its events have values in, and gains others as they come. One
/// owner writes; searches read beside it, below the end they were told.
/// </summary>
internal sealed class RowTable
{
    private readonly IndexDatabase database;
    private readonly List<IndexColumn> columns = [IndexColumns.Sequence, IndexColumns.Time];
    private readonly bool[] known = new bool[IndexColumns.All.Length];
    private readonly int[] place = new int[IndexColumns.All.Length];

    public RowTable(IndexDatabase database, string name, long first)
    {
        this.database = database;
        Name = name;
        First = first;
        End = first;
        known[IndexColumns.Sequence.Ordinal] = known[IndexColumns.Time.Ordinal] = true;
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

    public IReadOnlySet<IndexColumn> Columns => columns.ToHashSet();

    /// <summary>All of them or, when the engine fails, none that anybody would see.</summary>
    /// <param name="rows">The next events, in order.</param>
    public void Append(IReadOnlyList<IndexRow> rows)
    {
        AddColumns(rows);
        using var connection = database.Connect();
        using (var appender = connection.CreateAppender(Name))
        {
            foreach (var row in rows)
            {
                Append(appender, row);
            }
        }

        foreach (var row in rows)
        {
            Earliest = Math.Min(Earliest, row.Milliseconds);
            Latest = Math.Max(Latest, row.Milliseconds);
        }

        End += rows.Count;
        LastLeaf = rows[^1].Values.Last(value => value.Column == IndexColumns.Hash).Text![..IndexFile.LastLeafDigits];
    }

    public void Drop() => database.Execute($"DROP TABLE {Name}");

    /// <summary>Becomes a file; the table stays until it is dropped.</summary>
    public IndexFile WriteTo(IndexFolder folder, CancellationToken cancellation) => folder.Write(
        $"SELECT {string.Join(", ", columns.Select(column => column.Quoted))} FROM {Name}",
        new IndexFile(First, End, Earliest, Latest, 0, LastLeaf, ""),
        Columns,
        cancellation);

    private void AddColumns(IReadOnlyList<IndexRow> rows)
    {
        foreach (var row in rows)
        {
            foreach (var (column, _, _) in row.Values)
            {
                if (!known[column.Ordinal])
                {
                    known[column.Ordinal] = true;
                    database.Execute($"ALTER TABLE {Name} ADD COLUMN {column.Quoted} {column.Type}");
                    columns.Add(column);
                }
            }
        }
    }

    private void Append(DuckDBAppender appender, IndexRow row)
    {
        var values = row.Values;
        for (var i = 0; i < values.Count; i++)
        {
            place[values[i].Column.Ordinal] = i + 1;
        }

        var line = appender.CreateRow();
        foreach (var column in columns)
        {
            var at = place[column.Ordinal];
            if (at == 0)
            {
                line.AppendNullValue();
                continue;
            }

            place[column.Ordinal] = 0;
            var (_, text, bits) = values[at - 1];
            switch (column.Form)
            {
                case ColumnForm.Number or ColumnForm.Time:
                    line.AppendValue(bits);
                    break;
                case ColumnForm.Real:
                    line.AppendValue(BitConverter.Int64BitsToDouble(bits));
                    break;
                case ColumnForm.Truth:
                    line.AppendValue(bits != 0);
                    break;
                default:
                    line.AppendValue(text);
                    break;
            }
        }

        line.EndRow();
    }
}

/// <summary>What a search may see of a table: what was in it at one moment.</summary>
internal sealed record SeenRows(string Table, long First, long End, long Earliest, long Latest, IReadOnlySet<IndexColumn> Columns) : IIndexPart;
