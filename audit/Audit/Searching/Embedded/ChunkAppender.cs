using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Appends rows to a table by whole vectors. All of them in one transaction, which <see cref="Complete"/> ends: whatever goes wrong before, the
/// table is as it was.
/// </summary>
internal sealed class ChunkAppender : IDisposable
{
    private readonly DuckDBConnection connection;
    private readonly DuckDB.NET.Native.DuckDBAppender appender;
    private readonly RowChunk chunk;
    private bool isDone;

    /// <param name="connection">Open, without a transaction; the appender's alone as long as it lives.</param>
    /// <param name="table">Name of the table.</param>
    /// <param name="columns">All columns of the table, in its order.</param>
    public ChunkAppender(DuckDBConnection connection, string table, IReadOnlyList<IndexColumn> columns)
    {
        this.connection = connection;
        chunk = new RowChunk(columns);
        Run("BEGIN TRANSACTION");
        if (NativeMethods.Appender.DuckDBAppenderCreate(connection.NativeConnection, null!, table, out appender) != DuckDBState.Success)
        {
            Dispose();
            throw new EngineRefusedException($"no appender for {table}");
        }
    }

    /// <exception cref="EngineRefusedException">Nothing more is taken, and nothing of what was.</exception>
    public void Append(IndexRow row)
    {
        chunk.Append(row);
        if (chunk.Rows == RowChunk.Capacity)
        {
            Send();
        }
    }

    /// <summary>Hands over what is left, and lets all of it be seen.</summary>
    /// <exception cref="EngineRefusedException">The engine refused any of it; then nothing of it is in the table.</exception>
    public void Complete()
    {
        Send();
        if (NativeMethods.Appender.DuckDBAppenderClose(appender) != DuckDBState.Success)
        {
            throw new EngineRefusedException("the engine refused the appended rows");
        }

        Run("COMMIT");
        isDone = true;
    }

    public void Dispose()
    {
        chunk.Dispose();

        // Told to forget the appender, the engine writes what it has been sent: the transaction must outlive it.
        appender?.Dispose();
        if (!isDone)
        {
            Rollback();
        }
    }

    private void Send()
    {
        chunk.Seal();
        if (chunk.Rows > 0 && NativeMethods.Appender.DuckDBAppendDataChunk(appender, chunk.Chunk) != DuckDBState.Success)
        {
            chunk.Dispose();
            throw new EngineRefusedException("the engine refused a chunk of rows");
        }

        chunk.Clear();
    }

    private void Rollback()
    {
        isDone = true;
        try
        {
            Run("ROLLBACK");
        }
        catch (EngineRefusedException)
        {
            // It ended by itself as the engine failed, or ends with the connection.
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
