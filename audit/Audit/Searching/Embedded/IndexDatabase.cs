using System.Globalization;
using DuckDB.NET.Data;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// The engine, in memory only: no file of its own exists that could refuse to open. It reads and writes below one folder, loads no extension,
/// asks no network, and no statement can change that. Opened at first use, for its library and threads take memory; and opened anew, empty, after an
/// error that it does not survive.
/// </summary>
internal sealed class IndexDatabase : IDisposable
{
    private readonly string folder;
    private readonly string overflow;
    private readonly EmbeddedIndexOptions options;
    private readonly SemaphoreSlim places;
    private readonly Lock gate = new();
    private DuckDBConnection? root;
    private long engine;

    /// <param name="folder">The one folder it may read and write.</param>
    /// <param name="options">Its memory, threads and queries.</param>
    /// <param name="overflow">Name of a folder of its own below, for what does not fit into its memory.</param>
    public IndexDatabase(string folder, EmbeddedIndexOptions options, string overflow = IndexFolder.Overflow)
    {
        this.folder = folder;
        this.options = options;
        this.overflow = overflow;
        places = new SemaphoreSlim(options.Queries);
    }

    /// <summary>Which engine it is: another number, and every table is gone.</summary>
    public long Engine => Volatile.Read(ref engine);

    /// <summary>A connection of the caller's own, on the same database.</summary>
    public DuckDBConnection Connect()
    {
        lock (gate)
        {
            root ??= Open();
            var connection = root.Duplicate();
            connection.Open();
            return connection;
        }
    }

    /// <summary>The engine is gone, with every table; the next statement opens another. Statements that run on it end as they may.</summary>
    /// <param name="broken">Which; nothing happens when it is gone already.</param>
    public void Retire(long broken)
    {
        lock (gate)
        {
            if (engine == broken)
            {
                engine++;
                root?.Dispose();
                root = null;
            }
        }
    }

    /// <summary>For the index's own work: no time limit, on the caller's thread.</summary>
    /// <exception cref="EngineRefusedException">The statement failed.</exception>
    public void Execute(string statement, CancellationToken cancellation = default)
    {
        var used = Engine;
        using var connection = Connect();
        using var interruption = new Interruption(connection, cancellation);
        cancellation.ThrowIfCancellationRequested();
        try
        {
            PatientStatement.Run(connection, statement, cancellation);
        }
        catch (EngineRefusedException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (EngineRefusedException failure) when (EngineFailure.IsEnd(failure.Message))
        {
            Retire(used);
            throw;
        }
    }

    public List<T> Read<T>(string statement, Func<DuckDBDataReader, T> row)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>A query somebody waits for: off the caller's thread, ended by cancellation and by the time limit.</summary>
    /// <param name="read">Reads the rows as they come; called once.</param>
    /// <exception cref="IndexUnavailableException">It took longer than the limit.</exception>
    /// <exception cref="DuckDBException">The engine failed: a file is damaged, or memory and its overflow on disk were not enough.</exception>
    public async Task<T> QueryAsync<T>(string statement, Func<DuckDBDataReader, CancellationToken, T> read, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(options.QuerySeconds));
        try
        {
            await places.WaitAsync(limit.Token);
            try
            {
                return await Task.Run(() => Query(statement, read, limit.Token), limit.Token);
            }
            finally
            {
                places.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IndexUnavailableException($"the embedded index gave the query up after {options.QuerySeconds} s");
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            root?.Dispose();
        }

        places.Dispose();
    }

    private T Query<T>(string statement, Func<DuckDBDataReader, CancellationToken, T> read, CancellationToken cancellation)
    {
        var used = Engine;
        try
        {
            using var connection = Connect();
            return Query(connection, statement, read, cancellation);
        }
        catch (DuckDBException failure) when (EngineFailure.IsEnd(failure.Message))
        {
            Retire(used);
            throw;
        }
    }

    private static T Query<T>(
        DuckDBConnection connection, string statement, Func<DuckDBDataReader, CancellationToken, T> read, CancellationToken cancellation)
    {
        // One moment for planning and reading: a condition that the table's statistics make needless when it is planned is left out, and rows that
        // came since would be read without it. Ends with the connection.
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN TRANSACTION";
        begin.ExecuteNonQuery();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.UseStreamingMode = true;
        using var interruption = new Interruption(connection, cancellation);
        cancellation.ThrowIfCancellationRequested();
        try
        {
            using var reader = command.ExecuteReader();
            return read(reader, cancellation);
        }
        catch (DuckDBException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    private DuckDBConnection Open()
    {
        var connection = new DuckDBConnection(string.Create(
            CultureInfo.InvariantCulture, $"DataSource=:memory:;memory_limit={options.MemoryMegabytes}MB;threads={options.Threads}"));
        connection.Open();
        var below = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        foreach (var setting in (string[])
        [
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "parquet_metadata_cache = true",

            // It takes a file that was made again under its name for the damaged one of the same second; the system keeps files in memory anyway.
            "enable_external_file_cache = false",
            "temp_directory = " + SqlText.Of(below + overflow),
            "max_temp_directory_size = '4GB'",
            $"allowed_directories = [{SqlText.Of(below)}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ])
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SET " + setting;
            command.ExecuteNonQuery();
        }

        ChunkScan.Register(connection);
        return connection;
    }
}
