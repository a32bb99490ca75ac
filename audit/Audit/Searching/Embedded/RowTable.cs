namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Events in a table of the engine until they become a file. It has the columns its events have values in, and gains others as they come. One
/// owner writes; searches read beside it, below the end they were told.
/// </summary>
internal sealed class RowTable
{
    private readonly IndexDatabase database;
    private readonly List<IndexColumn> columns;
    private readonly RowRun run;

    /// <param name="database">Where the table is made.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="first">Leaf index of the first event to come.</param>
    /// <param name="events">How many will come, about.</param>
    /// <param name="expected">Columns that its events will probably have values in: adding one later takes longer.</param>
    public RowTable(IndexDatabase database, string name, long first, int events, IEnumerable<IndexColumn> expected)
    {
        this.database = database;
        Name = name;
        run = new RowRun(first, events);
        columns = [.. expected.Union([IndexColumns.Sequence, IndexColumns.Time]).OrderBy(column => column.Ordinal)];
        database.Execute($"CREATE TABLE {name} ({string.Join(", ", columns.Select(column => $"{column.Quoted} {column.Type}"))})");
    }

    public string Name { get; }

    public long First => run.First;

    public long End => run.End;

    public int Rows => run.Rows;

    public IReadOnlyList<IndexColumn> Columns => run.Columns;

    /// <summary>What searches may see of it now.</summary>
    public SeenRows Seen => new(Name, First, End, run.Earliest, run.Latest, run.Columns.ToHashSet());

    /// <summary>All of them or, when the engine fails, none.</summary>
    /// <param name="rows">The next events, in order.</param>
    public void Append(IReadOnlyList<IndexRow> rows)
    {
        run.Expect(rows);
        foreach (var column in run.Columns.Except(columns).ToList())
        {
            database.Execute($"ALTER TABLE {Name} ADD COLUMN {column.Quoted} {column.Type}");
            columns.Add(column);
        }

        using (var connection = database.Connect())
        using (var appender = new ChunkAppender(connection, Name, columns))
        {
            foreach (var row in rows)
            {
                appender.Append(row);
            }

            appender.Complete();
        }

        run.Add(rows);
    }

    public void Drop() => database.Execute($"DROP TABLE {Name}");

    /// <summary>Becomes a file; the table stays until it is dropped.</summary>
    public IndexFile WriteTo(IndexFolder folder, CancellationToken cancellation) => run.WriteTo(folder, Name, cancellation);
}

/// <summary>What a search may see of a table: what was in it at one moment.</summary>
internal sealed record SeenRows(string Table, long First, long End, long Earliest, long Latest, IReadOnlySet<IndexColumn> Columns) : IIndexPart;
