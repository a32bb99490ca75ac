using DuckDB.NET.Native;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// As many rows as a vector of the engine has, in vectors of the engine: UTF-8 as it is and known to be sound, several times faster than value by
/// value. The only unsafe code of the index. It writes to vectors that the engine made for as many rows as it says a vector has, below that number;
/// texts of more than 12 bytes are copied by the engine into memory that belongs to the vector and ends with it. One owner.
/// </summary>
internal sealed unsafe class RowChunk : IDisposable
{
    private readonly int[] places;
    private readonly nint[] vectors;
    private readonly nint[] values;
    private readonly nint[] masks;

    /// <summary>Between two rows, and nothing has failed: after a failure the vectors hold part of a row, or are gone.</summary>
    private bool isSound;

    /// <param name="columns">Those that rows may have values in.</param>
    public RowChunk(IReadOnlyList<IndexColumn> columns)
    {
        Columns = columns;
        places = PlacesOf(columns);
        var types = columns.Select(TypeOf).ToArray();
        Chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. types.Select(type => type.DangerousGetHandle())], (ulong)types.Length);
        foreach (var type in types)
        {
            type.Dispose();
        }

        vectors = new nint[columns.Count];
        values = new nint[columns.Count];
        masks = new nint[columns.Count];
        Begin();
    }

    /// <summary>Rows of a vector, fixed by the engine's build.</summary>
    public static int Capacity { get; } = checked((int)NativeMethods.Helpers.DuckDBVectorSize());

    public IReadOnlyList<IndexColumn> Columns { get; }

    public int Rows { get; private set; }

    /// <summary>For the engine; told how many rows it has by <see cref="Seal"/>.</summary>
    public DuckDBDataChunk Chunk { get; }

    public static DuckDBLogicalType TypeOf(IndexColumn column) => NativeMethods.LogicalType.DuckDBCreateLogicalType(column.Form switch
    {
        ColumnForm.Number or ColumnForm.Time => DuckDBType.BigInt,
        ColumnForm.Real => DuckDBType.Double,
        ColumnForm.Truth => DuckDBType.Boolean,
        ColumnForm.Text or ColumnForm.List or ColumnForm.Words or ColumnForm.Address => DuckDBType.Varchar,
        _ => throw new InvalidOperationException($"{column.Name} is no column of rows"),
    });

    /// <summary>The column's vector; 0 when it has none.</summary>
    public nint VectorOf(IndexColumn column) => column.Ordinal < places.Length && places[column.Ordinal] is >= 0 and var place ? vectors[place] : 0;

    /// <summary>One more, while there are fewer than <see cref="Capacity"/>. When it fails, the chunk is of no further use.</summary>
    public void Append(IndexRow row)
    {
        if (!isSound || Rows >= Capacity)
        {
            throw new InvalidOperationException("the chunk is full, has failed or is gone");
        }

        isSound = false;
        var all = row.Values;
        for (var i = 0; i < all.Count; i++)
        {
            var value = all[i];
            Set(places[value.Column.Ordinal], value, row.TextOf(value));
        }

        Rows++;
        isSound = true;
    }

    /// <summary>Tells the engine how many rows it has.</summary>
    public void Seal()
    {
        if (!isSound)
        {
            throw new InvalidOperationException("the chunk has failed or is gone");
        }

        NativeMethods.DataChunks.DuckDBDataChunkSetSize(Chunk, (ulong)Rows);
    }

    /// <summary>Empty again.</summary>
    public void Clear()
    {
        isSound = false;
        NativeMethods.DataChunks.DuckDBDataChunkReset(Chunk);
        Begin();
    }

    public void Dispose()
    {
        isSound = false;
        Chunk.Dispose();
    }

    private static int[] PlacesOf(IReadOnlyList<IndexColumn> columns)
    {
        var places = new int[Math.Max(IndexColumns.All.Length, columns.Max(column => column.Ordinal) + 1)];
        places.AsSpan().Fill(-1);
        for (var i = 0; i < columns.Count; i++)
        {
            places[columns[i].Ordinal] = i;
        }

        return places;
    }

    private void Set(int column, in RowValue value, ReadOnlySpan<byte> text)
    {
        switch (Columns[column].Form)
        {
            case ColumnForm.Number or ColumnForm.Time or ColumnForm.Real:
                ((long*)values[column])[Rows] = value.Bits;
                break;
            case ColumnForm.Truth:
                ((byte*)values[column])[Rows] = value.Bits != 0 ? (byte)1 : (byte)0;
                break;
            default:
                // Of a text without a byte the address is null, and the engine does not look at it.
                fixed (byte* start = text)
                {
                    NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(vectors[column], (ulong)Rows, start, text.Length);
                }

                break;
        }

        ((ulong*)masks[column])[Rows >> 6] |= 1UL << (Rows & 63);
    }

    /// <summary>Every value is NULL until it is set. The addresses hold until the chunk is reset, which may give it other memory.</summary>
    private void Begin()
    {
        Rows = 0;
        for (var column = 0; column < vectors.Length; column++)
        {
            vectors[column] = NativeMethods.DataChunks.DuckDBDataChunkGetVector(Chunk, column);
            values[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetData(vectors[column]);
            NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vectors[column]);
            masks[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetValidity(vectors[column]);
            if (values[column] == 0 || masks[column] == 0)
            {
                throw new EngineRefusedException($"the engine has no vector for {Columns[column].Name}");
            }

            new Span<ulong>((void*)masks[column], (Capacity + 63) / 64).Clear();
        }

        isSound = true;
    }
}
