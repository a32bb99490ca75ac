namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Events that become a file at once, without a table: nobody searches them before. Copying them into a table, and out of it again, takes most of
/// the time of feeding. One owner at a time: who fills it, then who writes it.
/// </summary>
/// <param name="first">Leaf index of the first event to come.</param>
/// <param name="events">How many will come, about.</param>
internal sealed class RowChunks(long first, int events) : IDisposable
{
    private readonly RowRun run = new(first, events);
    private readonly List<RowChunk> chunks = [];
    private int given;

    public long First => run.First;

    public long End => run.End;

    public IReadOnlyList<IndexColumn> Columns => run.Columns;

    public int Rows => run.Rows;

    /// <summary>Bytes of the leaves they were made of; what they take in memory is a few times that.</summary>
    public long LeafBytes { get; set; }

    /// <param name="rows">The next events, in order.</param>
    public void Append(IReadOnlyList<IndexRow> rows)
    {
        run.Expect(rows);
        foreach (var some in rows.Chunk(RowChunk.Capacity))
        {
            var chunk = new RowChunk([.. run.Columns]);
            chunks.Add(chunk);
            foreach (var row in some)
            {
                chunk.Append(row);
            }

            chunk.Seal();
        }

        run.Add(rows);
    }

    /// <summary>The next chunk, from the first on; null after the last. Those before it are gone: whoever still needs their vectors has a part in them.</summary>
    public RowChunk? Next()
    {
        if (given > 0)
        {
            chunks[given - 1].Dispose();
        }

        return given < chunks.Count ? chunks[given++] : null;
    }

    /// <summary>Becomes a file, once.</summary>
    public IndexFile WriteTo(IndexFolder folder, CancellationToken cancellation)
    {
        using var offered = ChunkScan.Offer(this);
        return run.WriteTo(folder, offered.Sql, cancellation);
    }

    public void Dispose()
    {
        foreach (var chunk in chunks)
        {
            chunk.Dispose();
        }

        chunks.Clear();
    }
}
