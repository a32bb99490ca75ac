using System.Globalization;
using System.Text;
using Backbone.Audit.Searching.Embedded;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>The one place where memory is written by address: whatever is put in comes out, in every row of a vector, and nothing half.</summary>
public sealed class ChunkAppenderTests
{
    /// <summary>No field is one today.</summary>
    private static readonly IndexColumn Truth = new(IndexColumns.All.Length, "~truth", ColumnForm.Truth);

    private static readonly IndexColumn[] Columns =
    [
        IndexColumns.Sequence, IndexColumns.Time, Column("resource.name"), Column("tags"), Column("event.risk_score"), Column("destination.ip"),
        IndexColumns.HanWords, Truth,
    ];

    /// <summary>Around the 12 bytes up to which the engine keeps a text in the vector itself, and far beyond.</summary>
    private static readonly string[] Texts =
        ["", "a", new('b', 11), new('c', 12), new('d', 13), new('e', 1_024), "登录失败", "登录失败了", "𠮷𠮷𠮷", "𠮷𠮷𠮷𠮷", "a\u0001b", "a\u001fb\u001e1", "é"];

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(2_047)]
    [InlineData(2_048)]
    [InlineData(2_049)]
    [InlineData(4_097)]
    public void Every_value_comes_out_as_it_went_in_and_none_where_none_was_given(int rows)
    {
        using var table = new Table();
        Assert.Null(table.Append(rows, complete: true));

        var wanted = Enumerable.Range(0, rows).Select(Shown).ToList();
        Assert.Equal(wanted, table.Rows());
    }

    [Fact]
    public void Of_a_column_that_is_set_twice_the_later_value_counts()
    {
        using var table = new Table();
        var row = new IndexRow();
        row.Begin(0);
        row.SetTime(1);
        row.Set(Columns[2], Encoding.UTF8.GetBytes(new string('x', 500)));
        row.Set(Columns[2], "y"u8);
        row.SetTime(2);
        using (var connection = table.Connect())
        using (var appender = new ChunkAppender(connection, "rows", Columns))
        {
            appender.Append(row);
            appender.Complete();
        }

        Assert.Equal(["0 2 'y' - - - - -"], table.Rows());
    }

    /// <summary>The last: more than the engine takes before it writes by itself.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(3_000)]
    [InlineData(210_000)]
    public void What_ends_before_it_is_complete_leaves_nothing(int rows)
    {
        using var table = new Table();
        Assert.Null(table.Append(7, complete: true));
        Assert.Null(table.Append(rows, complete: false));
        Assert.Equal(7, table.Rows().Count);
    }

    [Fact]
    public void A_row_that_fails_in_its_middle_ends_the_appender_and_leaves_nothing()
    {
        using var table = new Table();
        using (var connection = table.Connect())
        using (var appender = new ChunkAppender(connection, "rows", Columns))
        {
            appender.Append(Row(0));
            var stranger = Row(1);
            stranger.Set(IndexColumns.OtherWords, "no column of this table"u8);

            Assert.ThrowsAny<Exception>(() => appender.Append(stranger));
            Assert.Throws<InvalidOperationException>(() => appender.Append(Row(2)));
            Assert.Throws<InvalidOperationException>(appender.Complete);
        }

        Assert.Empty(table.Rows());
        Assert.Null(table.Append(3, complete: true));
        Assert.Equal(3, table.Rows().Count);
    }

    [Fact]
    public void A_table_that_is_other_than_told_refuses_and_keeps_what_it_had()
    {
        using var table = new Table();
        Assert.Null(table.Append(2, complete: true));
        Assert.IsType<EngineRefusedException>(table.Append(2, complete: true, table: "other"));
        table.Execute("CREATE TABLE other (a BIGINT)");
        Assert.IsType<EngineRefusedException>(table.Append(3_000, complete: true, table: "other"));
        Assert.Equal(2, table.Rows().Count);
        Assert.Equal([0L], table.Read("SELECT count(*) FROM other"));
    }

    [Fact]
    public void Columns_that_are_not_of_rows_are_refused()
    {
        using var table = new Table();
        using var connection = table.Connect();
        Assert.Throws<InvalidOperationException>(() => new ChunkAppender(connection, "rows", [.. Columns, IndexColumns.Pairs]));
    }

    private static IndexColumn Column(string name) => IndexColumns.Find(name)!;

    /// <summary>Each column has a value in some rows and none in others, in an order of its own.</summary>
    private static IndexRow Row(int i)
    {
        var row = new IndexRow();
        row.Begin(i);
        row.SetTime(i - 5L);
        Some(2, 3, column => row.Set(column, Encoding.UTF8.GetBytes(Texts[i % Texts.Length])));
        Some(3, 2, column => row.Set(column, Encoding.UTF8.GetBytes(Texts[i / 2 % Texts.Length])));
        Some(4, 5, column => row.Set(column, i / 4.0));
        Some(5, 7, column => row.Set(column, "00000000000000000000ffff0a000001"u8));
        Some(6, 64, column => row.Set(column, Encoding.UTF8.GetBytes(Texts[^(1 + i % 5)])));
        Some(7, 2, column => row.Set(column, i / 2 % 2));
        return row;

        void Some(int column, int every, Action<IndexColumn> set)
        {
            if (i % every == column % every)
            {
                set(Columns[column]);
            }
        }
    }

    private static string Shown(int i)
    {
        return string.Join(
            ' ',
            i.ToString(CultureInfo.InvariantCulture),
            (i - 5).ToString(CultureInfo.InvariantCulture),
            Some(2, 3, Quoted(Texts[i % Texts.Length])),
            Some(3, 2, Quoted(Texts[i / 2 % Texts.Length])),
            Some(4, 5, (i / 4.0).ToString("F2", CultureInfo.InvariantCulture)),
            Some(5, 7, "'00000000000000000000ffff0a000001'"),
            Some(6, 64, Quoted(Texts[^(1 + i % 5)])),
            Some(7, 2, i / 2 % 2 == 1 ? "true" : "false"));

        string Some(int column, int every, string value) => i % every == column % every ? value : "-";

        static string Quoted(string text) => $"'{text}'";
    }

    private sealed class Table : IDisposable
    {
        private readonly TemporaryFolder temporary = new();
        private readonly IndexDatabase database;

        public Table()
        {
            database = new IndexDatabase(temporary.Path, new EmbeddedIndexOptions());
            Execute($"CREATE TABLE rows ({string.Join(", ", Columns.Select(column => $"{column.Quoted} {column.Type}"))})");
        }

        public DuckDB.NET.Data.DuckDBConnection Connect() => database.Connect();

        public void Execute(string statement) => database.Execute(statement);

        public List<long> Read(string statement) => database.Read(statement, row => row.GetInt64(0));

        /// <summary>What it threw.</summary>
        public Exception? Append(int rows, bool complete, string table = "rows")
        {
            using var connection = database.Connect();
            return Record.Exception(() =>
            {
                using var appender = new ChunkAppender(connection, table, Columns);
                for (var i = 0; i < rows; i++)
                {
                    appender.Append(Row(i));
                }

                if (complete)
                {
                    appender.Complete();
                }
            });
        }

        public List<string> Rows() => database.Read(
            $"SELECT {string.Join(", ", Columns.Select(column => column.Quoted))} FROM rows ORDER BY 1",
            row => string.Join(' ', Enumerable.Range(0, Columns.Length).Select(i => row.IsDBNull(i) ? "-" : Columns[i].Form switch
            {
                ColumnForm.Number or ColumnForm.Time => row.GetInt64(i).ToString(CultureInfo.InvariantCulture),
                ColumnForm.Real => row.GetDouble(i).ToString("F2", CultureInfo.InvariantCulture),
                ColumnForm.Truth => row.GetBoolean(i) ? "true" : "false",
                _ => $"'{row.GetString(i)}'",
            })));

        public void Dispose()
        {
            database.Dispose();
            temporary.Dispose();
        }
    }
}
