using System.Collections.Concurrent;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Holds the files against their names: at start, after a query that failed, and one after the other while there is nothing else to do. A file
/// that is not what it was is dropped; the feeder then makes its range again from the log.
/// </summary>
internal sealed class FileWatch(EmbeddedIndex index, IndexWriter writer, TimeProvider clock)
{
    /// <summary>Bytes read in full before the first search, newest files first; older ones are read afterwards. About two seconds.</summary>
    private const long ReadAtStart = 2L << 30;

    /// <summary>How long a file that was read is believed.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromHours(24);

    private readonly Dictionary<string, DateTimeOffset> read = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<IndexFile> suspects = [];

    public void AtStart(CancellationToken cancellation)
    {
        var bytes = 0L;
        foreach (var file in writer.Files.Reverse().TakeWhile(file => (bytes += file.Bytes) <= ReadAtStart))
        {
            Examine(file, cancellation);
        }
    }

    public void ExamineAll(CancellationToken cancellation)
    {
        foreach (var file in writer.Files)
        {
            Examine(file, cancellation);
        }
    }

    /// <summary>Those found by others.</summary>
    public void ExamineSuspects(CancellationToken cancellation)
    {
        while (suspects.TryDequeue(out var suspect))
        {
            Examine(suspect, cancellation);
        }
    }

    /// <summary>The one that was read longest ago, if that is long ago.</summary>
    public void ExamineNext(CancellationToken cancellation)
    {
        var due = clock.GetUtcNow() - Believed;
        if (writer.Files.FirstOrDefault(file => !read.TryGetValue(file.Name, out var at) || at < due) is { } next)
        {
            Examine(next, cancellation);
        }
    }

    /// <summary>From any thread.</summary>
    public void Suspect(IndexFile file) => suspects.Enqueue(file);

    private void Examine(IndexFile file, CancellationToken cancellation)
    {
        if (!writer.Files.Contains(file))
        {
            return;
        }

        read[file.Name] = clock.GetUtcNow();
        if (!index.Folder.IsIntact(file, cancellation))
        {
            read.Remove(file.Name);
            writer.Drop(file, "it is missing or damaged");
        }
    }
}
