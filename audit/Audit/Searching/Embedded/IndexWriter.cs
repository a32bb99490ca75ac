using System.Collections.Immutable;
using Backbone.Audit.Storage;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// What the index consists of, and the only one who changes that: files in order of leaf, and the newest events in memory. One thread calls it
/// (that of <see cref="FeedIndex"/>), but for <see cref="Replace"/>, which merging calls from another.
/// </summary>
internal sealed class IndexWriter(
    IndexDatabase database, IndexFolder folder, IndexViews views, EmbeddedIndexOptions options, TimeProvider clock, ILogger logger)
{
    private readonly Lock gate = new();
    private readonly ReadLeaf leaves = new();
    private readonly List<IndexRow> pool = [];
    private ImmutableArray<IndexFile> files = [];
    private RowTable? newest;
    private RowTable? full;
    private Task<IndexFile>? writing;

    /// <summary>
    /// What searches may see of <see cref="full"/> and of <see cref="newest"/>: changed under the gate together with the files, so that no event
    /// is ever in two places.
    /// </summary>
    private SeenRows? seenFull;
    private SeenRows? seen;
    private IReadOnlySet<IndexColumn> expected = new HashSet<IndexColumn>();
    private DateTimeOffset newestSince;
    private bool shown;
    private long start;
    private int tables;

    /// <summary>In order of leaf, without overlap; there may be gaps.</summary>
    public ImmutableArray<IndexFile> Files => files;

    /// <summary>One past the newest event that is in a file or in memory.</summary>
    public long End => newest?.End ?? full?.End ?? (files.IsEmpty ? start : Math.Max(start, files[^1].End));

    /// <summary>The first events that no file holds although later ones are there; null when there are none.</summary>
    public (long From, long Until)? Gap
    {
        get
        {
            var expected = start;
            foreach (var (first, end) in files.Select(file => (file.First, file.End)).Append(((full ?? newest)?.First ?? End, End)))
            {
                if (first > expected)
                {
                    return (expected, first);
                }

                expected = Math.Max(expected, end);
            }

            return null;
        }
    }

    /// <summary>
    /// Begins with what the folder holds of this log. Files beyond its end are of a log that was rolled back, files whose last leaf is another
    /// one are of another log; both are deleted, like those that cannot be opened.
    /// </summary>
    /// <param name="logStart">First leaf the log has.</param>
    /// <param name="logEnd">One past its newest.</param>
    /// <param name="leafAt">Reads a leaf of the log.</param>
    public void Open(long logStart, long logEnd, Func<long, byte[]> leafAt)
    {
        List<IndexFile> sound = [];
        start = logStart;
        foreach (var file in folder.List())
        {
            var reason = file.End <= logStart ? "the log no longer has its events"
                : file.End > logEnd ? "the log ends before it"
                : sound.Count > 0 && file.First < sound[^1].End ? "another file has its events"
                : LeafName(leafAt(file.End - 1)) != file.LastLeaf ? "the log holds other events"
                : null;
            if (reason is null && folder.Open(file) is { } opened)
            {
                sound.Add(opened);
                continue;
            }

            EmbeddedIndexLines.Dropped(logger, file.Name, reason ?? "it is not what its name says");
            folder.Delete(file);
        }

        files = [.. sound];
    }

    /// <summary>From now on searches see what is there: after <see cref="Open"/>, and after its files have been examined.</summary>
    public void Show()
    {
        shown = true;
        Publish();
    }

    /// <summary>Adds the next events; searches see them when it returns.</summary>
    /// <param name="records">From <see cref="End"/> on.</param>
    public void Append(IReadOnlyList<LogRecord> records)
    {
        if (newest is null)
        {
            newest = NewTable(End);
            newestSince = clock.GetUtcNow();
        }

        newest.Append(RowsOf(records));
        lock (gate)
        {
            seen = new SeenRows(newest.Name, newest.First, newest.End, newest.Earliest, newest.Latest, newest.Columns);
        }

        Settle(wait: false);
        Publish();
        if (newest.Rows >= options.NewestEvents)
        {
            Flush();
        }
    }

    /// <summary>Makes a file of the newest events when the first of them came an hour ago or more.</summary>
    public void FlushWhenOld()
    {
        Settle(wait: false);
        if (newest is not null && clock.GetUtcNow() - newestSince >= TimeSpan.FromHours(1))
        {
            Flush();
        }
    }

    /// <summary>Begins to make a file of the newest events, beside feeding; one at a time. Searches see them as before.</summary>
    public void Flush()
    {
        Settle(wait: true);
        if (newest is { Rows: > 0 } table)
        {
            expected = table.Columns;
            writing = Task.Run(() => table.WriteTo(folder, CancellationToken.None));
            lock (gate)
            {
                (full, newest) = (table, null);
                (seenFull, seen) = (seen, null);
            }
        }
    }

    /// <summary>Takes the file that was being made in place of its table.</summary>
    /// <param name="wait">Until it is made, which throws what went wrong.</param>
    public void Settle(bool wait)
    {
        if (writing is { } begun && full is { } table && (wait || begun.IsCompleted))
        {
            var file = begun.GetAwaiter().GetResult();
            lock (gate)
            {
                files = files.Add(file);
                (writing, full, seenFull) = (null, null, null);
            }

            Publish(table.Drop);
        }
    }

    /// <summary>Makes a file of events in a gap.</summary>
    public void Fill(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var table = NewTable(records[0].Index);
        try
        {
            foreach (var some in records.Chunk(2_048))
            {
                table.Append(RowsOf(some));
            }

            Add(table.WriteTo(folder, cancellation));
        }
        finally
        {
            table.Drop();
        }

        Publish();
    }

    /// <summary>A damaged file is no longer searched; its events are a gap from now on.</summary>
    public void Drop(IndexFile file, string reason)
    {
        EmbeddedIndexLines.Dropped(logger, file.Name, reason);
        lock (gate)
        {
            files = files.Remove(file);
        }

        Publish();

        // At once, whoever reads it: the file that takes its place has the same name.
        folder.Delete(file);
    }

    /// <summary>After a failure it is not known what reached the table: the newest events are read anew.</summary>
    public void ForgetNewest()
    {
        List<Action> unneeded = [];
        IndexFile? made = null;
        if (full is { } table && writing is { } begun)
        {
            begun.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            made = begun.IsCompletedSuccessfully ? begun.Result : null;
            unneeded.Add(table.Drop);
        }

        if (newest is not null)
        {
            unneeded.Add(newest.Drop);
        }

        lock (gate)
        {
            files = made is null ? files : files.Add(made);
            (newest, full, writing, seenFull, seen) = (null, null, null, null, null);
        }

        Publish(unneeded);
    }

    /// <summary>Files that lie wholly before the log's first event go.</summary>
    public void DropBelow(long logStart)
    {
        if (logStart > start)
        {
            start = logStart;
            var gone = files.Where(file => file.End <= logStart).ToList();
            lock (gate)
            {
                files = files.RemoveRange(gone);
            }

            Publish([.. gone.Select(file => (Action)(() => folder.Delete(file)))]);
        }
    }

    /// <summary>One file in place of several that hold the same events; not when one of them has been dropped meanwhile.</summary>
    public void Replace(IReadOnlyList<IndexFile> several, IndexFile one)
    {
        lock (gate)
        {
            if (!several.All(files.Contains))
            {
                folder.Delete(one);
                return;
            }

            files = [.. files.Where(file => !several.Contains(file)).Append(one).OrderBy(file => file.First)];
        }

        Publish([.. several.Select(file => (Action)(() => folder.Delete(file)))]);
    }

    private static string LeafName(byte[] leaf) => Log.Tree.TreeHash.Leaf(leaf).ToString()[..IndexFile.LastLeafDigits];

    private void Add(IndexFile file)
    {
        lock (gate)
        {
            files = [.. files.Append(file).OrderBy(one => one.First)];
        }
    }

    private RowTable NewTable(long first) => new(database, FormattableString.Invariant($"rows{++tables}"), first, options.NewestEvents, expected);

    private List<IndexRow> RowsOf(IReadOnlyList<LogRecord> records)
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

    private void Publish(params IEnumerable<Action> unneeded)
    {
        lock (gate)
        {
            var parts = ImmutableArray.CreateBuilder<IIndexPart>();
            var end = start;
            foreach (var file in files)
            {
                if (file.First > end)
                {
                    break;
                }

                parts.Add(file);
                end = file.End;
            }

            foreach (var rows in new[] { seenFull, seen }.OfType<SeenRows>().Where(rows => rows.First <= end))
            {
                parts.Add(rows);
                end = rows.End;
            }

            if (!shown)
            {
                return;
            }

            views.Publish(new IndexView(parts.ToImmutable(), start, end), unneeded);
        }
    }
}
