using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Lets one statement read rows that are in no table, once and in their order: <c>SELECT … FROM offered_rows(17)</c>. The engine is given the vectors
/// themselves, not copies, and calls back on one thread.
/// </summary>
internal static partial class ChunkScan
{
    private const string Function = "offered_rows";
    private const string Library = "duckdb";

    private static readonly ConcurrentDictionary<long, RowChunks> Offers = [];

    /// <summary>The engine keeps their addresses for as long as it lives.</summary>
    private static readonly Callback OnBind = Bind;
    private static readonly Callback OnInit = _ => { };
    private static readonly ChunkCallback OnNext = Next;
    private static long last;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Callback(nint info);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ChunkCallback(nint info, nint chunk);

    /// <summary>Makes the function known to the engine of the connection.</summary>
    /// <exception cref="EngineRefusedException">It does not take it.</exception>
    public static void Register(DuckDBConnection connection)
    {
        var function = Create();
        try
        {
            using var type = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.BigInt);
            SetName(function, Function);
            AddParameter(function, type.DangerousGetHandle());
            SetBind(function, Marshal.GetFunctionPointerForDelegate(OnBind));
            SetInit(function, Marshal.GetFunctionPointerForDelegate(OnInit));
            SetFunction(function, Marshal.GetFunctionPointerForDelegate(OnNext));
            if (Register(connection.NativeConnection.DangerousGetHandle(), function) != 0)
            {
                throw new EngineRefusedException($"no function {Function}");
            }
        }
        finally
        {
            Destroy(ref function);
        }
    }

    /// <summary>Until it is disposed of, a statement may read them.</summary>
    public static Offered Offer(RowChunks rows)
    {
        var number = Interlocked.Increment(ref last);
        Offers[number] = rows;
        return new Offered(number);
    }

    private static void Bind(nint info)
    {
        try
        {
            var value = ParameterOf(info, 0);
            var number = LongOf(value);
            DestroyValue(ref value);
            var rows = Offers[number];
            foreach (var column in rows.Columns)
            {
                using var type = RowChunk.TypeOf(column);
                AddColumn(info, column.Name, type.DangerousGetHandle());
            }

            SetCardinality(info, (ulong)rows.Rows, true);
            SetBindData(info, (nint)number, 0);
        }
#pragma warning disable CA1031 // No exception may pass through the engine: it is told, and its statement fails.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            SetBindError(info, failure.Message);
        }
    }

    private static void Next(nint info, nint target)
    {
        try
        {
            var rows = Offers[BindDataOf(info)];
            if (rows.Next() is not { } chunk)
            {
                SetSize(target, 0);
                return;
            }

            for (var i = 0; i < rows.Columns.Count; i++)
            {
                var vector = VectorOf(target, (ulong)i);
                if (chunk.VectorOf(rows.Columns[i]) is var given and not 0)
                {
                    Reference(vector, given);
                }
                else
                {
                    MakeNull(vector, chunk.Rows);
                }
            }

            SetSize(target, (ulong)chunk.Rows);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            SetError(info, failure.Message);
        }
    }

    /// <summary>A column that came with a later chunk.</summary>
    private static void MakeNull(nint vector, int rows)
    {
        MakeWritable(vector);
        var none = new long[(rows + 63) / 64];
        Marshal.Copy(none, 0, ValidityOf(vector), none.Length);
    }

    /// <summary>What stands in a statement for the rows.</summary>
    internal sealed class Offered(long number) : IDisposable
    {
        public string Sql => FormattableString.Invariant($"{Function}({number})");

        public void Dispose() => Offers.TryRemove(number, out _);
    }

    [LibraryImport(Library, EntryPoint = "duckdb_create_table_function")]
    private static partial nint Create();

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_table_function")]
    private static partial void Destroy(ref nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_table_function_set_name", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetName(nint function, string name);

    [LibraryImport(Library, EntryPoint = "duckdb_table_function_add_parameter")]
    private static partial void AddParameter(nint function, nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_table_function_set_bind")]
    private static partial void SetBind(nint function, nint callback);

    [LibraryImport(Library, EntryPoint = "duckdb_table_function_set_init")]
    private static partial void SetInit(nint function, nint callback);

    [LibraryImport(Library, EntryPoint = "duckdb_table_function_set_function")]
    private static partial void SetFunction(nint function, nint callback);

    [LibraryImport(Library, EntryPoint = "duckdb_register_table_function")]
    private static partial int Register(nint connection, nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_get_parameter")]
    private static partial nint ParameterOf(nint info, ulong number);

    [LibraryImport(Library, EntryPoint = "duckdb_get_int64")]
    private static partial long LongOf(nint value);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_value")]
    private static partial void DestroyValue(ref nint value);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_add_result_column", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void AddColumn(nint info, string name, nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_set_cardinality")]
    private static partial void SetCardinality(nint info, ulong rows, [MarshalAs(UnmanagedType.U1)] bool isExact);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_set_bind_data")]
    private static partial void SetBindData(nint info, nint data, nint destroy);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_set_error", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetBindError(nint info, string reason);

    [LibraryImport(Library, EntryPoint = "duckdb_function_get_bind_data")]
    private static partial nint BindDataOf(nint info);

    [LibraryImport(Library, EntryPoint = "duckdb_function_set_error", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetError(nint info, string reason);

    [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_get_vector")]
    private static partial nint VectorOf(nint chunk, ulong column);

    [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_set_size")]
    private static partial void SetSize(nint chunk, ulong rows);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_reference_vector")]
    private static partial void Reference(nint target, nint source);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_ensure_validity_writable")]
    private static partial void MakeWritable(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_get_validity")]
    private static partial nint ValidityOf(nint vector);
}
