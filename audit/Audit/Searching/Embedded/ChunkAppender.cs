using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Appends rows to a table by whole vectors of the engine, UTF-8 as it is and known to be sound, several times faster than value by value. All of
/// them in one transaction, which <see cref="Complete"/> ends: whatever goes wrong before, the table is as it was.
/// The only unsafe code of the index. It writes to vectors that the engine made for as many rows as it says a vector has, below that number; texts
/// are copied by the engine, into the vector if they are longer than 12 bytes, and from there into the table as a chunk is sent.
/// </summary>
internal sealed unsafe class ChunkAppender : IDisposable
{
    /// <summary>Rows of a vector, fixed by the engine's build.</summary>
    private static readonly int Rows = checked((int)NativeMethods.Helpers.DuckDBVectorSize());

    private readonly DuckDBConnection connection;
    private readonly IReadOnlyList<IndexColumn> columns;
    private readonly int[] places;
    private readonly DuckDB.NET.Native.DuckDBAppender appender;
    private readonly DuckDBDataChunk chunk;
    private readonly nint[] vectors;
    private readonly nint[] values;
    private readonly nint[] masks;
    private int rows;

    /// <summary>Between two rows, and nothing has failed: after a failure the vectors hold part of a row, and may be gone.</summary>
    private bool isSound;

    private bool isCommitted;

    /// <param name="connection">Open, without a transaction; the appender's alone as long as it lives.</param>
    /// <param name="table">Name of the table.</param>
    /// <param name="columns">All columns of the table, in its order.</param>
    /// <param name="places">By ordinal, where a column is among them; −1 where it is not.</param>
    public ChunkAppender(DuckDBConnection connection, string table, IReadOnlyList<IndexColumn> columns, int[] places)
    {
        this.connection = connection;
        this.columns = columns;
        this.places = places;
        Run("BEGIN TRANSACTION");
        var created = NativeMethods.Appender.DuckDBAppenderCreate(connection.NativeConnection, null!, table, out appender);
        if (created != DuckDBState.Success)
        {
            appender.Dispose();
            throw new EngineRefusedException($"no appender for {table}");
        }

        var types = columns.Select(column => NativeMethods.LogicalType.DuckDBCreateLogicalType(TypeOf(column))).ToArray();
        chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. types.Select(type => type.DangerousGetHandle())], (ulong)types.Length);
        foreach (var type in types)
        {
            type.Dispose();
        }

        vectors = new nint[columns.Count];
        values = new nint[columns.Count];
        masks = new nint[columns.Count];
        Begin();
        isSound = true;
    }

    /// <exception cref="EngineRefusedException">Nothing more is taken, and nothing of what was.</exception>
    public void Append(IndexRow row)
    {
        ThrowUnlessSound();
        isSound = false;
        var all = row.Values;
        for (var i = 0; i < all.Count; i++)
        {
            var value = all[i];
            Set(places[value.Column.Ordinal], value, row.TextOf(value));
        }

        if (++rows == Rows)
        {
            Send();
        }

        isSound = true;
    }

    /// <summary>Hands over what is left, and lets all of it be seen.</summary>
    /// <exception cref="EngineRefusedException">The engine refused any of it; then nothing of it is in the table.</exception>
    public void Complete()
    {
        ThrowUnlessSound();
        isSound = false;
        Send();
        if (NativeMethods.Appender.DuckDBAppenderClose(appender) != DuckDBState.Success)
        {
            throw new EngineRefusedException("the engine refused the appended rows");
        }

        Run("COMMIT");
        isCommitted = true;
    }

    public void Dispose()
    {
        isSound = false;
        chunk.Dispose();

        // Told to forget the appender, the engine writes what it has been sent: the transaction must outlive it.
        appender.Dispose();
        if (!isCommitted)
        {
            Rollback();
        }
    }

    private static DuckDBType TypeOf(IndexColumn column) => column.Form switch
    {
        ColumnForm.Number or ColumnForm.Time => DuckDBType.BigInt,
        ColumnForm.Real => DuckDBType.Double,
        ColumnForm.Truth => DuckDBType.Boolean,
        ColumnForm.Text or ColumnForm.List or ColumnForm.Words or ColumnForm.Address => DuckDBType.Varchar,
        _ => throw new InvalidOperationException($"{column.Name} is no column of rows"),
    };

    private void Set(int column, in RowValue value, ReadOnlySpan<byte> text)
    {
        switch (columns[column].Form)
        {
            case ColumnForm.Number or ColumnForm.Time or ColumnForm.Real:
                ((long*)values[column])[rows] = value.Bits;
                break;
            case ColumnForm.Truth:
                ((byte*)values[column])[rows] = value.Bits != 0 ? (byte)1 : (byte)0;
                break;
            default:
                // Of a text without a byte the address is null, and the engine does not look at it.
                fixed (byte* start = text)
                {
                    NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(vectors[column], (ulong)rows, start, text.Length);
                }

                break;
        }

        ((ulong*)masks[column])[rows >> 6] |= 1UL << (rows & 63);
    }

    private void Send()
    {
        if (rows == 0)
        {
            return;
        }

        NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)rows);
        if (NativeMethods.Appender.DuckDBAppendDataChunk(appender, chunk) != DuckDBState.Success)
        {
            throw new EngineRefusedException("the engine refused a chunk of rows");
        }

        NativeMethods.DataChunks.DuckDBDataChunkReset(chunk);
        Begin();
    }

    /// <summary>Every value is NULL until it is set. The addresses hold until the chunk is reset, which may give it other memory.</summary>
    private void Begin()
    {
        rows = 0;
        for (var column = 0; column < columns.Count; column++)
        {
            vectors[column] = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, column);
            values[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetData(vectors[column]);
            NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vectors[column]);
            masks[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetValidity(vectors[column]);
            if (values[column] == 0 || masks[column] == 0)
            {
                throw new EngineRefusedException($"the engine has no vector for {columns[column].Name}");
            }

            new Span<ulong>((void*)masks[column], (Rows + 63) / 64).Clear();
        }
    }

    private void Rollback()
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (EngineRefusedException)
        {
            // It ended by itself as the engine failed, or ends with the connection.
        }
    }

    private void ThrowUnlessSound()
    {
        if (!isSound)
        {
            throw new InvalidOperationException("the appender has failed or is done");
        }
    }

    private void Run(string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        try
        {
            command.ExecuteNonQuery();
        }
        catch (DuckDBException failure)
        {
            throw new EngineRefusedException(failure.Message);
        }
    }
}
