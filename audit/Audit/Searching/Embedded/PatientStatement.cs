using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Runs a statement without a result, task by task. The engine's own call asks for tasks in a tight loop as long as another thread has the last
/// one, which takes a processor from feeding for as long as a file is written; this one sleeps.
/// </summary>
internal static partial class PatientStatement
{
    private const string Library = "duckdb";

    private enum PendingState
    {
        Ready,
        NotReady,
        Error,
        NoTasks,
    }

    /// <param name="connection">Open.</param>
    /// <param name="statement">SQL.</param>
    /// <param name="cancellation">Ends the sleep only: whoever cancels interrupts the connection too.</param>
    /// <exception cref="EngineRefusedException">The engine refused it, or was told to give it up.</exception>
    public static void Run(DuckDBConnection connection, string statement, CancellationToken cancellation)
    {
        if (NativeMethods.PreparedStatements.DuckDBPrepare(connection.NativeConnection, statement, out var prepared) != DuckDBState.Success)
        {
            using (prepared)
            {
                throw new EngineRefusedException(NativeMethods.PreparedStatements.DuckDBPrepareError(prepared));
            }
        }

        using (prepared)
        {
            var held = false;
            try
            {
                prepared.DangerousAddRef(ref held);
                Run(prepared.DangerousGetHandle(), cancellation);
            }
            finally
            {
                if (held)
                {
                    prepared.DangerousRelease();
                }
            }
        }
    }

    private static void Run(nint prepared, CancellationToken cancellation)
    {
        var begun = Begin(prepared, out var pending);
        try
        {
            var state = begun == 0 ? PendingState.NotReady : PendingState.Error;
            while (state is PendingState.NotReady or PendingState.NoTasks)
            {
                state = RunTask(pending);
                if (state == PendingState.NoTasks)
                {
                    cancellation.WaitHandle.WaitOne(1);
                }
            }

            if (state == PendingState.Error)
            {
                throw new EngineRefusedException(Marshal.PtrToStringUTF8(ErrorOf(pending)) ?? "no reason given");
            }

            Finish(pending);
        }
        finally
        {
            Destroy(ref pending);
        }
    }

    private static void Finish(nint pending)
    {
        // The engine's structure of a result: six words.
        var result = new long[6];
        try
        {
            if (End(pending, result) != 0)
            {
                throw new EngineRefusedException(Marshal.PtrToStringUTF8(ErrorOfResult(result)) ?? "no reason given");
            }
        }
        finally
        {
            DestroyResult(result);
        }
    }

    [LibraryImport(Library, EntryPoint = "duckdb_pending_prepared")]
    private static partial int Begin(nint prepared, out nint pending);

    [LibraryImport(Library, EntryPoint = "duckdb_pending_execute_task")]
    private static partial PendingState RunTask(nint pending);

    [LibraryImport(Library, EntryPoint = "duckdb_pending_error")]
    private static partial nint ErrorOf(nint pending);

    [LibraryImport(Library, EntryPoint = "duckdb_execute_pending")]
    private static partial int End(nint pending, long[] result);

    [LibraryImport(Library, EntryPoint = "duckdb_result_error")]
    private static partial nint ErrorOfResult(long[] result);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_result")]
    private static partial void DestroyResult(long[] result);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_pending")]
    private static partial void Destroy(ref nint pending);
}
