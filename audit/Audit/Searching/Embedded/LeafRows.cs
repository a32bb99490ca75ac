using Backbone.Audit.Storage;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>Makes rows of leaves. One owner, one thread.</summary>
internal sealed class LeafRows(ILogger logger)
{
    private readonly ReadLeaf leaves = new();
    private readonly List<IndexRow> pool = [];

    /// <summary>Valid until the next call. A leaf that is no event of ours is a row too.</summary>
    public IReadOnlyList<IndexRow> Of(IReadOnlyList<LogRecord> records)
    {
        while (pool.Count < records.Count)
        {
            pool.Add(new IndexRow());
        }

        for (var i = 0; i < records.Count; i++)
        {
            if (!leaves.Into(pool[i], records[i].Index, records[i].Payload))
            {
                EmbeddedIndexLines.Unreadable(logger, records[i].Index);
            }
        }

        return pool.Count == records.Count ? pool : pool[..records.Count];
    }

    /// <summary>All of them, to become a file.</summary>
    /// <param name="first">Index of the first record.</param>
    /// <param name="events">How many will come, about.</param>
    /// <param name="batches">The records, in order.</param>
    public RowChunks ChunksOf(long first, int events, IEnumerable<IReadOnlyList<LogRecord>> batches)
    {
        var rows = new RowChunks(first, events);
        try
        {
            foreach (var some in batches)
            {
                rows.Append(Of(some));
            }

            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }
}
