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
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly Lock gate = new();
    private LeafRows leaves = new(_ => null, logger);
    private ImmutableArray<IndexFile> files = [];
    private RowTable? newest;
    private FileBeingWritten? writing;

    /// <summary>
    /// What searches may see of <see cref="newest"/>; like what they may see of <see cref="writing"/> changed under the gate together with the files,
    /// so that no event is ever in two places.
    /// </summary>
    private SeenRows? seen;
    private IReadOnlyList<IndexColumn> expected = [];
    private DateTimeOffset newestSince;

    /// <summary>Bytes of the leaves in <see cref="newest"/>, and in <see cref="writing"/> when it is in no table.</summary>
    private (long Newest, long Writing) bytes;
    private bool shown;
    private long start;
    private int tables;

    /// <summary>The engine that has the tables.</summary>
    private long engine;

    /// <summary>In order of leaf, without overlap; there may be gaps.</summary>
    public ImmutableArray<IndexFile> Files => files;

    /// <summary>One past the newest event that is in a file or in memory.</summary>
    public long End => newest?.End ?? writing?.End ?? (files.IsEmpty ? start : Math.Max(start, files[^1].End));

    /// <summary>The engine that had the newest events is gone: they are to be read anew (<see cref="ForgetNewest"/>).</summary>
    public bool HasLostNewest => (newest is not null || writing?.Seen is not null) && engine != database.Engine;

    /// <summary>Ends with the file that is being written; never when there is none.</summary>
    public Task Written => writing?.File ?? Never;

    /// <summary>The first events that no file holds although later ones are there; null when there are none.</summary>
    public (long From, long Until)? Gap
    {
        get
        {
            var expected = start;
            foreach (var (first, end) in files.Select(file => (file.First, file.End)).Append((writing?.First ?? newest?.First ?? End, End)))
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
        leaves = new LeafRows(at => at < start ? null : leafAt(at), logger);
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
            bytes.Newest = 0;
        }

        newest.Append(leaves.Of(records));
        bytes.Newest += LeafBatches.BytesOf(records);
        lock (gate)
        {
            seen = newest.Seen;
        }

        Settle(wait: false);
        Publish();
        if (newest.Rows >= options.NewestEvents || bytes.Newest >= LeafBatches.FileBytes)
        {
            Flush();
        }
    }

    /// <summary>
    /// Whether the next events can become a file at once (<see cref="AppendWhole"/>): the log is a whole file ahead, and none of the newest events are in
    /// a table.
    /// </summary>
    /// <param name="logEnd">One past the log's newest.</param>
    public bool TakesWhole(long logEnd) => newest is null && logEnd - End >= options.NewestEvents;

    /// <summary>
    /// Begins to make a file of the next events, beside feeding; searches see them once it is made (<see cref="Settle"/>). One at a time; the next
    /// one's events are collected meanwhile, unless those being written are large: then there would be two such files in memory.
    /// </summary>
    /// <param name="next">Gives so many from there on, in batches.</param>
    public void AppendWhole(Func<long, int, IEnumerable<IReadOnlyList<LogRecord>>> next)
    {
        if (bytes.Writing > LeafBatches.FileBytes / 2)
        {
            Settle(wait: true);
        }

        var rows = leaves.ChunksOf(End, options.NewestEvents, next(End, options.NewestEvents));
        try
        {
            Settle(wait: true);
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        expected = rows.Columns;
        bytes.Writing = rows.LeafBytes;
        Begin(new FileBeingWritten(rows.First, rows.End, Task.Run(() => Write(rows, CancellationToken.None)), null, null));
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
            Begin(new FileBeingWritten(table.First, table.End, Task.Run(() => table.WriteTo(folder, CancellationToken.None)), seen, table.Drop));
        }
    }

    /// <summary>Takes the file that was being made in place of its table.</summary>
    /// <param name="wait">Until it is made, which throws what went wrong.</param>
    public void Settle(bool wait)
    {
        if (writing is { } one && (wait || one.File.IsCompleted))
        {
            var file = one.File.GetAwaiter().GetResult();
            lock (gate)
            {
                files = files.Add(file);
                (writing, bytes.Writing) = (null, 0);
            }

            Publish(one.Unneeded);
        }
    }

    /// <summary>Makes a file of events in a gap, of the first ones when they are large.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="events">How many, at most.</param>
    /// <param name="batches">They themselves, in order; read as they are taken.</param>
    /// <param name="cancellation">Leaves the gap.</param>
    public void Fill(long first, int events, IEnumerable<IReadOnlyList<LogRecord>> batches, CancellationToken cancellation)
    {
        var file = Write(leaves.ChunksOf(first, events, batches), cancellation);
        lock (gate)
        {
            files = [.. files.Append(file).OrderBy(one => one.First)];
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
        if (writing is { } one)
        {
            one.File.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            made = one.File.IsCompletedSuccessfully ? one.File.Result : null;
            unneeded.AddRange(one.Unneeded);
        }

        if (newest is not null)
        {
            unneeded.Add(newest.Drop);
        }

        lock (gate)
        {
            files = made is null ? files : files.Add(made);
            (newest, writing, seen, bytes) = (null, null, null, default);
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

    private RowTable NewTable(long first)
    {
        engine = database.Engine;
        return new RowTable(database, FormattableString.Invariant($"rows{++tables}"), first, options.NewestEvents, expected);
    }

    private void Begin(FileBeingWritten one)
    {
        lock (gate)
        {
            (writing, newest, seen) = (one, null, null);
        }
    }

    private IndexFile Write(RowChunks rows, CancellationToken cancellation)
    {
        using (rows)
        {
            return rows.WriteTo(folder, cancellation);
        }
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

            foreach (var rows in new[] { writing?.Seen, seen }.OfType<SeenRows>().Where(rows => rows.First <= end))
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
