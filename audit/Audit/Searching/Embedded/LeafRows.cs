using Backbone.Audit.Storage;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>Makes rows of leaves. One owner, one thread.</summary>
/// <param name="leafAt">Reads a leaf of the log; null when the log no longer has it.</param>
/// <param name="logger">Is told of leaves that are no events.</param>
internal sealed class LeafRows(Func<long, byte[]?> leafAt, ILogger logger)
{
    /// <summary>So many leaves in a row that are no events are looked behind for the time of the event before them.</summary>
    private const int LookBack = 1_000;

    private readonly ReadLeaf leaves = new();
    private readonly List<IndexRow> pool = [];
    private long next;

    /// <summary>Valid until the next call. A leaf that is no event of ours is a row too.</summary>
    public IReadOnlyList<IndexRow> Of(IReadOnlyList<LogRecord> records)
    {
        while (pool.Count < records.Count)
        {
            pool.Add(new IndexRow());
        }

        if (records.Count > 0 && records[0].Index != next)
        {
            Follow(records[0].Index);
        }

        for (var i = 0; i < records.Count; i++)
        {
            if (!leaves.Into(pool[i], records[i].Index, records[i].Payload))
            {
                EmbeddedIndexLines.Unreadable(logger, records[i].Index);
            }
        }

        next = records.Count > 0 ? records[^1].Index + 1 : next;
        return pool.Count == records.Count ? pool : pool[..records.Count];
    }

    /// <summary>A leaf that is no event has the time of the event before it, whenever its row is made: also when its file is made again alone.</summary>
    private void Follow(long first)
    {
        leaves.Forget();
        for (var at = first - 1; at >= 0 && at >= first - LookBack && leafAt(at) is { } leaf; at--)
        {
            if (leaves.Follow(leaf))
            {
                return;
            }
        }
    }

    /// <summary>All of them, to become a file.</summary>
    /// <param name="first">Index of the first record.</param>
    /// <param name="events">How many will come, about.</param>
    /// <param name="batches">The records, in order; taken until there are enough bytes of them for a file (<see cref="LeafBatches.FileBytes"/>).</param>
    public RowChunks ChunksOf(long first, int events, IEnumerable<IReadOnlyList<LogRecord>> batches)
    {
        var rows = new RowChunks(first, events);
        try
        {
            foreach (var some in batches)
            {
                rows.Append(Of(some));
                rows.LeafBytes += LeafBatches.BytesOf(some);
                if (rows.LeafBytes >= LeafBatches.FileBytes)
                {
                    break;
                }
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
